// Policies: strict, explained in plain sentences, spelled out for the models so that one equal join finds a referral's limit.
import { relative } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { vocabularies } from "../pipeline/axes.ts";
import { readWorkspace } from "../pipeline/config.ts";
import { rows } from "../pipeline/duckdb.ts";
import { KeepageError, KeepageErrors } from "../pipeline/errors.ts";
import { run } from "../pipeline/run.ts";
import { policiesOf } from "../pipeline/seeds.ts";
import { explainPolicy, limitRows, limitStages, policyRows } from "../pipeline/settings/policies.ts";
import { inRelease, least } from "./fixture.ts";
import { files, log, put, runCli, workspace } from "./workspace.ts";

// Databases and processes take their time on a busy machine; no test here is about time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const own = (policies: Readonly<Record<string, string>>) =>
  files(Object.fromEntries(Object.entries(policies).map(([name, text]) => [`sources/policies/${name}.yaml`, text])));

function mistakes(policies: Readonly<Record<string, string>>): string[] {
  const dir = own(policies);
  try {
    policiesOf({ dir });
    return [];
  } catch (error) {
    const all = error instanceof KeepageErrors ? error.errors : error instanceof KeepageError ? [error] : [];
    if (all.length === 0) throw error;
    return all.map((e) => `${e.code} ${e.message.replaceAll(`${relative("", dir)}/sources/policies/`, "")}`);
  }
}

test("the policies that ship differ by kind of referral, and the last one takes every other referral", () => {
  const policies = policiesOf({ dir: files({}) });
  expect(policies.map((p) => p.name)).toEqual([
    "high-risk-cardiology",
    "behavioral-health",
    "social-need",
    "routine-imaging",
    "routine-specialist-visit",
    "default",
  ]);
  expect(policies.at(-1)!.match).toEqual([{}]);
  expect(new Set(policies.at(-1)!.limits.map((l) => l.stage))).toEqual(new Set(Object.keys(limitStages)));
});

test("every priority, and a referral without one, has exactly one limit a stage on any day", () => {
  const days = ["2020-01-01", "2025-12-31", "2026-01-01", "2030-01-01"];
  for (const policy of policiesOf({ dir: files({}) }))
    for (const stage of new Set(policy.limits.map((l) => l.stage)))
      for (const priority of [...vocabularies.priority, null])
        for (const day of days) {
          const found = policy.limits.filter(
            (l) => l.stage === stage && l.priority === priority && (l.from ?? day) <= day && (l.to ?? day) >= day,
          );
          expect(found.length, `${policy.name} ${stage} ${priority} ${day}`).toBe(1);
        }
});

test("a limit may change with the years; a priority's own limit comes before the general one", () => {
  const dir = own({
    knees: `label: Knees
rank: 5
match: { specialty: orthopedics, diagnosis: [M17, m23.2], payer: " Medicaid " }
effective: { from: 2025-01-01 }
limits:
  visit:
    - { within: 60 days, to: 2025-12-31 }
    - { within: 45 days, from: 2026-01-01 }
    - { within: 3 business days, priority: [urgent, emergency] }
  awaiting_authorization: 72 hours
`,
  });
  const [knees] = policiesOf({ dir });
  expect(policyRows([knees!])).toEqual([
    ["knees", 5, "Knees", 1, "orthopedics", null, null, "medicaid", "M17", null, "2025-01-01", null],
    ["knees", 5, "Knees", 1, "orthopedics", null, null, "medicaid", "M232", null, "2025-01-01", null],
  ]);
  const limits = limitRows([knees!]);
  expect(limits.filter((l) => l[1] === "visit" && l[2] === "soon").map((l) => l.slice(3, 7))).toEqual([
    [60, false, null, "2025-12-31"],
    [45, false, "2026-01-01", null],
  ]);
  expect(limits.find((l) => l[1] === "visit" && l[2] === "urgent")).toEqual([
    "knees",
    "visit",
    "urgent",
    3,
    true,
    null,
    null,
    "knees/visit/urgent",
    "Knees, urgent: at most 3 business days from the order to the visit.",
  ]);
  expect(explainPolicy(knees!)).toEqual({
    who: "For referrals of specialty orthopedics, of payer Medicaid, with a diagnosis that begins with M17 or m23.2, ordered from 2025-01-01.",
    limits: [
      "From the order to the visit at most 3 business days for emergency or urgent orders, 60 days for all others until 2025-12-31, 45 days for all others from 2026-01-01.",
      "Waiting for authorization at most 3 days.",
    ],
  });
});

describe("a workspace's own file of a shipped name", () => {
  test("replaces the shipped policy", () => {
    const dir = own({ "social-need": "rank: 30\nmatch: { type: social_need }\nlimits: { visit: 9 days }\n" });
    expect(policiesOf({ dir }).find((p) => p.name === "social-need")!.limits).toHaveLength(5);
  });

  test("or extends it, stage by stage", () => {
    const dir = own({ default: "extends: default\nlimits: { visit: 9 days }\n" });
    const { limits } = policiesOf({ dir }).find((p) => p.name === "default")!;
    expect(limits.filter((l) => l.stage === "visit").every((l) => l.days === 9)).toBe(true);
    expect(limits.some((l) => l.stage === "report")).toBe(true);
  });

  test("or switches it off", () => {
    const dir = own({ "social-need": "enabled: false\n" });
    expect(policiesOf({ dir }).map((p) => p.name)).not.toContain("social-need");
  });
});

describe("mistakes name file, line and the nearest word, all at once", () => {
  const base = "rank: 7\nmatch: { specialty: cardiology }\nlimits: { visit: 3 days }\n";
  test.each([
    [
      "a stage that is none",
      base.replace("visit", "vist"),
      'E003 a.yaml:3: limits: "vist" is not a setting; the nearest is "visit".',
    ],
    [
      "a limit that is none",
      base.replace("3 days", "soon"),
      'E004 a.yaml:3: "limits.visit" is not a limit such as "7 days" or "2 business days".',
    ],
    [
      "a specialty that is none",
      base.replace("cardiology", "cardiolgy"),
      'E007 a.yaml:2: "cardiolgy" is no specialty of specialties.csv; the nearest is "cardiology".',
    ],
    ["a kind of referral that is none", base.replace("specialty: cardiology", "type: socialneed"), "E004 a.yaml:2:"],
    [
      "a condition that is none",
      base.replace("specialty:", "speciality:"),
      'E003 a.yaml:2: match: "speciality" is not a setting; the nearest is "specialty".',
    ],
    ["a day that is none", `${base}effective: { from: 2026-13-01 }\n`, "E004 a.yaml:4:"],
    [
      "a rank that another has",
      base.replace("7", "10"),
      "E007 a.yaml:1: a has the rank 10 of high-risk-cardiology: which is asked first?",
    ],
    ["nothing said of whom it is for", "rank: 7\nlimits: { visit: 3 days }\n", "E007 a.yaml:1: `match` is missing"],
    [
      "a policy to extend that does not ship",
      "extends: defalt\n",
      'E007 a.yaml:1: no policy "defalt" ships with keepage; the nearest is "default".',
    ],
    [
      "two limits on the same days",
      base.replace("3 days", "[{ within: 3 days, from: 2024-01-01 }, { within: 4 days, from: 2025-01-01 }]"),
      "E007 a.yaml:3: two limits hold on the same days, for emergency, urgent, soon, routine or any priority.",
    ],
  ])("%s", (_, text, message) => {
    const found = mistakes({ a: text });
    expect(found.join("\n")).toContain(message);
    expect(found).toHaveLength(1);
  });

  test("a wrong policy stops a run before anything is taken in", async () => {
    const dir = workspace({ "log_20260504.csv": log(2) });
    put(dir, "sources/policies/a.yaml", base.replace("cardiology", "cardiolgy"));
    const { code, err } = await runCli(["run", "--no-site"], dir);
    expect(code).toBe(2);
    expect(err).toContain("E007 sources/policies/a.yaml:2:");
  });
});

test("a release holds its policies, for models and for people who ask", async () => {
  const dir = workspace({ "log_20260504.csv": log(2) });
  await run(readWorkspace(dir), least);
  await inRelease(readWorkspace(dir), async (connection) => {
    const found = await rows(
      connection,
      `select l.days, l.business, l.rule from seeds.policy p join seeds.policy_limit l using (policy)
       where p.specialty = 'cardiology' and p.priority = 'urgent' and l.stage = 'visit' and l.priority = 'urgent'`,
    );
    expect(found).toEqual([{ days: 7, business: false, rule: "high-risk-cardiology/visit/urgent" }]);
    // Independence Day of 2026 is a Saturday, kept on the Friday before.
    const days = await rows<{ day: string; business_day: boolean; later: number }>(
      connection,
      `select cast(day as varchar) as day, business_day,
         business_days_before - (select business_days_before from seeds.calendar where day = date '2026-07-02') as later
       from seeds.calendar where day between date '2026-07-02' and date '2026-07-07' order by day`,
    );
    expect(days.map((d) => [d.day.slice(8), d.business_day, d.later])).toEqual([
      ["02", true, 0],
      ["03", false, 1],
      ["04", false, 1],
      ["05", false, 1],
      ["06", true, 1],
      ["07", true, 2],
    ]);
  });
});

test("`keepage check` explains every policy that ships: whom it is for, and each limit in a sentence", async () => {
  const { code, out } = await runCli(["check"], workspace({}));
  expect(code).toBe(0);
  const said = out.split("\n");
  const policies = policiesOf({ dir: files({}) });
  const starts = policies.map((p) => said.findIndex((text) => text.startsWith(`policy     ${p.label}. For `)));
  expect(starts.every((n, i) => n > (starts[i - 1] ?? -1))).toBe(true);
  for (const [n, { label, limits }] of policies.entries()) {
    const own = said.slice(starts[n]! + 1, starts[n]! + 1 + new Set(limits.map((l) => l.stage)).size);
    for (const text of own) expect(text, label).toMatch(/^ {13}[A-Z][a-z -]+ at most \d+ .*\.$/);
    for (const { days, business } of limits)
      expect(
        own.some((text) => text.includes(`${days} ${business ? "business day" : "day"}`)),
        `${label} ${days}`,
      ).toBe(true);
  }
  expect(
    out,
  ).toContain(`policy     High-risk cardiology. For referrals of specialty cardiology, of priority emergency or urgent; or of specialty cardiology, with a diagnosis that begins with I20, I21, I22, I24, I46 or I50.
             From the order to the first attempt to reach the patient at most 1 day for emergency orders, 1 business day for all others.`);
  expect(out).toContain("policy     All other referrals. For every other referral.");
});
