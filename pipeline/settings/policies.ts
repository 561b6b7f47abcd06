// Policies: how long each step of a referral may take, by kind of referral and priority. One YAML file each in sources/policies/, of
// keepage and of the workspace; a workspace's file of the same name replaces the shipped one, or extends it.
import { existsSync, readdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { z } from "zod";
import { vocabularies } from "../axes.ts";
import { home } from "../config.ts";
import { errorsOf, KeepageError, KeepageErrors, nearest } from "../errors.ts";
import { placeOf, readYaml } from "./yaml.ts";

/**
 * What a limit can be set on, in words that follow "at most 7 days". The first four are clocks; the others are stages of core.referral
 * that a referral may stay in only so long.
 */
export const limitStages = {
  first_contact: "from the order to the first attempt to reach the patient",
  scheduling: "from the order to a booked appointment",
  visit: "from the order to the visit",
  report: "from the visit to its note or result",
  pending: "pending",
  awaiting_information: "waiting for information",
  awaiting_authorization: "waiting for authorization",
  no_showed: "from a no-show to the next step",
  canceled_appointment: "from a canceled appointment to a new one",
  outcome_unknown: "from the day of the appointment to a recorded outcome",
} as const;
export type LimitStage = keyof typeof limitStages;
const stageNames = Object.keys(limitStages) as [LimitStage, ...LimitStage[]];

const priorities = vocabularies.priority;
export type Priority = (typeof priorities)[number];

/** A limit: days, counted as business days (Monday to Friday without holidays) or calendar days. */
export interface Duration {
  readonly days: number;
  readonly business: boolean;
}

const duration = z
  .string()
  .regex(/^([1-9]\d*) (business )?days?$|^(24|48|72) hours$/, {
    error: 'is not a limit such as "7 days" or "2 business days"',
  })
  .transform((text): Duration => {
    const number = Number.parseInt(text, 10);
    return text.endsWith("hours")
      ? { days: number / 24, business: false }
      : { days: number, business: text.includes("business") };
  });

const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, { error: "is not a day such as 2026-01-01" })
  .refine((text) => !Number.isNaN(Date.parse(text)), { error: "is not a day of the calendar" });
const period = {
  from: day.optional().describe("First day it holds."),
  to: day.optional().describe("Last day it holds."),
};

const list = <T extends z.ZodType<string>>(item: T) =>
  z.union([item, z.array(item).min(1)]).transform((v): string[] => (Array.isArray(v) ? v : [v]));
const words = list(z.string().min(1));

const rule = z.strictObject({
  specialty: words.optional().describe("Specialties as in specialties.csv, second column."),
  type: list(z.enum(vocabularies.type)).optional().describe("Kinds of referral."),
  priority: list(z.enum(priorities)).optional(),
  payer: words.optional().describe("Payers, as the sources write them; upper and lower case are alike."),
  diagnosis: words.optional().describe("Beginnings of diagnosis codes, such as I50."),
  location: words.optional().describe("Departments or sites referred to; upper and lower case are alike."),
});
type Rule = z.output<typeof rule>;

const entry = z.strictObject({ within: duration, priority: list(z.enum(priorities)).optional(), ...period });
const byPriority = z.strictObject({
  any: duration.optional(),
  ...(Object.fromEntries(priorities.map((p) => [p, duration.optional()])) as Record<
    Priority,
    z.ZodOptional<typeof duration>
  >),
});
const limit = z.union([duration, byPriority, z.array(entry).min(1)]);

/**
 * A policy file. Each further part of a policy (how to reach out, whom to escalate to, what closes a loop) becomes a key of its own
 * beside `limits`, with a seed table of its own beside seeds.policy_limit.
 */
export const policySchema = z.strictObject({
  extends: z.string().optional().describe("A shipped policy to start from."),
  label: z.string().min(1).optional().describe("Name for people."),
  enabled: z.boolean().optional().describe("false switches a shipped policy off."),
  rank: z.int().min(1).optional().describe("The policy with the lowest rank that matches a referral is its policy."),
  match: z
    .union([rule, z.array(rule).min(1)])
    .transform((v) => (Array.isArray(v) ? v : [v]))
    .optional()
    .describe("All conditions of one rule must hold; of several rules any one. {} matches every referral."),
  effective: z.strictObject(period).optional().describe("Orders of these days."),
  limits: z
    .strictObject(
      Object.fromEntries(
        stageNames.map((s) => [s, limit.optional().describe(`At most this long ${limitStages[s]}.`)]),
      ) as Record<LimitStage, z.ZodOptional<typeof limit>>,
    )
    .optional(),
});
type PolicyFile = z.output<typeof policySchema>;

/** One limit for one priority; `priority` null serves referrals whose priority no source tells. */
export interface Limit extends Duration {
  readonly stage: LimitStage;
  readonly priority: Priority | null;
  readonly from: string | null;
  readonly to: string | null;
}

export interface Policy {
  readonly name: string;
  readonly label: string;
  readonly rank: number;
  readonly match: readonly Rule[];
  readonly from: string | null;
  readonly to: string | null;
  readonly limits: readonly Limit[];
}

const folders = (dir: string | null) => [
  ...(dir ? [join(dir, "sources", "policies")] : []),
  join(home, "sources", "policies"),
];
const namesIn = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((f) => f.endsWith(".yaml"))
        .map((f) => basename(f, ".yaml"))
    : [];

/**
 * Policies of a workspace and those that ship, in the order they are asked. `specialties` are the names that `match` may use.
 * @throws KeepageErrors with all that is wrong, each with file and line
 */
export function readPolicies(dir: string, specialties: Iterable<string>): Policy[] {
  const known = new Set(specialties);
  const problems: KeepageError[] = [];
  const policies: Policy[] = [];
  for (const name of [...new Set(folders(dir).flatMap(namesIn))].sort()) {
    try {
      const policy = readPolicy(name, dir, known);
      if (policy) policies.push(policy);
    } catch (error) {
      problems.push(...errorsOf(error));
    }
  }
  policies.sort((a, b) => a.rank - b.rank);
  const isOwn = (name: string) => existsSync(join(dir, "sources", "policies", `${name}.yaml`));
  for (const [n, policy] of policies.entries()) {
    const before = policies[n - 1];
    if (before?.rank !== policy.rank) continue;
    // The workspace's own file is the one to change.
    const [mine, other] = isOwn(before.name) ? [before.name, policy.name] : [policy.name, before.name];
    const place = placeIn(mine, dir, ["rank"]);
    const text = `${place}: ${mine} has the rank ${policy.rank} of ${other}: which is asked first?`;
    problems.push(new KeepageError("E007", text, { place }));
  }
  if (problems.length) throw new KeepageErrors(problems);
  return policies;
}

function fileOf(name: string, dir: string | null): string | undefined {
  return folders(dir)
    .map((folder) => join(folder, `${name}.yaml`))
    .find(existsSync);
}

const placeIn = (name: string, dir: string | null, path: readonly PropertyKey[]) => {
  const file = fileOf(name, dir)!;
  return placeOf(file, path) ?? relative("", file);
};

function readPolicy(name: string, dir: string, specialties: ReadonlySet<string>): Policy | null {
  const problems: KeepageError[] = [];
  const fail = (what: string, path: readonly PropertyKey[]) => {
    const place = placeIn(name, dir, path);
    problems.push(new KeepageError("E007", `${place}: ${what}`, { place }));
  };
  const own = readYaml(fileOf(name, dir)!, policySchema);
  let base: PolicyFile = {};
  if (own.extends !== undefined) {
    const shipped = namesIn(folders(null)[0]!);
    if (shipped.includes(own.extends)) base = readYaml(join(folders(null)[0]!, `${own.extends}.yaml`), policySchema);
    else {
      const near = nearest(own.extends, shipped);
      fail(`no policy "${own.extends}" ships with keepage${near ? `; the nearest is "${near}"` : ""}.`, ["extends"]);
    }
  }
  if (problems.length) throw new KeepageErrors(problems);
  const merged = { ...base, ...own, limits: { ...base.limits, ...own.limits } };
  if (merged.enabled === false) return null;
  if (!merged.match) fail("`match` is missing: which referrals is it for? {} matches every one.", []);
  if (merged.rank === undefined) fail("`rank` is missing: when is it asked? The lowest rank first.", []);
  if (Object.keys(merged.limits).length === 0) fail("`limits` is missing.", []);
  for (const [n, one] of (merged.match ?? []).entries()) {
    for (const specialty of one.specialty ?? []) {
      if (specialties.has(specialty)) continue;
      const near = nearest(specialty, specialties);
      const path = placeOf(fileOf(name, dir)!, ["match", n, "specialty"])
        ? ["match", n, "specialty"]
        : ["match", "specialty"];
      fail(`"${specialty}" is no specialty of specialties.csv${near ? `; the nearest is "${near}"` : ""}.`, path);
    }
  }
  const limits = stageNames.flatMap((stage) =>
    limitsOf(stage, merged.limits[stage], (what) => fail(what, ["limits", stage])),
  );
  if (problems.length) throw new KeepageErrors(problems);
  return {
    name,
    label: merged.label ?? name,
    rank: merged.rank!,
    match: merged.match!,
    from: merged.effective?.from ?? null,
    to: merged.effective?.to ?? null,
    limits,
  };
}

interface Entry {
  readonly within: Duration;
  readonly priority?: readonly string[] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Spells a stage's limit out: one row for each priority and for none told, the particular before the general. */
function limitsOf(stage: LimitStage, given: z.output<typeof limit> | undefined, fail: (what: string) => void): Limit[] {
  if (given === undefined) return [];
  const entries: readonly Entry[] = Array.isArray(given)
    ? given
    : "days" in given
      ? [{ within: given }]
      : Object.entries(given).flatMap(([priority, within]) =>
          within ? [{ within, ...(priority !== "any" && { priority: [priority] }) }] : [],
        );
  const out: Limit[] = [];
  const clashes: string[] = [];
  for (const priority of [...priorities, null]) {
    const exact = entries.filter((e) => priority !== null && e.priority?.includes(priority));
    const chosen = exact.length ? exact : entries.filter((e) => e.priority === undefined);
    const limits = chosen.map((e): Limit => ({ stage, priority, ...e.within, from: e.from ?? null, to: e.to ?? null }));
    const ordered = limits.sort((a, b) => ((a.from ?? "") < (b.from ?? "") ? -1 : 1));
    for (const [n, one] of ordered.entries()) {
      const before = ordered[n - 1];
      if (before && (before.to === null || before.to >= (one.from ?? ""))) clashes.push(priority ?? "any priority");
    }
    out.push(...ordered);
  }
  if (clashes.length) fail(`two limits hold on the same days, for ${or([...new Set(clashes)])}.`);
  return out;
}

export type PolicyRow = [
  policy: string,
  rank: number,
  label: string,
  rule: number,
  specialty: string | null,
  referral_type: string | null,
  priority: string | null,
  payer: string | null,
  diagnosis: string | null,
  location: string | null,
  from: string | null,
  to: string | null,
];

const rulesLimit = 5000;

/** Rows of seeds.policy: every combination of a rule's values is one row, null where a column does not matter. */
export function policyRows(policies: readonly Policy[]): PolicyRow[] {
  return policies.flatMap((policy) =>
    policy.match.flatMap((one, n) => {
      const any = [null];
      const folded = (list?: readonly string[]) => list?.map((text) => text.trim().toLowerCase()) ?? any;
      const combined: PolicyRow[] = [];
      for (const specialty of one.specialty ?? any)
        for (const type of one.type ?? any)
          for (const priority of one.priority ?? any)
            for (const payer of folded(one.payer))
              for (const diagnosis of one.diagnosis?.map((d) => d.toUpperCase().replaceAll(".", "")) ?? any)
                for (const location of folded(one.location))
                  combined.push([
                    policy.name,
                    policy.rank,
                    policy.label,
                    n + 1,
                    specialty,
                    type,
                    priority,
                    payer,
                    diagnosis,
                    location,
                    policy.from,
                    policy.to,
                  ]);
      if (combined.length > rulesLimit)
        throw new KeepageError(
          "E007",
          `${policy.name}: one rule of \`match\` has ${combined.length} combinations; part it.`,
        );
      return combined;
    }),
  );
}

export type LimitRow = [
  policy: string,
  stage: string,
  priority: string | null,
  days: number,
  business: boolean,
  from: string | null,
  to: string | null,
  rule: string,
  sentence: string,
];

/** Rows of seeds.policy_limit. `rule` names what is broken where a referral takes longer. */
export function limitRows(policies: readonly Policy[]): LimitRow[] {
  return policies.flatMap((policy) =>
    policy.limits.map(
      (l): LimitRow => [
        policy.name,
        l.stage,
        l.priority,
        l.days,
        l.business,
        l.from,
        l.to,
        [policy.name, l.stage, l.priority ?? "any"].join("/"),
        `${policy.label}${l.priority ? `, ${l.priority}` : ""}: ${sentence(l)}.`,
      ],
    ),
  );
}

const shown = ({ days, business }: Duration) => `${days} ${business ? "business " : ""}${days === 1 ? "day" : "days"}`;
const sentence = (l: Limit) => `at most ${shown(l)} ${limitStages[l.stage]}`;
const or = (items: readonly string[]) =>
  items.length > 1 ? `${items.slice(0, -1).join(", ")} or ${items.at(-1)}` : (items[0] ?? "");

const conditions = {
  specialty: "of specialty",
  type: "of type",
  priority: "of priority",
  payer: "of payer",
  diagnosis: "with a diagnosis that begins with",
  location: "sent to",
} as const;

/** A policy in plain sentences: whom it is for, then one for each limit. */
export function explainPolicy(policy: Policy): { who: string; limits: string[] } {
  const rules = policy.match.map((one) =>
    Object.entries(conditions)
      .flatMap(([key, words]) => {
        const values = one[key as keyof Rule];
        return values ? [`${words} ${or(values.map((v) => v.trim().replaceAll("_", " ")))}`] : [];
      })
      .join(", "),
  );
  const when = between(policy.from, policy.to);
  const who = rules.every((r) => r === "") ? "every other referral" : `referrals ${rules.join("; or ")}`;
  const limits = stageNames.flatMap((stage) => {
    const own = policy.limits.filter((l) => l.stage === stage);
    if (own.length === 0) return [];
    const same = Map.groupBy(own, (l) => [shown(l), l.from, l.to].join("|"));
    const isRest = (group: readonly Limit[]) => group.some((l) => l.priority === null);
    const groups = [...same.values()].sort((x, y) => Number(isRest(x)) - Number(isRest(y)));
    const parts = groups.map((group) => {
      const [first] = group;
      const named = groups.some((g) => !isRest(g));
      const which = isRest(group) ? named && "for all others" : `for ${or(group.map((l) => l.priority!))} orders`;
      return [shown(first!), which, between(first!.from, first!.to)].filter(Boolean).join(" ");
    });
    const clock = limitStages[stage];
    return [`${clock[0]!.toUpperCase()}${clock.slice(1)} at most ${parts.join(", ")}.`];
  });
  return { who: `For ${who}${when ? `, ordered ${when}` : ""}.`, limits };
}

const between = (from: string | null, to: string | null) =>
  [from && `from ${from}`, to && `until ${to}`].filter(Boolean).join(" ");
