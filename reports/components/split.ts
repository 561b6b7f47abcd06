// One whole in parts side by side, in, out and not known: the unknown keeps its own place and is never given to either.
import { html } from "htl";
import { empty, numbers } from "./figure.ts";
import { rate, count as whole } from "./format.ts";

export interface Part {
  readonly label: string;
  readonly count: number;
  /** ours: the accent; other: dark grey; unknown: hatched; none: light grey. */
  readonly kind: "ours" | "other" | "unknown" | "none";
}

export interface SplitOptions {
  readonly title: string;
  readonly subtitle?: string;
  readonly parts: readonly Part[];
  /** The answer with its bounds, in a sentence. */
  readonly answer?: string;
  readonly empty?: string;
}

let splits = 0;

export function split({ title, subtitle, parts, answer, empty: missing }: SplitOptions): HTMLElement {
  const id = `split-${++splits}`;
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  return html`<figure class="figure" aria-labelledby=${id}>
    <figcaption><h3 id=${id}>${title}</h3>${subtitle ? html`<p class="subtitle">${subtitle}</p>` : null}</figcaption>
    ${
      total
        ? [
            html`<div class="split" aria-hidden="true">${parts.map((part) => {
              const piece = html`<span class=${part.kind}></span>`;
              piece.style.flexGrow = String(part.count);
              return piece;
            })}</div>`,
            html`<ul class="legend">${parts.map(
              (part) =>
                html`<li><span class=${`swatch ${part.kind}`} aria-hidden="true"></span>${part.label} <strong>${rate(part.count / total)}</strong></li>`,
            )}</ul>`,
            answer ? html`<p class="answer">${answer}</p>` : null,
            numbers({
              caption: title,
              rows: parts,
              columns: [
                { label: "Part", value: (part) => part.label },
                { label: "Number", number: true, value: (part) => part.count, show: (part) => whole(part.count) },
                {
                  label: "Share",
                  number: true,
                  value: (part) => part.count / total,
                  show: (part) => rate(part.count / total),
                },
              ],
            }),
          ]
        : empty(missing ?? "Nothing to show for these filters.")
    }
  </figure>`;
}
