// Statistics against published tables, and against the definitions written down once more, the slow way, on random histories: every
// figure equal to 1e-9.
import { describe, expect, test } from "vitest";
import { rowsOf } from "./figures.ts";

// As of 14 October 2026 with a lag of 14 days: followed up to 30 September.
const run = "as_of | as_of_date | lag_days\n2026-10-14 | 2026-10-14 | 14";
const cutoff = Date.UTC(2026, 8, 30);
const day = (offset: number) => new Date(cutoff + offset * 86_400_000).toISOString().slice(0, 10);

/** One episode in days since its order: under observation in (entered, left], or from the order on where `entered` is undefined. */
interface History {
  readonly entered?: number;
  readonly left: number;
  /** How it ended; undefined where it was still open when last seen. */
  readonly end?: string;
  readonly specialty?: string;
}

function episodes(list: readonly History[]): string {
  const lines = list.map(({ entered = 0, left, end, specialty = "cardiology" }, n) => {
    // Who is censored was ordered so many days before the end of follow-up; who ended may have been ordered long before.
    const ordered = end === undefined ? left : Math.max(left, 200);
    return [
      n,
      specialty,
      day(-ordered),
      day(-ordered),
      end ?? "",
      end === undefined ? "" : `${day(left - ordered)} 16:00`,
      `${day(entered - ordered)} 10:00`,
    ].join(" | ");
  });
  return `episode_key | specialty | ordered_on | ordered_at | outcome | outcome_at | entry_at\n${lines.join("\n")}`;
}

const curves = async (list: readonly History[]) =>
  rowsOf("marts.incidence", { "seeds.run": run, "core.episode": episodes(list) });

/** A generator of its own, so that the histories are the same each time (D. Lehmer: x ← 48271·x mod 2³¹−1). */
function chance(seed: number): (below: number) => number {
  let x = seed;
  return (below) => {
    x = (x * 48_271) % 2_147_483_647;
    return x % below;
  };
}

describe("cumulative incidence", () => {
  test("of one outcome is 1 − Kaplan–Meier: 6-mercaptopurine in leukemia, E. A. Gehan, Biometrika 52, 1965", async () => {
    // Weeks to relapse of 21 patients, + where still in remission; three relapses and one censoring fall on week 6.
    const weeks = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+".split(" ");
    const rows = (
      await curves(
        weeks.map((w) => ({ left: Number.parseInt(w, 10), ...(w.endsWith("+") ? {} : { end: "completed" }) })),
      )
    ).filter((r) => r.cut === "total");
    expect(rows.map((r) => [r.day, r.at_risk, r.ended, Number(r.standing).toFixed(4)])).toEqual([
      ["6", "21", "3", "0.8571"],
      ["7", "17", "1", "0.8067"],
      ["10", "15", "1", "0.7529"],
      ["13", "12", "1", "0.6902"],
      ["16", "11", "1", "0.6275"],
      ["22", "7", "1", "0.5378"],
      ["23", "6", "1", "0.4482"],
    ]);
    for (const r of rows) expect(Number(r.incidence_completed)).toBeCloseTo(1 - Number(r.standing), 12);
  });

  const kinds = {
    completed: "completed",
    declined: "declined",
    canceled: "canceled",
    denied: "denied",
    returned: "returned",
    unreachable: "unreachable",
    expired: "unreachable",
    closed_unknown: "closed_unknown",
  } as const;
  const words = Object.keys(kinds) as (keyof typeof kinds)[];

  // As survfit(Surv(entered, left, end) ~ 1) counts: at risk on day t are those with entered < t ≤ left, so that who is censored on a
  // day is at risk on it, who enters on it is not, and who enters and leaves on one day never is.
  function slowly(list: readonly History[]) {
    const seen = list.map((h) => ({
      entered: h.entered || -1,
      left: h.left,
      end: h.end as keyof typeof kinds | undefined,
    }));
    const risk = (t: number) => seen.filter((h) => h.entered < t && t <= h.left);
    const days = [...new Set(seen.filter((h) => h.end && h.entered < h.left).map((h) => h.left))].sort((a, b) => a - b);
    let standing = 1;
    const incidence: Record<string, number> = {};
    return days.map((t) => {
      const atRisk = risk(t);
      const ended = atRisk.filter((h) => h.end && h.left === t);
      for (const { end } of ended) incidence[kinds[end!]] = (incidence[kinds[end!]] ?? 0) + standing / atRisk.length;
      standing *= 1 - ended.length / atRisk.length;
      return { day: t, atRisk: atRisk.length, ended: ended.length, standing, incidence: { ...incidence } };
    });
  }

  test("of many outcomes, with ties, late entries and entries on the day of an end, is what the definition gives", async () => {
    const roll = chance(20_260_930);
    // Few different days make many ties.
    const list = Array.from({ length: 240 }, (): History => {
      const left = roll(24);
      const entered = roll(3) === 0 ? roll(left + 1) : 0;
      return {
        left,
        specialty: roll(3) === 0 ? "neurology" : "cardiology",
        ...(entered > 0 && { entered }),
        ...(roll(4) > 0 && { end: words[roll(words.length)]! }),
      };
    });
    expect(list.some((h) => h.entered === h.left && h.end)).toBe(true);
    const rows = await curves(list);
    for (const [cut, value, part] of [
      ["total", "All", list],
      ["specialty", "neurology", list.filter((h) => h.specialty === "neurology")],
    ] as const) {
      const found = rows.filter((r) => r.cut === cut && r.value === value);
      const expected = slowly(part);
      expect(found.map((r) => [Number(r.day), Number(r.at_risk), Number(r.ended)])).toEqual(
        expected.map((e) => [e.day, e.atRisk, e.ended]),
      );
      for (const [i, e] of expected.entries()) {
        expect(Math.abs(Number(found[i]!.standing) - e.standing)).toBeLessThan(1e-12);
        for (const kind of new Set(Object.values(kinds)))
          expect(Math.abs(Number(found[i]![`incidence_${kind}`]) - (e.incidence[kind] ?? 0))).toBeLessThan(1e-12);
      }
    }
  });

  test("waits are read off it: the first day by which half, and nine in ten, had their visit, or none", async () => {
    const roll = chance(7);
    for (const others of [0, 12, 4, 2]) {
      // One in so many ends otherwise.
      const list = Array.from({ length: 90 }, (): History => {
        const left = 1 + roll(60);
        const entered = roll(4) === 0 ? roll(left) : 0;
        const end = others > 0 && roll(others) === 0 ? words[1 + roll(7)]! : "completed";
        return { left, end, ...(entered > 0 && { entered }) };
      });
      const found = (await rowsOf("marts.wait_time", { "seeds.run": run, "core.episode": episodes(list) })).find(
        (r) => r.wait === "order_to_visit" && r.cut === "total",
      );
      const curve = slowly(list);
      const first = (share: number) => curve.find((e) => (e.incidence.completed ?? 0) >= share - 1e-9)?.day ?? null;
      const shown = (cell: string | null | undefined) => (cell === null || cell === undefined ? null : Number(cell));
      expect([shown(found?.median_days), shown(found?.p90_days)], `one in ${others}`).toEqual([first(0.5), first(0.9)]);
      expect(found?.median_reached).toBe(String(first(0.5) !== null));
    }
  });

  test("where all at risk end before later entries, nothing more can be told of those: the curve stays where it was", async () => {
    const rows = (
      await curves([
        { left: 2, end: "completed" },
        { left: 9, entered: 5, end: "declined" },
        { left: 12, entered: 5, end: "completed" },
      ])
    ).filter((r) => r.cut === "total");
    expect(
      rows.map((r) => [
        r.day,
        r.at_risk,
        Number(r.standing),
        Number(r.incidence_completed),
        Number(r.incidence_declined),
      ]),
    ).toEqual([
      ["2", "1", 0, 1, 0],
      ["9", "2", 0, 1, 0],
      ["12", "1", 0, 1, 0],
    ]);
  });
});

describe("Wilson's interval", () => {
  // R. G. Newcombe, Statistics in Medicine 17, 1998, 857–872, Table I, method 3 (score, no continuity correction).
  const published: [x: number, n: number, low: string, high: string][] = [
    [81, 263, "0.2553", "0.3662"],
    [15, 148, "0.0624", "0.1605"],
    [0, 20, "0.0000", "0.1611"],
    [1, 29, "0.0061", "0.1718"],
  ];

  /** Where the score statistic is z: (x÷n − π)² = z²·π(1−π)÷n, found by halving, between `from` (beyond z) and x÷n (within). */
  function bound(x: number, n: number, from: number): number {
    const z = 1.959963984540054;
    let [outside, inside] = [from, x / n];
    for (let i = 0; i < 200; i++) {
      const middle = (outside + inside) / 2;
      if ((x / n - middle) ** 2 > (z * z * middle * (1 - middle)) / n) outside = middle;
      else inside = middle;
    }
    return inside;
  }

  test("of every share is Newcombe's table, and the roots of the score equation", async () => {
    // Scheduled within 90 days: x of n in specialties named by them.
    const lines = published.flatMap(([x, n]) =>
      Array.from(
        { length: n },
        (_, i) => `${x}/${n}-${i} | ${x}/${n} | 2026-03-02 | 2026-03-02 | ${i < x ? "2026-03-09" : ""}`,
      ),
    );
    const rows = await rowsOf("marts.metric", {
      "core.episode": `episode_key | specialty | ordered_on | ordered_at | scheduled_at\n${lines.join("\n")}`,
    });
    for (const [x, n, low, high] of published) {
      const row = rows.find(
        (r) =>
          r.metric === "scheduled_90" &&
          r.cut === "specialty" &&
          r.value === `${x}/${n}` &&
          r.period === "last 12 months",
      );
      expect([row?.numerator, row?.denominator]).toEqual([String(x), String(n)]);
      expect([Number(row!.low).toFixed(4), Number(row!.high).toFixed(4)]).toEqual([low, high]);
      expect(Math.abs(Number(row!.low) - bound(x, n, 0))).toBeLessThan(1e-9);
      expect(Math.abs(Number(row!.high) - bound(x, n, 1))).toBeLessThan(1e-9);
    }
  });
});
