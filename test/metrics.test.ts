// Rates are published as finely as small groups allow, rounded where their exact numbers would tell who was left out.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Together } from "../pipeline/site/together.ts";
import type { Dimension } from "../reports/components/facts.ts";
import { Metric, type MetricData } from "../reports/components/metric.ts";
import { calendar } from "../reports/data/calendar.ts";
import { type MetricFacts, type MetricRow, metricPublisher } from "../reports/data/metrics.ts";
import { type Sum, solve } from "./adversary.ts";

const asOf = "2026-05-20";
const time = calendar("2025-01-01", asOf);
const months = [...time.leaf.keys()];
const payer: Dimension = { key: "payer", label: "Payer", values: ["Medicare", "Medicaid", "Commercial", "Self-pay"] };
const facts: MetricFacts = {
  key: "no_show",
  label: "No-show",
  definition: "No-shows of attended and missed appointments.",
  numerator: "no-shows",
  denominator: "attended + no-shows",
  better: "lower",
  maturityDays: 30,
};
const names = ["met", "unmet", "excluded", "immature", "unknown"] as const;
type Parts = readonly number[];

function rowsOf(world: readonly (readonly Parts[])[]): MetricRow[] {
  const row = (cut: string, value: string, month: string, [met, unmet, , immature, unknown]: Parts): MetricRow => ({
    cut,
    value,
    month,
    numerator: met!,
    denominator: met! + unmet!,
    immature: immature!,
    unknown: unknown!,
  });
  return months.flatMap((month, m) => [
    row(
      "all",
      "",
      month,
      names.map((_, part) => world.reduce((sum, of) => sum + of[m]![part]!, 0)),
    ),
    ...payer.values.map((value, v) => row("payer", value, month, world[v]![m]!)),
  ]);
}

const publisher = (limit: number) => metricPublisher({ limit, calendar: time, dimensions: [payer] });
const part = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 6 }) },
);
const rare = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4 }));
const worlds = fc.array(
  fc.array(fc.tuple(part, part, rare, rare, rare), { minLength: months.length, maxLength: months.length }),
  { minLength: payer.values.length, maxLength: payer.values.length },
);

/** Every exact number of a published metric as a sum over cells: payer × month × part. */
function sumsOf({ fact }: MetricData): Sum[] {
  const cell = (value: number, month: number, part: number) => (value * months.length + month) * names.length + part;
  const groups: Record<string, number[]> = {
    all: [0, 1, 3, 4],
    met: [0],
    unmet: [1],
    left: [3, 4],
    immature: [3],
    unknown: [4],
  };
  const first = Math.min(...fact.steps.map(({ low }) => low));
  return Object.values(fact.tables).flatMap(({ step, value, counts }) =>
    step.flatMap((node, row) => {
      const { low, high } = fact.steps[node]!;
      const values = value ? [value[row]!] : payer.values.map((_, v) => v);
      return Object.entries(groups).flatMap(([column, parts]) => {
        const count = counts[column]?.[row];
        if (count == null) return [];
        const cells = values.flatMap((v) =>
          months.flatMap((_, m) => (m + first >= low && m + first < high ? parts.map((p) => cell(v, m, p)) : [])),
        );
        return [{ cells, count }];
      });
    }),
  );
}

describe("a metric with a limit", () => {
  test("gives away no small numerator, remainder or left-out group of any name and stretch of months", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const data = publisher(11)(facts, rowsOf(world)).data;
        const people = world.flat(2);
        const sums = sumsOf(data);
        for (const { cells, count } of sums) expect(cells.reduce((sum, i) => sum + people[i]!, 0)).toBe(count);
        const { follows } = solve(people.length, sums);
        const groups = [[0], [1], [2], [3], [4], [2, 3, 4], [0, 1], [0, 1, 2, 3, 4]];
        for (let v = -1; v < payer.values.length; v++)
          for (const parts of groups)
            for (let from = 0; from < months.length; from++)
              for (let to = from; to < months.length; to++) {
                const cells = payer.values.flatMap((_, value) =>
                  v < 0 || v === value
                    ? months.flatMap((_, m) =>
                        m >= from && m <= to ? parts.map((p) => (value * months.length + m) * names.length + p) : [],
                      )
                    : [],
                );
                const size = cells.reduce((sum, i) => sum + people[i]!, 0);
                if (size > 0 && size < 11) expect(follows(cells), `${size} in ${v} ${parts} ${from}-${to}`).toBe(false);
              }
      }),
      { numRuns: 12, seed: 20260502 },
    );
  }, 60_000);

  test("of one family gives no small difference between two of them away", () => {
    fc.assert(
      fc.property(worlds, fc.integer({ min: 0, max: 9 }), (world, late) => {
        const publish = publisher(11);
        // Whoever counts within 60 days counts within 90; what is left out of one is left out of the other.
        const kinds = [
          ["90.met", "60.met"],
          ["90.met", "60.unmet"],
          ["90.unmet", "60.unmet"],
          ["90.immature", "60.immature"],
          ["90.unknown", "60.unknown"],
        ];
        const together = new Together(kinds, time.steps, 11);
        const ninety = publish({ ...facts, key: "90", together }, rowsOf(world)).data;
        const sixtyWorld = world.map((of) =>
          of.map(([met, unmet, ...rest]) => [Math.max(0, met! - late), unmet! + Math.min(met!, late), ...rest]),
        );
        const sixty = publish({ ...facts, key: "60", together }, rowsOf(sixtyWorld)).data;
        for (const table of ["all", "payer"]) {
          const [a, b] = [ninety.fact.tables[table]!, sixty.fact.tables[table]!];
          a.step.forEach((step, i) => {
            b.step.forEach((other, j) => {
              if (
                step !== other ||
                a.value?.[i] !== b.value?.[j] ||
                a.counts.met![i] == null ||
                b.counts.met![j] == null
              )
                return;
              const apart = Math.abs(a.counts.met![i]! - b.counts.met![j]!);
              expect(apart === 0 || apart >= 11).toBe(true);
            });
          });
        }
      }),
      { numRuns: 30, seed: 20260502 },
    );
  });

  test("says about how much where it may not say exactly", () => {
    const world = payer.values.map(() => months.map(() => [60, 40, 0, 0, 3]));
    const metric = new Metric(publisher(11)(facts, rowsOf(world)).data, [payer], asOf);
    const year = { low: 2025 * 12, high: 2025 * 12 + 12 };
    expect(metric.over({}, year)).toEqual({ rate: 0.6, met: 60 * 48, of: 100 * 48 });
    const points = metric.series({ payer: "Medicaid" }, year)!;
    expect(points.some(({ of, rate }) => of === null && rate === 0.6)).toBe(true);
    expect(metric.breakdown("payer", {}, year).map(({ rate }) => rate)).toEqual([0.6, 0.6, 0.6, 0.6]);
    expect(
      metric
        .series({})!
        .filter(({ immature }) => immature)
        .map(({ step }) => step.label),
    ).toEqual(["Apr 2026", "May 2026"]);
  });
});

describe("a metric without a limit", () => {
  test("is shown month by month as it is", () => {
    const world = payer.values.map((_, v) => months.map((_, m) => [v + m, 2 * m, 1, 0, 0]));
    const metric = new Metric(publisher(0)(facts, rowsOf(world)).data, [payer], asOf);
    const points = metric.series({ payer: "Commercial" })!;
    expect(points.map(({ met, of }) => [met, of])).toEqual(months.map((_, m) => [2 + m, 2 + 3 * m]));
  });
});
