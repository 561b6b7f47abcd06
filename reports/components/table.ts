// A table that sorts by its headers, with mouse or keyboard, and downloads as exactly what it shows.
import { html } from "htl";
import { count } from "./format.ts";

export interface Column<T> {
  readonly label: string;
  /** What is sorted and downloaded. */
  readonly value: (row: T) => string | number | null;
  /** What is shown; the value itself by default. */
  readonly show?: (row: T) => Node | string;
  /** Numbers stand right. */
  readonly number?: boolean;
  /** Dates and words that stay on one line. */
  readonly short?: boolean;
}

export interface TableOptions<T> {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  /** File name of the download, without ending; made from the caption by default. */
  readonly file?: string;
  /** Show this many rows until the reader asks for all. */
  readonly most?: number;
  /** Caption for screen readers only, for a table inside a figure. */
  readonly compact?: boolean;
}

interface Order {
  readonly column: number;
  readonly descending: boolean;
}

/** How each table was last sorted, so that a change of filters keeps it. */
const orders = new Map<string, Order>();
/** Captions of long tables of which the reader asked for all rows. */
const unfolded = new Set<string>();

export function table<T>({
  caption,
  columns,
  rows,
  file,
  compact,
  most = Number.POSITIVE_INFINITY,
}: TableOptions<T>): HTMLElement {
  const body = html`<tbody></tbody>`;
  const heads = columns.map(
    (column, i) =>
      html`<th scope="col" class=${column.number ? "number" : ""}>
        <button type="button" data-focus=${`${caption}/${i}`} onclick=${() => sort(i)}>${column.label}<span class="arrow" aria-hidden="true"></span></button>
      </th>`,
  );
  const status = html`<span class="quiet" role="status"></span>`;
  const all = html`<button type="button" class="download" data-focus=${`${caption}/all`} onclick=${() => {
    unfolded.add(caption);
    arrange();
    status.textContent = `All ${rows.length} rows are shown.`;
  }}>Show all ${count(rows.length)}</button>`;
  let shown = [...rows];

  function arrange() {
    const order = orders.get(caption);
    heads.forEach((head, i) => {
      if (order?.column === i) head.setAttribute("aria-sort", order.descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    shown = [...rows];
    if (order && columns[order.column]) {
      const { value } = columns[order.column]!;
      shown.sort((a, b) => compare(value(a), value(b), order.descending));
    }
    const folded = rows.length > most && !unfolded.has(caption);
    if (folded) shown = shown.slice(0, most);
    all.hidden = !folded;
    body.replaceChildren(...shown.map(line));
  }
  function line(row: T) {
    return html`<tr>${columns.map((column, i) => {
      const value = column.value(row);
      const content = column.show ? column.show(row) : value === null ? "–" : value;
      return i === 0
        ? html`<th scope="row">${content}</th>`
        : html`<td class=${column.number ? "number" : column.short ? "short" : ""}>${content}</td>`;
    })}</tr>`;
  }
  function sort(column: number) {
    const before = orders.get(caption);
    const descending = before?.column === column ? !before.descending : Boolean(columns[column]!.number);
    orders.set(caption, { column, descending });
    arrange();
    status.textContent = `Sorted by ${columns[column]!.label}, ${descending ? "largest first" : "smallest first"}.`;
  }
  arrange();
  return html`<div class="table">
    <div class="scroll" role="region" aria-label=${caption} tabindex="0">
      <table>
        <caption class=${compact ? "quiet" : ""}><span class="title">${caption}</span></caption>
        <thead><tr>${heads}</tr></thead>
        ${body}
      </table>
    </div>
    <p class="tools">
      <button type="button" class="download" data-focus=${`${caption}/csv`} onclick=${() => download(csv(columns, shown), `${file ?? slug(caption)}.csv`)}>Download CSV</button>
      ${all}
      ${status}
    </p>
  </div>`;
}

/** Empty values stay at the end whichever way the column is sorted. */
function compare(a: string | number | null, b: string | number | null, descending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en-US");
  return descending ? -order : order;
}

/** RFC 4180, with a byte-order mark so that Excel reads it as UTF-8; text that Excel would run as a formula is quoted off. */
export function csv<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  const cell = (value: string | number | null) => {
    const text =
      value === null ? "" : typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [
    columns.map((column) => cell(column.label)),
    ...rows.map((row) => columns.map((c) => cell(c.value(row)))),
  ];
  return `\ufeff${lines.map((line) => line.join(",")).join("\r\n")}\r\n`;
}

function download(text: string, name: string) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = html`<a href=${url} download=${name}></a>`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
