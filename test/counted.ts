// The people of a warehouse, row by row, as the files of a site count them: the truth that test/published.ts holds numbers against.
import { join, resolve } from "node:path";
import { rows as ask, type Database } from "../pipeline/duckdb.ts";
import { readMetrics } from "../pipeline/metrics/metrics.ts";
import type { Known, Row } from "./attack.ts";

export interface Attacked {
  readonly rows: Row[];
  readonly known: Known[];
}

const monthOf = (date: string) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;

/** The warehouse's own words for the values of a cut as the site spells them. */
export async function valuesOf(truth: Database) {
  const { spoken } = await import("../pipeline/words.ts");
  const found = await ask<{ cut: string; value: string }>(
    truth.connection,
    `select cut, value from marts.cut_value
     union select 'source', source from marts.source_health
     union select distinct cut, value from marts.metric where cut in ('channel', 'hour_band', 'contact_language')
     union select column_name, value from (unpivot (select distinct specialty, referral_type, payer from marts.referral_month)
       on columns(*) into name column_name value value)`,
  );
  const labels = await ask<{ source: string; label: string }>(
    truth.connection,
    "select source, coalesce(label, source) as label from marts.source_health",
  );
  const values = new Map<string, Map<string, string>>();
  for (const { cut, value } of found) {
    const of = values.get(cut) ?? new Map<string, string>();
    values.set(cut, of);
    of.set(cut === "source" ? (labels.find(({ source }) => source === value)?.label ?? value) : spoken(value), value);
  }
  return values;
}

/** Rows of every family of shares ("episode by ordered_on"), with the state that each has in each share. */
export async function readGrains(truth: Database) {
  const { grains } = readMetrics(join(resolve(import.meta.dirname, ".."), "models/metrics"))!;
  const codes = new Map<string, string>();
  for (const { cut, code, value } of await ask<{ cut: string; code: number; value: string }>(
    truth.connection,
    "select cut, code, value from marts.cut_value",
  ))
    codes.set(`${cut} ${code}`, value);
  const rows = new Map<string, Row[]>();
  const family = new Map<string, string>();
  for (const grain of grains) {
    const shares = grain.metrics.filter(({ kind, time }) => kind === "share" && time !== "now");
    const parent = grains.find(({ name }) => name === grain.cutsOf);
    const cuts = [...grain.cuts, ...(parent?.cuts ?? [])];
    for (const [time, metrics] of Map.groupBy(shares, (share) => share.time)) {
      const states = metrics.map(({ eligible, excluded, immature, unknown, expression, days }) => {
        const young = days === null ? "false" : `age_ < ${days} + lag_days`;
        return `case when not coalesce(${eligible}, false) or coalesce(${grain.excluded}, false) or coalesce(${excluded}, false) then ''
          when coalesce(${young}, false) or coalesce(${immature}, false) then 'immature' when coalesce(${unknown}, false) then 'unknown'
          when coalesce(${expression}, false) then 'met' else 'unmet' end`;
      });
      const inherited = parent ? `, p.counted, ${parent.cuts.map(({ name }) => `p.${name}`).join(", ")}` : "";
      const id = grain.name === "episode" && time === "ordered_on" ? "episode_key" : "''";
      const told = await ask<{ cuts: string; month: string; states: string; people: number; id: string }>(
        truth.connection,
        `with run as (select as_of_date, lag_days from seeds.run), g as (${grain.from})
          ${parent ? `, p as (${parent.from})` : ""},
          timed as (
            select g.*${inherited}, run.*, run.as_of_date - cast(${time} as date) as age_ from g cross join run
            ${parent ? `left join p on p.${parent.key} = g.${parent.key}` : ""}
            where ${time} is not null and ${grain.time} is not null
          )
         select concat_ws('|', ${["''", ...cuts.map(({ name }) => `coalesce(cast(${name} as varchar), '')`)].join(", ")}) as cuts,
           strftime(${time}, '%Y-%m-01') as month, concat_ws('|', ${states.join(", ")}) as states, ${id} as id, count(*)::integer as people
         from timed group by all`,
      );
      const name = `${grain.name} by ${time}`;
      for (const metric of metrics) family.set(metric.name, name);
      const list = told.map(({ cuts: key, month, states: of, people, id }) => {
        const names: Record<string, string> = { id };
        for (const [i, value] of key.split("|").slice(1).entries()) {
          const { name: cut, text } = cuts[i]!;
          const known = text ? value || "Unknown" : codes.get(`${cut} ${value}`);
          if (known !== undefined) names[cut] = known;
        }
        const groups = new Set<string>();
        for (const [i, state] of of.split("|").entries()) {
          if (!state) continue;
          const { name: metric } = metrics[i]!;
          for (const group of [state, "all", ...(state === "immature" || state === "unknown" ? ["left"] : [])])
            groups.add(`${metric}.${group}`);
        }
        return { people, month: monthOf(month), names, groups };
      });
      rows.set(name, list);
    }
  }
  return { rows, family };
}

/** What leakage and flow say of episodes, and the orders that are no episode of their own. */
export async function addOrders(truth: Database, episodes: Row[]) {
  const orders = await ask<{ id: string | null; month: string } & Record<string, string>>(
    truth.connection,
    `select m.episode_key as id, strftime(r.ordered_on, '%Y-%m-01') as month, r.specialty, coalesce(r.referring_location, 'Unknown') as referring_location,
       coalesce(r.receiving_location, 'Unknown') as receiving_location, coalesce(r.payer, 'Unknown') as payer, r.referral_type, r.source
     from core.referral r left join core.episode_member m on m.referral_key = r.referral_key and m.ordinal = 1
     where r.exclusion is null`,
  );
  const leaks = await ask<{
    id: string;
    meant: string;
    seen: string;
    avoidability: string | null;
    reason: string | null;
    paid: boolean;
    place: string;
  }>(
    truth.connection,
    `select l.episode_key as id, l.intended_network as meant, l.actual_network as seen, l.avoidability, l.reason, l.dollars is not null as paid,
       coalesce(o.name, d.location, 'Organization not named') as place
     from core.leakage l
     left join core.destination d on d.referral_key = l.referral_key
     left join core.organization o on o.organization_key = d.organization_key`,
  );
  const leak = new Map(leaks.map((row) => [row.id, row]));
  const first = new Map<string | null, (typeof orders)[number]>();
  const repeats: Row[] = [];
  const known = new Set(episodes.map(({ names }) => names.id));
  const cuts = (order: (typeof orders)[number]) =>
    Object.fromEntries(
      Object.entries(order)
        .filter(([key]) => key !== "id" && key !== "month")
        .map(([key, value]) => [key === "receiving_location" ? `${key} of the order` : key, String(value)]),
    );
  for (const order of orders)
    if (order.id !== null && known.has(order.id)) first.set(order.id, order);
    else repeats.push({ people: 1, month: monthOf(order.month), names: cuts(order), groups: new Set(["orders"]) });
  episodes.forEach((row, i) => {
    const groups = new Set(row.groups);
    const names: Record<string, string> = { ...row.names };
    const of = leak.get(names.id!);
    const order = first.get(names.id!);
    delete names.id;
    if (order) {
      groups.add("orders");
      Object.assign(names, cuts(order));
    }
    if (of) {
      if (of.seen === "out") names.place = of.place;
      for (const group of destinations(of)) groups.add(`leakage.${group}`);
    }
    for (const group of outcomes(row.groups)) groups.add(`outcome.${group}`);
    episodes[i] = { ...row, names, groups };
  });
  episodes.push(...repeats);
}

function destinations({
  meant,
  seen,
  avoidability,
  reason,
  paid,
}: {
  meant: string;
  seen: string;
  avoidability: string | null;
  reason: string | null;
  paid: boolean;
}) {
  const groups = ["episodes", `meant_${meant}`];
  if (seen !== "out") return [...groups, { in: "stayed", unknown: "unknown", not_completed: "unseen" }[seen]!];
  groups.push("left", paid ? "known" : "missing");
  if (avoidability === "avoidable") return [...groups, "avoidable"];
  if (avoidability === "unproven") return [...groups, "other", "blocked", "room_or_unproven", "unproven"];
  const why = ["patient_choice", "continuity"].includes(reason!)
    ? ["choice"]
    : reason === "service_not_offered"
      ? ["offered"]
      : reason === "payer" || reason === "payer_mandate"
        ? ["blocked", "payer_rule"]
        : ["blocked", "room_or_unproven", "room"];
  return [...groups, "other", ...why];
}

function outcomes(groups: ReadonlySet<string>): string[] {
  if (!groups.has("completed_90.met") && !groups.has("completed_90.unmet")) return [];
  const ended = (name: string) => groups.has(`${name}.met`);
  if (ended("completed_90")) return ["all", "completed"];
  for (const name of ["declined", "unreachable"]) if (ended(name)) return ["all", "refused", name];
  if (ended("canceled")) return ["all", "others", "canceled"];
  if (ended("returned") || ended("denied")) return ["all", "others", "returned"];
  if (ended("expired") || ended("closed_unknown")) return ["all", "others", "unexplained"];
  return ["all", "open"];
}

export async function stages(truth: Database) {
  const found = await ask<{ stage: string }>(
    truth.connection,
    "select distinct stage from marts.open_referral where stage is not null order by stage",
  );
  return found.map(({ stage }) => stage);
}

/** The small tables that stand for themselves. */
export async function addOthers(truth: Database, universe: (name: string) => Attacked) {
  const add = async (name: string, sql: string, month = false) => {
    if (universe(name).known.length === 0) return;
    const found = await ask<{ people: number; groups: string; month?: string } & Record<string, string | number>>(
      truth.connection,
      sql,
    );
    for (const { people, groups, month: of, ...names } of found)
      universe(name).rows.push({
        people: Number(people),
        month: month ? monthOf(of!) : Number(of ?? 0),
        names: Object.fromEntries(Object.entries(names).map(([key, value]) => [key, String(value)])),
        groups: new Set(groups.split(" ")),
      });
  };
  await add(
    "claims",
    `select count(*) as people, 'visits claims_visits_' || network as groups, strftime(month, '%Y-%m-01') as month, specialty, referring_location, payer
    from core.visit_role where is_specialist and claimed and attributed and covered group by all`,
    true,
  );
  await add(
    "chain",
    `select count(*) as people, 'visits chain_' || network as groups, strftime(day, '%Y-%m-01') as month, specialty from core.chain group by all`,
    true,
  );
  await add(
    "open",
    `select sum(referrals)::integer as people, 'open' as groups, age_band_order - 1 as month, specialty, receiving_location, payer from marts.open_age group by all`,
  );
  await add(
    "stages",
    `select count(*) as people, 'open' as groups, stage from marts.open_referral where stage is not null group by all`,
  );
  await add(
    "bands",
    `with told as (
      select wait_band as band, sum(realized_in)::integer as stayed, sum(realized_out)::integer as "left", sum(realized_unknown)::integer as "unknown", sum(not_completed)::integer as unseen from marts.leakage_by_wait group by all),
    total as (select sum(realized_in)::integer as stayed, sum(realized_out)::integer as "left", sum(realized_unknown)::integer as "unknown", sum(not_completed)::integer as unseen from marts.leakage)
    unpivot (select * from told union all select '', max(t.stayed) - sum(o.stayed)::integer, max(t.left) - sum(o.left)::integer, max(t.unknown) - sum(o.unknown)::integer, max(t.unseen) - sum(o.unseen)::integer from total t, told o)
    on stayed, "left", "unknown", unseen into name groups value people`,
  );
  await add(
    "assertions",
    `with told as (
      select coalesce(s.label, a.source) as label, a.assertion, case when disagrees then 'records disagree other' when not disagrees then 'records agree' else 'records unknown other' end as groups, records
      from marts.assertion_disagreement a left join seeds.source s on s.source = a.source)
    select sum(records)::integer as people, groups, dense_rank() over (order by label, told.assertion) - 1 as assertion from told group by groups, label, told.assertion`,
  );
  await add(
    "closers",
    `with told as (
       select coalesce(s.label, a.source) || case when a.is_job then ': jobs' when a.closed_by = 'Unknown' then ': not told' else ': people' end as closer, without_evidence as "all without",
         closed - without_evidence as "all with"
       from marts.closure_audit a left join seeds.source s on s.source = a.source)
     unpivot (select closer, sum("all without")::integer as "all without", sum("all with")::integer as "all with" from told group by closer)
     on "all without", "all with" into name groups value people`,
  );
  await add(
    "feeds",
    `unpivot (select rows_loaded as "rows loaded", rows_rejected as "rows rejected", source from marts.source_health) on "rows loaded", "rows rejected" into name groups value people`,
  );
}
