// Time that has not yet passed: cumulative incidence with competing outcomes and left truncation, and waits read off it.
import { expect, test } from "vitest";
import { rowsOf } from "./figures.ts";

// As of 14 October 2026 with a lag of 14 days, episodes are followed up to 30 September; each is ordered so many days before.
const run = "as_of | as_of_date | lag_days\n2026-10-14 | 2026-10-14 | 14";
const cutoff = Date.UTC(2026, 8, 30);
const day = (offset: number) => new Date(cutoff + offset * 86_400_000).toISOString().slice(0, 10);

interface Followed {
  /** Days from the order to the end of follow-up. */
  readonly seen: number;
  readonly ended?: { readonly outcome: string; readonly after: number };
  /** Age at which it was first seen, where that is after the order. */
  readonly entered?: number;
  readonly left?: number;
  readonly values?: string;
}

function episodes(list: readonly Followed[]): string {
  const lines = list.map(({ seen, ended, entered = 0, left }, n) => {
    const cells = [
      n,
      day(-seen),
      `${day(-seen)} 09:00`,
      ended?.outcome ?? "",
      ended ? `${day(ended.after - seen)} 16:00` : "",
      `${day(entered - seen)} 10:00`,
      left === undefined ? "" : day(left - seen),
      ended?.outcome === "completed" ? `${day(ended.after - seen)} 16:00` : "",
    ];
    return cells.join(" | ");
  });
  return `episode_key | ordered_on | ordered_at | outcome | outcome_at | entry_at | left_list_at | visit_at\n${lines.join("\n")}`;
}

async function curve(list: readonly Followed[], mart = "marts.incidence") {
  const rows = await rowsOf(mart, { "seeds.run": run, "core.episode": episodes(list) });
  return rows.filter(({ cut }) => cut === "total");
}

const completed = (after: number, seen = 200): Followed => ({ seen, ended: { outcome: "completed", after } });
const declined = (after: number, seen = 200): Followed => ({ seen, ended: { outcome: "declined", after } });
const open = (seen: number): Followed => ({ seen });

test("the worked example of Satagopan et al. 2004 (British Journal of Cancer 91, Table 2; PMC2410013): 305 patients", async () => {
  // The nine patients shown, months read as days; the other 296 were followed beyond them.
  const rows = await curve([
    ...[
      open(7),
      completed(10),
      open(14),
      completed(16),
      declined(18),
      completed(23),
      open(24),
      declined(26),
      completed(27),
    ],
    ...Array.from({ length: 296 }, () => open(40)),
  ]);
  expect(rows.map((r) => [r.day, r.at_risk, r.ended])).toEqual([
    ["10", "304", "1"],
    ["16", "302", "1"],
    ["18", "301", "1"],
    ["23", "300", "1"],
    ["26", "298", "1"],
    ["27", "297", "1"],
  ]);
  const percent = (name: string) => rows.map((r) => (100 * Number(r[name])).toFixed(1));
  expect(percent("standing")).toEqual(["99.7", "99.3", "99.0", "98.7", "98.3", "98.0"]);
  // Published with one digit: 0.3, 0.6, -, 0.9, -, 1.2, adding rounded steps; unrounded it is 0.7, 1.0 and 1.3.
  expect(percent("incidence_completed")).toEqual(["0.3", "0.7", "0.7", "1.0", "1.0", "1.3"]);
});

test("left truncation: who was open at the first load is at risk from the day after, by hand", async () => {
  // L < t ≤ T (Klein & Moeschberger, Survival Analysis, 2nd ed., 4.6). At risk on day 2: A, B, C = 3; on day 4: B, C, D, E = 4
  // (D entered at 3); on day 5: C, D, E, F = 4 (F entered at 4, B ended on 4); on day 9: C, F = 2 (E was last seen on 8).
  const rows = await curve([
    completed(2), // A
    declined(4), // B
    completed(9), // C
    { ...completed(5), entered: 3 }, // D
    { seen: 8 }, // E, still open
    { ...declined(30), entered: 4 }, // F
    { ...completed(4), entered: 4 }, // ended on the day it was first seen: no time at risk
    { ...completed(3), entered: 10 }, // ended before
  ]);
  const F = (n: number, d: number) => n / d;
  const expected = [
    { day: 2, at_risk: 4, standing: F(3, 4), completed: F(1, 4), declined: 0 },
    { day: 4, at_risk: 4, standing: F(9, 16), completed: F(1, 4), declined: F(3, 16) },
    { day: 5, at_risk: 4, standing: F(27, 64), completed: F(1, 4) + F(9, 64), declined: F(3, 16) },
    { day: 9, at_risk: 2, standing: F(27, 128), completed: F(25, 64) + F(27, 128), declined: F(3, 16) },
    { day: 30, at_risk: 1, standing: 0, completed: F(77, 128), declined: F(3, 16) + F(27, 128) },
  ];
  expect(rows).toHaveLength(expected.length);
  for (const [i, row] of rows.entries()) {
    const want = expected[i]!;
    expect([row.day, row.at_risk]).toEqual([String(want.day), String(want.at_risk)]);
    expect(Number(row.standing)).toBeCloseTo(want.standing, 12);
    expect(Number(row.incidence_completed)).toBeCloseTo(want.completed, 12);
    expect(Number(row.incidence_declined)).toBeCloseTo(want.declined, 12);
  }
});

test("ends after the follow-up are not seen yet, those of the order's day count, and leaving the list is no end", async () => {
  const rows = await curve([
    completed(0),
    { ...completed(20, 10) }, // ended in the lag
    { seen: 100, left: 5 },
    { seen: -3 }, // ordered in the lag
    completed(7, 50),
    { seen: 60, ended: { outcome: "expired", after: 7 } },
    { seen: 60, ended: { outcome: "unreachable", after: 8 } },
  ]);
  expect(rows.map((r) => [r.day, r.at_risk, r.completed, r.unreachable])).toEqual([
    ["0", "6", "1", "0"],
    ["7", "4", "1", "1"],
    ["8", "2", "0", "1"],
  ]);
});

test("another outcome that competes lowers the incidence below what censoring it would give", async () => {
  const rows = await curve([completed(1), declined(2), completed(3), open(10)]);
  // Kaplan–Meier with the decline censored: 1 − 3/4 · 1/2 = 0.625.
  expect(Number(rows.at(-1)!.incidence_completed)).toBeCloseTo(0.5, 12);
});

test("median and 90th percentile of waits, and not reached where too few get there", async () => {
  const list = [3, 5, 8, 13].map((after) => completed(after));
  const all = await curve(
    [...list, ...[21, 34, 55, 89, 144, 233].map((after) => completed(after, 400))],
    "marts.wait_time",
  );
  expect(all.find(({ wait }) => wait === "order_to_visit")).toMatchObject({
    waited: "10",
    reached: "10",
    median_days: "21",
    p90_days: "144",
    p90_reached: "true",
  });
  const half = await curve([...list, ...list.map(() => declined(4)), open(200)], "marts.wait_time");
  expect(half.find(({ wait }) => wait === "order_to_visit")).toMatchObject({
    reached: "4",
    median_days: null,
    median_reached: "false",
  });
});
