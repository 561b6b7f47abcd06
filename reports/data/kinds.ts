// Which figures of the same people lie inside one another: taken from the rows they are counted from, family by family ("episode by
// ordered_on"), so that nothing is known of a figure's words here.
import { join } from "node:path";
import { sql } from "kysely";
import { home } from "../../pipeline/config.ts";
import { type Grain, type Metrics, readMetrics } from "../../pipeline/metrics/metrics.ts";
import type { Inside } from "../../pipeline/site/privacy.ts";
import { Together } from "../../pipeline/site/together.ts";
import { never, notCounted } from "../components/cube.ts";
import { familiesOf } from "./families.ts";
import { insidesOf } from "./insides.ts";
import { levels } from "./metrics.ts";
import type { Level } from "./publish.ts";
import type { Site } from "./site.ts";

/** Every share that some page shows: what of them lies inside what has to be known before the first is published. */
const shown: readonly string[] = [
  ...["scheduled_90", "scheduled_30", "completed_90", "show_through"],
  ...["loop_closed", "loop_visit", "loop_acknowledged", "closed_without_evidence"],
  ...["note_open_7", "note_open_14", "note_open_30"],
  ...["no_show", "no_show_ihi", "canceled_by_provider", "canceled_by_patient", "rescheduled", "left_without_seen"],
  ...["outcome_unknown", "reminded_twice", "rebooked_14"],
  ...["authorization_in_time_standard", "authorization_in_time_expedited"],
  ...["authorization_denied", "authorization_partial", "authorization_on_appeal"],
  ...["reached_14", "outreach_short", "outreach_exhausted", "reach_rate", "wrong_number"],
];

/** Days whose medians some page shows. */
const shownDays: readonly string[] = [
  ...["days_to_scheduled", "days_to_visit", "days_to_note", "lead_days", "days_to_first_contact", "days_to_reached"],
  ...["days_to_authorization_standard", "days_to_authorization_expedited", "days_to_submission"],
];

/** What is known of the people of one family. */
export interface Family {
  readonly together: Together;
  /** Names of whom everybody is also of a certain name of another cut. */
  readonly inside: readonly Inside[];
}

/** The family of all figures of episodes in the month of their order; orders and where patients went are counted with it. */
export const episodes = "episode by ordered_on";

const families = new WeakMap<Site["db"], Map<string, Promise<Family>>>();

/** One and the same for every page. Without a limit there is nothing to hide. */
export function familyOf(site: Site, name: string, share?: string): Promise<Family> {
  if (share !== undefined && !shown.includes(share))
    throw new Error(`"${share}" is not among the shares that reports/data/kinds.ts knows`);
  const known = families.get(site.db) ?? new Map<string, Promise<Family>>();
  families.set(site.db, known);
  const family = known.get(name) ?? read(site, name);
  known.set(name, family);
  return family;
}

let definitions: Metrics | undefined;

/** The rows that the figures of a family are counted from. */
export interface Rows {
  readonly grain: Grain;
  /** The grain whose cuts they share. */
  readonly parent: Grain | undefined;
  readonly time: string;
}

/** Rows of a family, "episode by ordered_on"; null where the definitions have no such grain. */
export function rowsNamed(name: string): Rows | null {
  definitions ??= readMetrics(join(home, "models/metrics"))!;
  const [of, time] = name.split(" by ") as [string, string];
  const grain = definitions.grains.find((one) => one.name === of);
  const parent = grain && definitions.grains.find((one) => one.name === grain.cutsOf);
  return grain ? { grain, parent, time } : null;
}

async function read(site: Site, name: string): Promise<Family> {
  const rows = rowsNamed(name);
  if (site.limit === 0 || !rows) return { together: new Together([], [], site.limit), inside: [] };
  const { grain, parent, time } = rows;
  const together = new Together(
    await kinds(site, rows),
    [...site.calendar.steps, ...((await familiesOf(site)).get(name)?.steps ?? [])],
    site.limit,
  );
  for (const share of grain.metrics)
    if (share.time === time && shown.includes(share.name))
      for (const level of [...levels, { of: ["met", "unmet"] }])
        for (const parts of Object.values(level)) together.group(parts.map((part) => `${share.name}.${part}`));
  if (name === episodes)
    for (const level of [...endLevels, ...destinationLevels, ...orderedLevels])
      for (const parts of Object.values(level)) together.group(parts);
  return { together, inside: [...site.inside, ...(await insides(site, grain, parent, time))] };
}

/** The rows of a grain at a time of theirs, with the cuts of the grain they share them with. */
function rowsOf(grain: Grain, parent: Grain | undefined, time: string): string {
  const inherited = parent ? `, p.counted, ${parent.cuts.map(({ name }) => `p.${name}`).join(", ")}` : "";
  const joined = parent ? `left join (${parent.from}) p on p.${parent.key} = g.${parent.key}` : "";
  return `select g.*${inherited}, run.*, run.as_of_date - cast(${time} as date) as row_age
    from (${grain.from}) g cross join (select as_of_date, lag_days from seeds.run) run ${joined} where ${time} is not null`;
}

/** What the rows of a family are in each of its shares, and where patients of episodes went: one text each, which `groupsOf` reads. */
export function told({ grain, parent, time }: Rows) {
  const isEpisodes = `${grain.name} by ${time}` === episodes;
  const shares = grain.metrics.filter(
    ({ name, kind, time: at }) =>
      kind === "share" && at === time && (shown.includes(name) || (isEpisodes && ends.some((end) => end === name))),
  );
  const states = shares.map(({ eligible, excluded, immature, unknown, expression, days }) => {
    const young = days === null ? "false" : `row_age < ${days} + lag_days`;
    return `case when not coalesce(${eligible}, false) or coalesce(${grain.excluded}, false) or coalesce(${excluded}, false) then ''
      when coalesce(${young}, false) or coalesce(${immature}, false) then 'i' when coalesce(${unknown}, false) then 'u'
      when coalesce(${expression}, false) then 'm' else 'n' end`;
  });
  return {
    from: rowsOf(grain, parent, time),
    /** Days by name, where they are counted: `notCounted` in other rows, `never` where they were not reached in time. */
    days: grain.metrics
      .filter(({ name, kind, time: at }) => kind === "value" && at === time && shownDays.includes(name))
      .map(({ name, eligible, excluded, immature, unknown, expression, days }) => {
        const young = days === null ? "false" : `row_age < ${days} + lag_days`;
        const within = days === null ? "true" : `(${expression}) <= ${days}`;
        const left = [`not coalesce(${eligible}, false)`, grain.excluded, excluded, young, immature, unknown];
        return {
          name,
          sql: `case when ${left.map((one) => `coalesce(${one}, false)`).join(" or ")} then ${notCounted}
            when coalesce(${within}, false) then coalesce(least(${expression}, ${never - 1}), ${never}) else ${never} end`,
        };
      }),
    states: `concat_ws('|', '', ${states.join(", ")})`,
    /** Of rows `t` of episodes, which keep their key. */
    went: isEpisodes
      ? "concat_ws('/', coalesce(l.intended_network, ''), coalesce(l.actual_network, ''), coalesce(l.avoidability, ''), coalesce(l.reason, ''), (l.dollars is not null)::varchar)"
      : "''",
    key: isEpisodes ? ", episode_key" : "",
    leakage: isEpisodes ? "left join core.leakage l on l.episode_key = t.episode_key" : "",
    groupsOf(of: string, where: string): ReadonlySet<string> {
      const groups = new Set<string>();
      for (const [i, state] of of.split("|").slice(1).entries())
        if (state) groups.add(`${shares[i]!.name}.${words[state]!}`);
      if (isEpisodes) for (const group of [...endOf(groups), ...went(where)]) groups.add(group);
      return groups;
    },
  };
}

async function kinds({ db }: Site, rows: Rows): Promise<ReadonlySet<string>[]> {
  const { from, states, went, key, leakage, groupsOf } = told(rows);
  const { rows: found } = await sql<{ states: string; went: string }>`
    with told as (select ${sql.raw(`${states} as states${key}`)} from (${sql.raw(from)}))
    select distinct t.states, ${sql.raw(went)} as went from told t ${sql.raw(leakage)}`.execute(db);
  const all = found.map(({ states, went }) => groupsOf(states, went));
  return key ? [...all, new Set(["orders"])] : all;
}

const words: Readonly<Record<string, string>> = { m: "met", n: "unmet", i: "immature", u: "unknown" };

/** How episodes end, each in one way; "open" when they have not. */
export const ends = [
  "completed_90",
  "declined",
  "unreachable",
  "canceled",
  "returned",
  "denied",
  "expired",
  "closed_unknown",
] as const;

export const endLevels: readonly Level[] = [
  { all: [...ends, "open"] },
  {
    completed: ["completed_90"],
    refused: ["declined", "unreachable"],
    others: ["canceled", "returned", "denied", "expired", "closed_unknown"],
    open: ["open"],
  },
  {
    declined: ["declined"],
    unreachable: ["unreachable"],
    canceled: ["canceled"],
    returned: ["returned", "denied"],
    unexplained: ["expired", "closed_unknown"],
  },
];

function endOf(groups: ReadonlySet<string>): string[] {
  if (!groups.has("completed_90.met") && !groups.has("completed_90.unmet")) return [];
  return [ends.find((end) => groups.has(`${end}.met`)) ?? "open"];
}

/** Where patients were meant to go and went: the parts of the tables of leakage. */
function went(of: string): string[] {
  const [meant, seen, avoidability, reason, paid] = of.split("/");
  if (!meant || !seen) return ["orders"];
  const told = ["orders", `meant_${meant}`];
  if (seen !== "out") return [...told, "elsewhere", { in: "stayed", unknown: "unknown" }[seen] ?? "unseen"];
  const why =
    avoidability === "not_avoidable"
      ? (reasons.find(([, of]) => of.includes(reason ?? ""))?.[0] ?? "room")
      : avoidability!;
  return [...told, "left", paid === "true" ? "known" : "missing", why];
}

/** Why leaving was not avoidable, as pages tell it. */
export const reasons: readonly (readonly [string, readonly string[]])[] = [
  ["choice", ["patient_choice", "continuity"]],
  ["offered", ["service_not_offered"]],
  ["payer_rule", ["payer", "payer_mandate"]],
  ["room", ["closed", "wait", "age", "language", "distance"]],
];

export const seenParts = ["stayed", "avoidable", "unproven", ...reasons.map(([part]) => part), "unknown", "unseen"];
const left = seenParts.slice(1, -2);

export const destinationLevels: readonly Level[] = [
  { episodes: seenParts },
  { stayed: ["stayed"], left, unknown: ["unknown"], unseen: ["unseen"] },
  { avoidable: ["avoidable"], other: left.slice(1) },
  // Few are unproven: they stand with those for whom none of ours had room, until both are enough.
  { choice: ["choice"], offered: ["offered"], blocked: ["payer_rule", "room", "unproven"] },
  { payer_rule: ["payer_rule"], room_or_unproven: ["room", "unproven"] },
  { room: ["room"], unproven: ["unproven"] },
];

export const meantParts = ["meant_in", "meant_out", "meant_unknown"];
export const orderedLevels: readonly Level[] = [
  { episodes: meantParts },
  Object.fromEntries(meantParts.map((part) => [part, [part]])),
];

/** Names inside others among the rows of a grain, by all of its cuts. */
async function insides({ db }: Site, grain: Grain, parent: Grain | undefined, time: string): Promise<Inside[]> {
  const cuts = [...grain.cuts, ...(parent?.cuts ?? [])];
  const coded = await db.selectFrom("marts.cut_value").select(["cut", "code", "value"]).execute();
  const values = new Map(coded.map(({ cut, code, value }) => [`${cut} ${code}`, value]));
  const text = new Set(cuts.filter((cut) => cut.text).map(({ name }) => name));
  return insidesOf(
    db,
    sql.raw(rowsOf(grain, parent, time)),
    cuts.map(({ name }) => name),
    (cut, value) => (text.has(cut) ? value : values.get(`${cut} ${value}`)),
  );
}
