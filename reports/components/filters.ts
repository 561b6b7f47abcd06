// The filter bar: which period and which part of the organization every chart of the page is about.
import { html } from "htl";
import type { Dimension } from "./facts.ts";
import { filters, onFilters, setFilters } from "./state.ts";

export interface Period {
  readonly key: string;
  readonly label: string;
}

export interface FilterOptions {
  /** None on pages about what stands now. */
  readonly periods: readonly Period[];
  readonly dimensions: readonly Dimension[];
  /** Only one dimension may be chosen at a time: together, groups would become too small to publish. */
  readonly single: boolean;
}

export function filterBar({ periods, dimensions, single }: FilterOptions): HTMLElement {
  const keys = dimensions.map((dimension) => dimension.key);
  const note = html`<p class="filter-note" role="status"></p>`;
  const period = periods.length
    ? [
        select(
          "Period",
          "period",
          periods.map(({ key, label }) => ({ value: key, label })),
        ),
      ]
    : [];
  const fields = dimensions.map((dimension) =>
    select(dimension.label, dimension.key, [
      { value: "", label: "All" },
      ...dimension.values.map((value) => ({ value, label: value })),
    ]),
  );
  const clear = html`<button type="button" class="clear" onclick=${() => setFilters(Object.fromEntries([...keys, "period"].map((key) => [key, ""])))}>Clear</button>`;

  function select(label: string, key: string, options: { value: string; label: string }[]) {
    const control =
      html`<select name=${key} id=${`filter-${key}`} onchange=${() => choose(key, (control as HTMLSelectElement).value)}>${options.map(
        (option) => html`<option value=${option.value}>${option.label}</option>`,
      )}</select>` as HTMLSelectElement;
    return {
      key,
      control,
      field: html`<div class="filter"><label for=${`filter-${key}`}>${label}</label>${control}</div>`,
    };
  }
  function choose(key: string, value: string) {
    const others = key === "period" ? [] : keys.filter((other) => other !== key && filters()[other]);
    const dropped = single && value ? others : [];
    setFilters({ ...Object.fromEntries(dropped.map((other) => [other, ""])), [key]: value });
    note.textContent = dropped.length
      ? "One filter at a time: with two, groups would become too small to publish. The earlier one was cleared. A site for internal use, without a limit, combines them."
      : "";
  }
  onFilters((chosen) => {
    for (const { key, control } of [...period, ...fields]) {
      control.value = chosen[key] ?? (key === "period" ? (periods[0]?.key ?? "") : "");
      control.classList.toggle("chosen", Boolean(chosen[key]));
    }
    clear.hidden = ![...keys, "period"].some((key) => chosen[key]);
  });
  return html`<form class="filters" aria-label="Filters" onsubmit=${(event: Event) => event.preventDefault()}>
    ${[...period, ...fields].map(({ field }) => field)}${clear}${note}
  </form>`;
}
