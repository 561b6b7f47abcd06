// Open referrals by age: the bars, the share that has waited too long, and columns for tables.
import { bars } from "./bars.ts";
import { numberColumn } from "./columns.ts";
import { define } from "./define.ts";
import { Fact, type FactData } from "./facts.ts";
import type { Finding } from "./findings.ts";
import { count, decimal, longDay, rate } from "./format.ts";
import type { Headline } from "./headline.ts";
import type { Kit } from "./kit.ts";
import type { Filters } from "./state.ts";
import type { Column } from "./table.ts";

export const over90 = { low: 91, high: 36_500 };

const openMeans =
  "A referral is open until it is completed, canceled, declined, returned, expired or closed. A missed or canceled appointment leaves it open.";

export class Waiting {
  readonly open: Fact;
  readonly #kit: Kit;

  constructor(kit: Kit, data: FactData) {
    this.#kit = kit;
    this.open = new Fact(data, kit.site.dimensions);
  }

  /** The filters as far as open referrals are published by them; null where they are not. */
  filters(filters: Filters): Filters | null {
    return this.#kit.dimensions.some(({ key }) => filters[key] && !this.open.data.dimensions.includes(key))
      ? null
      : filters;
  }

  total(filters: Filters, old = false): number | null {
    const mine = this.filters(filters);
    return mine && this.open.total(mine, old ? over90 : undefined);
  }

  /** How many are open, against how many come in each month. */
  now(filters: Filters, monthly: number | null): Headline {
    const waiting = this.total(filters);
    return {
      label: define("Open now", openMeans),
      value: waiting === null ? "–" : count(waiting),
      compare:
        waiting === null
          ? this.#withheld(filters)
          : monthly
            ? `as many as come in during ${decimal(waiting / monthly)} months`
            : `as of ${longDay(this.#kit.site.run.asOf)}`,
    };
  }

  old(filters: Filters): Headline {
    const waiting = this.total(filters);
    const old = this.total(filters, true);
    return {
      label: "Open more than 90 days",
      value: old === null ? "–" : count(old),
      compare: old === null || !waiting ? this.#withheld(filters) : `${rate(old / waiting)} of all open referrals`,
    };
  }

  #withheld(filters: Filters): string {
    return this.filters(filters) ? this.#kit.withheld(filters) : "not published by this filter";
  }

  ages(filters: Filters): HTMLElement {
    const mine = this.filters(filters);
    const points = mine ? this.open.series(mine) : null;
    return bars({
      title: "How long have the open referrals waited?",
      subtitle: `Days since the order, as of ${longDay(this.#kit.site.run.asOf)}`,
      unit: "Open referrals",
      bars: (points ?? []).map(({ step, count: value }) => ({ label: step.label, value })),
      empty: mine
        ? points?.length === 0 && !this.#kit.chosen(filters)
          ? "No referral is open."
          : this.#kit.combines
            ? this.#kit.tooFew(filters)
            : "This group is too small to be shown by age."
        : "Open referrals are not published by this filter. Clear it, or choose a specialty, a payer or a place referred to.",
    });
  }

  /** A column by the names of a dimension, of those that the others chosen are of. */
  column(by: string, label: string, others: Filters, old = false): Column<string> {
    const mine = this.filters(others);
    const groups = new Map(
      (mine && this.open.breakdown(by, mine, old ? over90 : undefined))?.groups.map(({ value, count }) => [
        value,
        count,
      ]),
    );
    return numberColumn(label, (name) => groups.get(name) ?? null);
  }

  /** Said only when it is much. */
  found(filters: Filters): Finding[] {
    const waiting = this.total(filters);
    const old = this.total(filters, true);
    if (!waiting || old === null || old / waiting < 0.1) return [];
    return [
      {
        tone: "concern",
        sentence:
          old / waiting > 0.5
            ? "More than half of the open referrals have waited more than 90 days."
            : `${rate(old / waiting)} of open referrals have waited more than 90 days.`,
        figures: `${count(old)} of ${count(waiting)} open referrals${old / waiting > 0.5 ? `, ${rate(old / waiting)}` : ""}.`,
        href: "./access.html",
      },
    ];
  }
}
