// Names as parts of a path: "Behavioral health" has its page at specialty/behavioral-health.

/** A path part for each name, in their order; names that would have the same one are numbered. */
export function slugs(names: readonly string[]): Map<string, string> {
  const taken = new Map<string, number>();
  return new Map(
    names.map((name) => {
      const plain =
        name
          .normalize("NFKD")
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, "-")
          .replace(/^-+|-+$/g, "")
          .slice(0, 60) || "unnamed";
      const times = (taken.get(plain) ?? 0) + 1;
      taken.set(plain, times);
      return [name, times === 1 ? plain : `${plain}-${times}`];
    }),
  );
}
