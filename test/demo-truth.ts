// The synthetic organization knows what happened to every referral. Where its exports show it, stage, times and outcomes agree
// exactly; where they cannot, the pipeline says that it does not know, and never something else.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, test } from "vitest";
import { home, readWorkspace } from "../pipeline/config.ts";
import { open, rows } from "../pipeline/duckdb.ts";
import { buildModels, loadModels, withReads } from "../pipeline/models.ts";
import { writeSeeds } from "../pipeline/seeds.ts";
import { standingFiles } from "../pipeline/standing.ts";
import { attachState, openState } from "../pipeline/state.ts";
import { ask, type Demo, theDemo } from "./demo.ts";

let demo: Demo;
beforeAll(async () => {
  demo = await theDemo();
  const times = ["visit_at", "first_contact_at", "first_booked_at", "note_received_at", "closed_at"];
  await demo.connection.run(`
    create table truth.record as
      select system || ':' || referral_id as referral_key, * replace (${times.map((c) => `cast(nullif(${c}, '') as timestamp) as ${c}`).join(", ")})
      from truth.referral;
    create table truth.pair as
      select t.*, r.* exclude (referral_key, referral_id, system, ordered_at, sent_at, received_at, specialty, priority, referring_npi,
          visit_at, note_received_at, closed_at, first_contact_at, reason, stage),
        r.stage as found_stage, r.visit_at as found_visit_at, r.note_received_at as found_note_at, r.closed_at as found_closed_at,
        r.first_contact_at as found_contact_at
      from truth.record t join core.referral r on r.referral_key = t.referral_key;
  `);
});

/** The one row of a query that counts. */
async function count(sql: string): Promise<Record<string, number>> {
  const [row] = await ask<Record<string, number | bigint>>(demo, sql);
  return Object.fromEntries(Object.entries(row!).map(([name, n]) => [name, Number(n)]));
}

test("a worklist names a patient by the number of the referral's own source, whatever else links them", () => {
  const numbers = new Map<string, string>();
  const inbox = join(demo.dir, "inbox");
  for (const name of readdirSync(inbox)
    .filter((n) => n.startsWith("ecw_referrals_"))
    .sort())
    for (const line of readFileSync(join(inbox, name), "latin1").split(/\r?\n/).slice(1)) {
      const [id = "", patient = ""] = line.split("|");
      if (id) numbers.set(id, patient);
    }
  const list = parse(readFileSync(join(demo.dir, "current/worklists/open-referrals.csv"), "utf8"), {
    bom: true,
    columns: true,
  }) as Record<string, string>[];
  const own = list.filter((row) => row.Source === "eClinicalWorks referrals");
  expect(own.length).toBeGreaterThan(100);
  expect(own.filter((row) => row.MRN !== numbers.get(row["Referral ID"]!))).toEqual([]);
});

test("every record that any export showed is known once, and no other", async () => {
  const n = await count(`
    select count(*) filter (where first_seen <> '') as exported,
      count(*) filter (where first_seen <> '' and r.referral_key is null) as missing,
      count(*) filter (where first_seen = '' and r.referral_key is not null) as invented,
      (select count(*) from core.referral) as known
    from truth.record t left join core.referral r on r.referral_key = t.referral_key`);
  expect(n).toEqual({ exported: n.exported, missing: 0, invented: 0, known: n.exported });
  expect(n.exported).toBeGreaterThan(2000);
});

test("referrals by month of order and specialty are counted as they happened", async () => {
  const wrong = await ask(
    demo,
    `with happened as (
       select system, cast(date_trunc('month', cast(ordered_at as timestamp)) as date) as month, specialty, count(*) as n
       from truth.record t
       where exists (select 1 from core.referral r where r.referral_key = t.referral_key and r.specialty <> 'Unmapped')
       group by all
     ), derived as (
       select system, ordered_month as month, specialty, count(*) as n from core.referral where specialty <> 'Unmapped' group by all
     )
     select * from happened full join derived using (system, month, specialty) where happened.n is distinct from derived.n`,
  );
  expect(wrong).toEqual([]);
});

test("the stage is that which all exports together tell, for every record", async () => {
  const wrong = await ask(
    demo,
    "select shown_stage, found_stage, count(*)::integer as n, min(referral_key) as example from truth.pair where shown_stage <> found_stage group by all",
  );
  expect(wrong).toEqual([]);
  const n = await count(`
    select count(*) as records, count(*) filter (where found_stage in ('closed_unknown', 'outcome_unknown', 'unmapped')) as unknown from truth.pair`);
  process.stdout.write(`stages: ${n.records} of ${n.records} as shown, ${n.unknown} of them unknown\n`);
});

describe("direction", () => {
  test("trap 19: rows whose direction contradicts their class are found, each of them and no other", async () => {
    const n = await count(`
      select count(*) filter (where t.odd) as made, count(*) filter (where not d.claims_agree) as found,
        count(*) filter (where not d.claims_agree and t.odd) as right_ones
      from (select referral_key, cast(need as integer) % 97 = 0 as odd from truth.record where system = 'epic') t
      join core.direction d on d.referral_key = t.referral_key`);
    expect(n).toEqual({ made: n.made, found: n.made, right_ones: n.made });
    expect(n.made).toBeGreaterThan(10);
  });

  test("where it comes from is told by the roster, not by the word, or is unknown", async () => {
    const n = await count(`
      select count(*) filter (where d.from_us is not null) as told, count(*) filter (where d.from_us <> (t.direction <> 'Incoming')) as wrong
      from truth.record t join core.direction d on d.referral_key = t.referral_key where t.role <> 'receiver'`);
    expect(n.wrong).toBe(0);
    expect(n.told).toBeGreaterThan(2000);
  });
});

describe("visits", () => {
  test("none is made up; a stated one has its true day, one only seen lies in its interval; the rest is unknown", async () => {
    const n = await count(`
      select count(*) filter (where found_visit_at is not null and visit_at is null) as made_up,
        count(*) filter (where visit_after is null and cast(found_visit_at as date) <> cast(visit_at as date)) as wrong_day,
        count(*) filter (where visit_after is null and system <> 'bh' and found_visit_at <> visit_at) as wrong_time,
        count(*) filter (where visit_after is not null and not (visit_at > visit_after and visit_at <= found_visit_at)) as outside,
        count(*) filter (where found_visit_at is not null and outcome is distinct from 'completed') as not_completed,
        count(*) filter (where visit_after is null and found_visit_at is not null) as dated,
        count(*) filter (where visit_after is not null) as only_seen,
        count(*) filter (where found_visit_at is null and visit_at is not null) as unknown
      from truth.pair`);
    expect(n).toMatchObject({ made_up: 0, wrong_day: 0, wrong_time: 0, outside: 0, not_completed: 0 });
    expect(n.dated).toBeGreaterThan(1000);
    expect(n.only_seen).toBeGreaterThan(10);
    expect(n.unknown).toBeGreaterThan(100);
  });

  test("every appointment of the feed has its true times and outcome", async () => {
    const wrong = await ask(
      demo,
      `select a.appointment_key, a.outcome, t.outcome as truly
       from core.appointment a
       join truth.appointment t on t.system || ':' || t.appointment_id = a.appointment_key
       where a.made_at <> cast(t.made_at as timestamp) or a.starts_at <> cast(t.starts_at as timestamp)
         or a.outcome <> case
           when t.outcome = 'canceled' then case t.initiator when 'patient' then 'cancelled_by_patient' else 'cancelled_by_provider' end
           when t.outcome = 'scheduled' and cast(t.starts_at as date) < date '2026-09-28' then 'outcome_unknown'
           else t.outcome end
         or (t.outcome = 'canceled' and a.canceled_at <> cast(t.recorded_at as timestamp))`,
    );
    expect(wrong).toEqual([]);
    const n = await count("select count(*) as n from core.appointment where source = 'epic-appointments'");
    expect(n.n).toBeGreaterThan(800);
  });
});

test("notes, first contacts and closes: the true day wherever a source states it, the true time where it states that", async () => {
  const n = await count(`
    select
      count(*) filter (where found_note_at is not null and note_received_at is null) as note_made_up,
      count(*) filter (where cast(found_note_at as date) <> cast(note_received_at as date)) as note_wrong,
      count(*) filter (where system = 'epic' and found_note_at <> note_received_at) as note_time_wrong,
      count(*) filter (where found_contact_at is not null and first_contact_at is null) as contact_made_up,
      count(*) filter (where first_contact_after is null and cast(found_contact_at as date) <> cast(first_contact_at as date)) as contact_wrong,
      count(*) filter (where first_contact_after is not null and not (first_contact_at > first_contact_after and first_contact_at <= found_contact_at)) as contact_outside,
      count(*) filter (where found_closed_at is not null and closed_at is null) as close_made_up,
      count(*) filter (where system <> 'fhir' and cast(found_closed_at as date) <> cast(closed_at as date)) as close_wrong,
      count(*) filter (where system not in ('bh', 'fhir') and found_closed_at <> closed_at) as close_time_wrong,
      -- A ServiceRequest states no such day: its close is seen with the next export.
      count(*) filter (where system = 'fhir' and not (found_closed_at > closed_at and found_closed_at < closed_at + interval 93 days)) as close_outside,
      count(found_note_at) as notes, count(found_contact_at) as contacts, count(found_closed_at) as closes,
      count(note_received_at) - count(found_note_at) as note_unknown, count(first_contact_at) - count(found_contact_at) as contact_unknown,
      count(closed_at) - count(found_closed_at) as close_unknown
    from truth.pair`);
  expect(n).toMatchObject({
    note_made_up: 0,
    note_wrong: 0,
    note_time_wrong: 0,
    contact_made_up: 0,
    contact_wrong: 0,
    contact_outside: 0,
    close_made_up: 0,
    close_wrong: 0,
    close_time_wrong: 0,
    close_outside: 0,
  });
  for (const known of [n.notes, n.contacts, n.closes]) expect(known).toBeGreaterThan(800);
  for (const unknown of [n.note_unknown, n.contact_unknown, n.close_unknown]) expect(unknown).toBeGreaterThanOrEqual(0);
});

test("why a record was closed is never another reason than the true one", async () => {
  const wrong = await ask(
    demo,
    `select reason, outcome, count(*)::integer as n, min(referral_key) as example
     from truth.pair
     where found_closed_at is not null and outcome not in ('completed', 'closed_unknown')
       and outcome <> case reason
         when 'declined' then 'declined' when 'unreachable' then 'unreachable' when 'expired' then 'expired'
         when 'returned' then 'returned' when 'no_capacity' then 'returned' when 'denied' then 'denied' else 'canceled' end
     group by all`,
  );
  expect(wrong).toEqual([]);
});

test("closes by nightly jobs are told from those by staff", async () => {
  const wrong = await ask(
    demo,
    `select p.referral_key, p.outcome_actor, e.event_by
     from truth.pair p
     join truth.event e on e.system || ':' || e.referral_id = p.referral_key and e.axis = 'request' and cast(e.event_at as timestamp) = p.found_closed_at
     where p.system = 'epic' and p.outcome_actor <> case when e.event_by in ('RFLEOD', 'RTEUSERIN') then 'system' else 'staff' end`,
  );
  expect(wrong).toEqual([]);
  const n = await count(
    "select count(*) filter (where outcome_actor = 'system') as system, count(*) filter (where outcome_actor = 'staff') as staff from truth.pair",
  );
  expect(n.system).toBeGreaterThan(50);
  expect(n.staff).toBeGreaterThan(50);
});

test("history: a stated change of a request, an authorization or a note is a true one, to the second; one only seen lies in its interval", async () => {
  await demo.connection.run(`
    create table truth.change as
      select system || ':' || referral_id as referral_key, axis, value, cast(event_at as timestamp) as changed_at from truth.event`);
  const wrong = await ask(
    demo,
    `select e.axis, e.value, e.source, e.field, e.evidence, count(*)::integer as n, min(e.referral_key) as example
     from core.referral_event e
     where (e.source in ('epic-workqueue', 'epic-documents', 'epic-authorizations') or e.source like 'fhir-bulk/%')
       and e.axis in ('request', 'authorization', 'information')
       -- The order itself, and days on which an authorization ran out unnoticed, are no changes that anybody made.
       and not (e.value = 'new' and e.field = 'ordered_at') and e.value <> 'expired'
       and not exists (
         select 1 from truth.change t
         where t.referral_key = e.referral_key and t.axis = e.axis and t.value = e.value
           and case when e.evidence = 'stated' then t.changed_at = e.event_at else t.changed_at between e.event_after and e.event_at end
       )
       -- Accept is a word of triage too: it may be said when the record was accepted already.
       and not (e.field = 'substatus' and e.value = 'accepted')
     group by all`,
  );
  expect(wrong).toEqual([]);
});

test("what left the list with no outcome did so with the first file that no longer showed it", async () => {
  const n = await count(`
    select count(*) filter (where left_list_at is not null) as left_open,
      count(*) filter (where left_list_at is not null and cast(left_list_at as date) <> cast(nullif(left_list, '') as date)) as wrong,
      count(*) filter (where is_open and left_list <> '' and left_list_at is null) as missed
    from truth.pair`);
  expect(n).toMatchObject({ wrong: 0, missed: 0 });
  expect(n.left_open).toBeGreaterThan(5);
});

test("calls, notes and payers' decisions of the feeds are those that happened", async () => {
  const n = await count(`
    select
      (select count(*) from core.contact c join truth.contact t on t.system || ':' || t.contact_id = c.contact_key
        where c.attempted_at <> cast(t.attempted_at as timestamp) or c.channel <> t.channel or c.outcome <> t.outcome or c.purpose <> t.purpose) as calls_wrong,
      (select count(*) from core.contact c where not exists (select 1 from truth.contact t where t.system || ':' || t.contact_id = c.contact_key)) as calls_made_up,
      (select count(*) from core.document d join truth.document t on t.system || ':' || t.document_id = d.document_key
        where d.received_at <> cast(t.received_at as timestamp) or d.type <> t.type
          or cast(nullif(t.acknowledged_at, '') as timestamp) is distinct from d.acknowledged_at) as notes_wrong,
      (select count(*) from core.authorization a join truth."authorization" t on t.system || ':' || t.authorization_id = a.authorization_key
        where a.state <> t.state or a.submitted_at <> cast(t.submitted_at as timestamp)
          or a.decided_at is distinct from case when t.state = 'appealed' then cast(t.decided_at as timestamp)
            else coalesce(cast(nullif(t.appeal_decided_at, '') as timestamp), cast(nullif(t.decided_at, '') as timestamp)) end
          or a.approved_after_appeal <> (t.appeal_won = '1')) as decisions_wrong,
      (select count(*) from core.contact) as calls, (select count(*) from core.document) as notes, (select count(*) from core.authorization) as decisions`);
  expect(n).toMatchObject({ calls_wrong: 0, calls_made_up: 0, notes_wrong: 0, decisions_wrong: 0 });
  for (const known of [n.calls, n.notes, n.decisions]) expect(known).toBeGreaterThan(200);
});

test("CMS50: who is counted, whose report came back in time, and why not, patient by patient and year by year", async () => {
  await demo.connection.run(`attach '${join(demo.dir, "state/state.duckdb")}' as state (read_only)`);
  const wrong = await ask(
    demo,
    `with told as (
       select p.patient_id, c.measurement_year, c.initial_population, c.numerator, c.reason
       from marts.cms50 c join state.identity.patient p on p.patient_key = c.patient_key
     )
     select * from truth.cms50 t
     full join told on told.patient_id = t.patient_id and told.measurement_year = cast(t.measurement_year as integer)
     where told.initial_population is distinct from cast(t.initial_population as integer)
       or told.numerator is distinct from cast(t.numerator as integer) or told.reason is distinct from t.reason`,
  );
  expect(wrong).toEqual([]);
  const years = await ask<{ year: number; of: number; met: number }>(
    demo,
    `select measurement_year as year, sum(cast(initial_population as integer))::integer as of, sum(cast(numerator as integer))::integer as met
     from truth.cms50 group by all order by all`,
  );
  const rates = await ask(
    demo,
    "select measurement_year as year, denominator as of, numerator as met from marts.cms50_rate order by measurement_year",
  );
  expect(rates).toEqual(years.map(({ year, of, met }) => ({ year: Number(year), of, met })));
  const reasons = await ask<{ reason: string }>(demo, "select distinct reason from marts.cms50_difference");
  expect(reasons.length).toBeGreaterThan(5);
});

test("an episode never mixes two needs; orders of one need meet wherever patient and referrer are known", async () => {
  const n = await count(`
    with known as (
      select t.episode, m.episode_key, r.patient_key, r.exclusion is null and r.patient_key is not null as counted
      from truth.record t
      join core.episode_member m on m.referral_key = t.referral_key
      join core.referral r on r.referral_key = t.referral_key
    )
    select
      (select count(*) from (select episode_key from known where counted group by episode_key having count(distinct episode) > 1)) as mixed,
      (select count(*) from (select episode from known where counted group by episode having count(*) > 1 and count(distinct patient_key) = 1)) as repeated,
      (select count(*) from (select episode from known where counted group by episode
        having count(*) > 1 and count(distinct patient_key) = 1 and count(distinct episode_key) = 1)) as met`);
  expect(n.mixed).toBe(0);
  expect(n.repeated).toBeGreaterThan(300);
  expect(n.met! / n.repeated!).toBeGreaterThan(0.95);
});

test("histories derived in slices are those derived at once", async () => {
  const workspace = readWorkspace(demo.dir);
  const state = await openState(workspace);
  const files = await standingFiles(state.connection, workspace);
  state.close();
  const core = [
    "core.referral",
    "core.referral_span",
    "core.wait",
    "core.appointment",
    "core.contact",
    "core.document",
  ];
  const models = withReads(await loadModels(join(home, "models")), core);
  const prints = async (slices: number) => {
    const { connection, close } = await open(":memory:");
    try {
      await attachState(connection, workspace);
      await writeSeeds(connection, workspace, files, [], "slices");
      const built = await buildModels(connection, models, { slices });
      const found: [string, unknown][] = built.map(({ name, rows }) => [name, rows]);
      for (const name of core) {
        const [row] = await rows(connection, `select bit_xor(md5_number(t::varchar))::varchar as print from ${name} t`);
        found.push([name, row!.print]);
      }
      return Object.fromEntries(found);
    } finally {
      close();
    }
  };
  expect(await prints(3)).toEqual(await prints(1));
});
