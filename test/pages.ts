// The pages of the site and what each must show when all feeds are there; browser tests go through this list.

export interface PageFacts {
  /** Path within the site. */
  readonly path: string;
  /** Charts, splits and the like: elements of class "figure". */
  readonly figures: number;
  /** Tables of its own, each with a download. */
  readonly tables: number;
}

export const pages: readonly PageFacts[] = [
  { path: "index.html", figures: 3, tables: 1 },
  { path: "health.html", figures: 3, tables: 2 },
  { path: "privacy.html", figures: 0, tables: 0 },
];
