// What must hold of leakage whatever happened: all are accounted for in every cut, bounds contain the point, dollars add up.
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { openHarness } from "../pipeline/sql/harness.ts";

const harness = openHarness();
afterAll(async () => (await harness).close());

const place = fc.constantFrom("in", "out", "unknown");
const episode = fc.record({
  month: fc.constantFrom("2026-01-01", "2026-02-01"),
  specialty: fc.constantFrom("cardiology", "dermatology"),
  location: fc.constantFrom("East", "West", ""),
  payer: fc.constantFrom("Medicare", "Medicaid", ""),
  intended: place,
  actual: fc.constantFrom("in", "out", "unknown", "not_completed"),
  avoidability: fc.constantFrom("avoidable", "not_avoidable", "unproven"),
  option: fc.constantFrom("true", "false", ""),
  dollars: fc.option(fc.integer({ min: 1, max: 900 })),
});
type Episode = typeof episode extends fc.Arbitrary<infer T> ? T : never;

function given(episodes: readonly Episode[]): Record<string, string> {
  const cells = episodes.map((e, n) => {
    const out = e.actual === "out";
    const dollars = out ? (e.dollars ?? "") : "";
    const basis = out ? (e.dollars === null ? "unknown" : "claims") : "";
    return `e${n} | ${e.intended} | ${e.actual} | ${out ? e.avoidability : ""} | ${out ? e.option : ""} | ${dollars} | ${dollars} | ${dollars} | ${basis}`;
  });
  const dims = episodes.map((e, n) => `e${n} | ${e.month} | ${e.month} | ${e.specialty} | ${e.location} | ${e.payer}`);
  return {
    "core.leakage": `episode_key | intended_network | actual_network | avoidability | option_existed | dollars | dollars_low | dollars_high | dollars_basis\n${cells.join("\n")}`,
    "core.episode": `episode_key | ordered_month | ordered_on | specialty | referring_location | payer\n${dims.join("\n")}`,
  };
}

const number = (cell: string | null | undefined): number => Number(cell ?? 0);

test("in, out, unknown and not completed are all, in every cell; bounds contain the point; dollars add up", async () => {
  const { rowsOf } = await harness;
  await fc.assert(
    fc.asyncProperty(fc.array(episode, { minLength: 1, maxLength: 40 }), async (episodes) => {
      const rows = await rowsOf("marts.leakage", given(episodes));
      let [all, dollars] = [0, 0];
      for (const r of rows) {
        const n = (column: string) => number(r[column]);
        expect(n("realized_in") + n("realized_out") + n("realized_unknown") + n("not_completed")).toBe(n("episodes"));
        expect(n("ordered_in") + n("ordered_out") + n("ordered_unknown")).toBe(n("episodes"));
        expect(n("avoidable") + n("not_avoidable") + n("unproven")).toBe(n("realized_out"));
        if (r.leakage_realized !== null) {
          expect(n("leakage_realized_low")).toBeLessThanOrEqual(n("leakage_realized"));
          expect(n("leakage_realized_high")).toBeGreaterThanOrEqual(n("leakage_realized"));
        }
        if (r.leakage_net !== null) {
          expect(n("leakage_net_low")).toBeLessThanOrEqual(n("leakage_net"));
          expect(n("leakage_net_high")).toBeGreaterThanOrEqual(n("leakage_net"));
        }
        all += n("episodes");
        dollars += n("leakage_dollars");
      }
      expect(all).toBe(episodes.length);
      const out = episodes.filter((e) => e.actual === "out");
      expect(dollars).toBe(out.reduce((sum, e) => sum + (e.dollars ?? 0), 0));
      expect(rows.reduce((sum, r) => sum + number(r.leakage_dollars_missing), 0)).toBe(
        out.filter((e) => e.dollars === null).length,
      );
      // Every cut is a sum of cells: of each payer, place, specialty and month the episodes and dollars are those that are its own.
      const cuts = { payer: "payer", referring_location: "location", specialty: "specialty", month: "month" } as const;
      for (const [column, key] of Object.entries(cuts) as [
        keyof typeof cuts,
        "payer" | "location" | "specialty" | "month",
      ][])
        for (const [value, mine] of Map.groupBy(episodes, (e) => e[key] || "Unknown")) {
          const cells = rows.filter((r) => r[column] === value);
          const sum = (name: string) => cells.reduce((total, r) => total + number(r[name]), 0);
          const count = (actual: string) => mine.filter((e) => e.actual === actual).length;
          expect(sum("leakage_dollars")).toBe(
            mine.reduce((total, e) => total + (e.actual === "out" ? (e.dollars ?? 0) : 0), 0),
          );
          expect([sum("realized_in"), sum("realized_out"), sum("realized_unknown"), sum("not_completed")]).toEqual([
            count("in"),
            count("out"),
            count("unknown"),
            count("not_completed"),
          ]);
        }
    }),
    { numRuns: 30, seed: 11 },
  );
});

test("an unknown destination moves the bounds and never the point", async () => {
  const { rowsOf } = await harness;
  const cell = { month: "2026-01-01", specialty: "cardiology", location: "East", payer: "Medicare" } as const;
  const make = (actual: Episode["actual"]): Episode => ({
    ...cell,
    intended: "unknown",
    actual,
    avoidability: "avoidable",
    option: "true",
    dollars: 100,
  });
  const rates = async (unknown: number) => {
    const list: Episode["actual"][] = ["in", "in", "in", "out", ...Array(unknown).fill("unknown")];
    const [row] = await rowsOf("marts.leakage", given(list.map(make)));
    return [row!.leakage_realized_low, row!.leakage_realized, row!.leakage_realized_high].map(Number);
  };
  expect(await rates(0)).toEqual([0.25, 0.25, 0.25]);
  expect(await rates(4)).toEqual([0.125, 0.25, 0.625]);
});

test("of any claims, each visit answers one referral at most and has one role", async () => {
  const { rowsOf } = await harness;
  const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
  const who = fc.constantFrom("ann", "bob");
  const what = fc.constantFrom("cardiology", "dermatology");
  const referral = fc.record({ who, what, on: fc.nat({ max: 60 }), npi: fc.constantFrom("A", "B", "") });
  const visit = fc.record({ who, what, on: fc.nat({ max: 200 }), npi: fc.constantFrom("A", "B", "C") });
  await fc.assert(
    fc.asyncProperty(
      fc.array(referral, { maxLength: 6 }),
      fc.array(visit, { minLength: 1, maxLength: 8 }),
      async (referrals, visits) => {
        const keys = referrals.map((_, n) => `r:${n}`);
        const rows = await rowsOf("core.visit_match", {
          "seeds.match_window": "priority | days\nroutine | 180",
          "core.episode_member": `episode_key | referral_key\n${keys.map((k) => `${k} | ${k}`).join("\n")}`,
          "core.referral": `referral_key | referral_id | patient_key | ordered_on | specialty | priority | is_open\n${referrals.map((r, n) => `r:${n} | ${n} | ${r.who} | ${day(r.on)} | ${r.what} | routine | true`).join("\n")}`,
          "core.intended": `referral_key | provider_key\n${referrals.map((r, n) => `r:${n} | ${r.npi}`).join("\n")}`,
          "core.visit": `visit_key | patient_key | day | service | specialty | provider_key\n${visits.map((v, n) => `v:${n} | ${v.who} | ${day(v.on)} | visit | ${v.what} | ${v.npi}`).join("\n")}`,
        });
        expect(new Set(rows.map((r) => r.visit_key)).size).toBe(rows.length);
        for (const row of rows) {
          const v = visits[Number(row.visit_key!.slice(2))]!;
          const r = referrals[Number(row.referral_key!.slice(2))]!;
          expect(v.who).toBe(r.who);
          expect(v.on).toBeGreaterThanOrEqual(r.on);
          expect(v.on).toBeLessThanOrEqual(r.on + 180);
          expect(v.npi === r.npi || v.what === r.what).toBe(true);
          if (row.rule === "specialty") {
            // A referral that named this clinician would have had it.
            const named = referrals.some(
              (o) => o.who === v.who && o.npi === v.npi && o.on <= v.on && v.on <= o.on + 180,
            );
            expect(named).toBe(false);
          }
        }
        // Whoever could be answered is: a visit with any candidate has an answer.
        for (const [n, v] of visits.entries()) {
          const fits = referrals.some(
            (r) => r.who === v.who && r.on <= v.on && v.on <= r.on + 180 && (r.npi === v.npi || r.what === v.what),
          );
          expect(rows.some((r) => r.visit_key === `v:${n}`)).toBe(fits);
        }
      },
    ),
    { numRuns: 40, seed: 5 },
  );
});
