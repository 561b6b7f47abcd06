// The frame around every chart: a title that asks the question, a name for screen readers, and the same numbers as a table.
import { html } from "htl";
import { type Column, type TableOptions, table } from "./table.ts";

export interface FigureOptions<T> {
  /** The question the chart answers, "Are more referrals coming in?". */
  readonly title: string;
  /** What is drawn, in a few words: unit, period, what a mark means. */
  readonly subtitle?: string;
  /** The answer in a sentence, for readers who cannot see the chart. */
  readonly description: string;
  /** Draws the chart for a width in pixels. */
  readonly draw: (width: number) => Element;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  /** Said in place of the chart when there are no rows: what is missing, since when. */
  readonly empty?: string;
  readonly note?: Node | string | undefined;
}

let figures = 0;

export function figure<T>(options: FigureOptions<T>): HTMLElement {
  const id = `figure-${++figures}`;
  const { title, subtitle, description, rows } = options;
  return html`<figure class="figure" aria-labelledby=${id}>
    <figcaption>
      <h3 id=${id}>${title}</h3>
      ${subtitle ? html`<p class="subtitle">${subtitle}</p>` : null}
    </figcaption>
    ${
      rows.length
        ? [
            sized(options.draw, description),
            options.note ? html`<p class="note">${options.note}</p>` : null,
            numbers({ caption: title, columns: options.columns, rows }),
          ]
        : empty(options.empty ?? "Nothing to show for these filters.")
    }
  </figure>`;
}

/** The numbers behind a drawing, as a table that is made when somebody opens it. */
export function numbers<T>(options: Pick<TableOptions<T>, "caption" | "columns" | "rows">): HTMLElement {
  const details = html`<details class="numbers"><summary data-focus=${`${options.caption}/numbers`}>Numbers</summary></details>`;
  details.addEventListener("toggle", () => details.append(table({ ...options, compact: true })), { once: true });
  return details;
}

/** Says what is missing where a chart or table would stand. */
export function empty(text: string): HTMLElement {
  return html`<p class="empty">${text}</p>`;
}

/** Draws again whenever the space given to the chart changes its width. */
function sized(draw: (width: number) => Element, description: string): HTMLElement {
  const place = html`<div class="chart"></div>`;
  let drawn = 0;
  new ResizeObserver(() => {
    const width = Math.floor(place.clientWidth);
    if (width < 160 || width === drawn) return; // narrower than any screen: a layout that is not there yet
    drawn = width;
    const chart = draw(width);
    // One picture with one name: what Plot says of each mark is not allowed inside it, and the table says it better.
    for (const mark of chart.querySelectorAll("[aria-label]")) mark.removeAttribute("aria-label");
    chart.setAttribute("role", "img");
    chart.setAttribute("aria-label", description);
    place.replaceChildren(chart);
  }).observe(place);
  return place;
}
