// A breakdown as bars: how much of the whole each part is, with what it was before. The bars are a table that anyone can read.
import { html } from "htl";
import { empty, numbers } from "./figure.ts";
import { count as whole } from "./format.ts";
import type { Column } from "./table.ts";

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** The same number before, drawn as a thin mark. */
  readonly before?: number | null;
  /** How its number is written, where that is not as the others'. */
  readonly text?: string | undefined;
  /** Part of the rest of things rather than one of them: drawn grey, kept last. */
  readonly rest?: boolean;
  /** Another part is chosen: drawn grey. */
  readonly aside?: boolean;
  /** Which limit is broken, in words: drawn red and said. */
  readonly breach?: string;
  /** Chooses this part as a filter. */
  readonly onchoose?: (() => void) | undefined;
}

export interface BarsOptions {
  readonly title: string;
  readonly subtitle?: string;
  readonly bars: readonly Bar[];
  readonly format?: (value: number) => string;
  /** Heading of the numbers, "Referrals". */
  readonly unit: string;
  /** Heading of the numbers before, "Four quarters before". */
  readonly beforeLabel?: string;
  readonly empty?: string;
  readonly note?: Node | string | undefined;
  /** Draw this many, the largest, and the others as one; the numbers below list all. */
  readonly most?: number;
}

let charts = 0;

export function bars(options: BarsOptions): HTMLElement {
  const format = options.format ?? whole;
  const id = `bars-${++charts}`;
  const drawn = shorten(options.bars, options.most);
  const most = Math.max(1, ...drawn.filter((bar) => !bar.rest).map((bar) => Math.max(bar.value, bar.before ?? 0)));
  const share = (value: number) => `${((100 * value) / most).toFixed(2)}%`;
  const before = options.beforeLabel;
  const columns: Column<Bar>[] = [
    { label: "Name", value: (bar) => bar.label },
    { label: options.unit, number: true, value: (bar) => bar.value, show: (bar) => bar.text ?? format(bar.value) },
  ];
  if (before)
    columns.push({
      label: before,
      number: true,
      value: (bar) => bar.before ?? null,
      show: (bar) => (bar.before == null ? "–" : format(bar.before)),
    });
  return html`<figure class="figure" aria-labelledby=${id}>
    <figcaption>
      <h3 id=${id}>${options.title}</h3>
      ${options.subtitle ? html`<p class="subtitle">${options.subtitle}</p>` : null}
    </figcaption>
    ${
      options.bars.length
        ? [
            html`<div class="bars" role="list">${drawn.map((bar) => {
              // The rest is no thing of its own: where it is longer than any other, only its number is told.
              const length = bar.rest && bar.value > most ? null : html`<span class="bar"></span>`;
              if (length) length.style.width = share(bar.value);
              const mark = bar.before == null ? null : html`<span class="before"></span>`;
              if (mark) mark.style.left = share(bar.before!);
              const name = bar.onchoose
                ? html`<button type="button" class="choose" data-focus=${`${options.title}/${bar.label}`} onclick=${bar.onchoose}>${bar.label}</button>`
                : bar.label;
              return html`<div role="listitem" class=${["row", bar.rest ? "rest" : bar.aside ? "aside" : "", bar.breach ? "breach" : ""].join(" ")}>
                <span class="label">${name}${bar.breach ? html`<span class="breached">${bar.breach}</span>` : null}</span><span class="track" aria-hidden="true">${length}${mark}</span><span class="amount">${bar.text ?? format(bar.value)}</span>
              </div>`;
            })}</div>`,
            before ? html`<p class="key"><span class="before-key" aria-hidden="true"></span> ${before}</p>` : null,
            options.note ? html`<p class="note">${options.note}</p>` : null,
            numbers({ caption: options.title, columns, rows: options.bars }),
          ]
        : empty(options.empty ?? "Nothing to show for these filters.")
    }
  </figure>`;
}

/** A long tail becomes one grey bar, together with what is the rest anyway. */
function shorten(bars: readonly Bar[], most = Number.POSITIVE_INFINITY): readonly Bar[] {
  const named = bars.filter((bar) => !bar.rest);
  if (named.length <= most + 1) return bars;
  const tail = [...named.slice(most), ...bars.filter((bar) => bar.rest)];
  const value = tail.reduce((sum, bar) => sum + bar.value, 0);
  return [...named.slice(0, most), { label: `${named.length - most} others`, value, rest: true }];
}
