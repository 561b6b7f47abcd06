// Network and capacity: how long a new patient waits for each specialty, who takes which payer, and whether people leave when the
// wait is long. Slots and clinicians are not patients and are shown as they are; episodes go through the door.
import { sql } from "kysely";
import { spoken } from "../../pipeline/words.ts";
import type { Dimension } from "../components/facts.ts";
import type { Assertion, Gap, NetworkData, Pair, Wait } from "../components/network.ts";
import { monthNumber } from "./calendar.ts";
import { publishFact } from "./publish.ts";
import { type Site, siteOf } from "./site.ts";
import { whole } from "./whole.ts";

export async function network(db: Site["db"]): Promise<Map<string, string>> {
  const site = await siteOf(db);
  const content: NetworkData = {
    waits: await readWaits(site),
    clinicians: await readClinicians(site),
    ...(await readPairs(site)),
    ...(await readBands(site)),
    ...(await readAssertions(site)),
  };
  return new Map([["network.json", JSON.stringify(content)]]);
}

/** Third next available by month, for everybody ("") and by specialty. */
async function readWaits({ db }: Site): Promise<Wait[]> {
  const { rows } = await sql<Omit<Wait, "month"> & { month: string }>`
    with samples as (
      select date_trunc('month', sampled_on) as month, sampled_on, case when grouping(specialty) = 1 then '' else specialty end as specialty,
        percentile_cont(0.5) within group (order by third_next_days) as days,
        count(*) filter (where third_next_days is null) as full, count(*) as sampled,
        sum(slots_open) as open
      from core.capacity_sample
      group by grouping sets ((sampled_on), (sampled_on, specialty))
    )
    select strftime(month, '%Y-%m-01') as month, specialty, avg(days) as days, avg("full") as "full", avg(sampled) as sampled,
      avg(open) as open
    from samples
    group by month, specialty
    order by month, specialty`.execute(db);
  const tenth = (value: number | null) => (value === null ? null : Math.round(value * 10) / 10);
  return rows.map((row) => ({
    month: monthNumber(row.month),
    specialty: row.specialty === "" ? "" : spoken(row.specialty),
    days: tenth(row.days),
    full: Math.round(row.full),
    sampled: Math.round(row.sampled),
    open: tenth(row.open),
  }));
}

/** Clinicians of ours who are listed and who take new patients, on the day of the run and a year before. */
async function readClinicians({ db }: Site): Promise<NetworkData["clinicians"]> {
  const { rows } = await sql<{ listed: number; accepting: number; before: boolean }>`
    select d.before, count(distinct r.provider_key)::integer as listed,
      count(distinct r.provider_key) filter (where coalesce(r.accepting, true))::integer as accepting
    from (select as_of_date as day, false as before from seeds.run union all select as_of_date - 365, true from seeds.run) d
    join core.roster r
      on r.affiliated and r.specialty not in ('Unknown', 'Unmapped') and r.valid_from <= d.day and (r.valid_to is null or r.valid_to >= d.day)
    group by d.before`.execute(db);
  const now = rows.find((row) => !row.before);
  const before = rows.find((row) => row.before);
  return now ? { listed: now.listed, accepting: now.accepting, before: before?.accepting ?? null } : null;
}

async function readPairs({ db, limit }: Site): Promise<Pick<NetworkData, "pairs" | "gaps">> {
  const rows = await db.selectFrom("marts.access_gap").selectAll().orderBy("specialty").orderBy("payer").execute();
  const names = rows.map((_, i) => String(i));
  const dimension: Dimension = { key: "pair", label: "Specialty and payer", values: names };
  const counts = rows.map(({ episodes }, i) => ({ step: 0, value: String(i), counts: [episodes ?? 0] }));
  const published = publishFact({
    ...whole,
    limit,
    parts: ["episodes"],
    everybody: counts.map(({ counts }) => ({ step: 0, counts })),
    cuts: new Map([[dimension, counts]]),
  });
  const pairs: Pair[] = rows.map((row, i) => ({
    specialty: spoken(row.specialty),
    payer: row.payer,
    contracted: row.contracted ?? 0,
    accepting: row.accepting ?? 0,
    soonest: row.third_next_soonest,
    days: row.third_next_days === null ? null : Math.round(row.third_next_days),
    episodes: published.shown("pair", String(i))?.has(0) ? (row.episodes ?? 0) : null,
  }));
  const gaps: Gap[] = rows.flatMap(({ gap }, i) => (gap ? [pairs[i]!] : []));
  return { pairs, gaps };
}

/** Where patients were seen, by the wait that our clinicians had when they were ordered. */
async function readBands({ db, limit }: Site): Promise<Pick<NetworkData, "bands" | "bandFact">> {
  const parts = ["stayed", "left", "unknown", "unseen"];
  const { rows } = await sql<{
    band: string;
    place: number;
    stayed: number;
    left: number;
    unknown: number;
    unseen: number;
  }>`
    with banded as (
      select wait_band as band, wait_band_order as place, sum(realized_in)::integer as stayed, sum(realized_out)::integer as left,
        sum(realized_unknown)::integer as unknown, sum(not_completed)::integer as unseen
      from marts.leakage_by_wait group by all
    )
    select * from banded
    union all
    select '', 7, sum(realized_in) - (select coalesce(sum(stayed), 0) from banded), sum(realized_out) - (select coalesce(sum("left"), 0) from banded),
      sum(realized_unknown) - (select coalesce(sum("unknown"), 0) from banded), sum(not_completed) - (select coalesce(sum(unseen), 0) from banded)
    from marts.leakage
    having count(*) > 0
    order by place`.execute(db);
  // Orders of days without a sample are a name of their own, so that the rest of all orders is never small.
  const dimension: Dimension = { key: "band", label: "Wait", values: rows.map(({ band }) => band) };
  const counted = rows.map(({ band, stayed, left, unknown, unseen }) => ({
    step: 0,
    value: band,
    counts: [stayed, left, unknown, unseen].map(Number),
  }));
  const { data } = publishFact({
    ...whole,
    limit,
    parts,
    everybody: counted.map(({ counts }) => ({ step: 0, counts })),
    cuts: new Map([[dimension, counted]]),
  });
  return { bands: dimension, bandFact: data };
}

async function readAssertions({ db, limit }: Site): Promise<Pick<NetworkData, "assertions" | "assertionFact">> {
  const { rows } = await sql<{ label: string; assertion: string; agree: number; disagree: number; unknown: number }>`
    select coalesce(s.label, a.source) as label, a.assertion,
      coalesce(sum(a.records) filter (where not a.disagrees), 0)::integer as agree,
      coalesce(sum(a.records) filter (where a.disagrees), 0)::integer as disagree,
      coalesce(sum(a.records) filter (where a.disagrees is null), 0)::integer as unknown
    from marts.assertion_disagreement a
    left join seeds.source s on s.source = a.source
    group by all
    order by 1, 2`.execute(db);
  const assertions: Assertion[] = rows.map(({ label, assertion }) => ({ label, assertion }));
  const dimension: Dimension = { key: "assertion", label: "Assertion", values: rows.map((_, i) => String(i)) };
  const counted = rows.map(({ agree, disagree, unknown }, i) => ({
    step: 0,
    value: String(i),
    counts: [agree, disagree, unknown],
  }));
  const { data } = publishFact({
    ...whole,
    limit,
    parts: ["agree", "disagree", "unknown"],
    levels: [
      { records: ["agree", "disagree", "unknown"] },
      { agree: ["agree"], other: ["disagree", "unknown"] },
      { disagree: ["disagree"], unknown: ["unknown"] },
    ],
    everybody: counted.map(({ counts }) => ({ step: 0, counts })),
    cuts: new Map([[dimension, counted]]),
  });
  return { assertions, assertionFact: data };
}
