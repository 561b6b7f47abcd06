// A warehouse with a few thousand made-up episodes, for tests of what must hold of any rows. Everything follows from the row
// number; `shuffle` puts the same rows into the tables in another order.
import { makeInputs } from "../pipeline/build.ts";
import { home } from "../pipeline/config.ts";
import { type Database, type DuckDBConnection, open } from "../pipeline/duckdb.ts";
import { buildModels, loadModels, type Model, rawInputs, seedInputs } from "../pipeline/models.ts";

let loaded: Promise<Model[]> | undefined;

/** Builds marts over made-up core tables; the caller closes the database. */
export async function sampleWarehouse(
  options: { rows?: number; shuffle?: number; only?: string[] } = {},
): Promise<Database> {
  const { rows = 3000, shuffle = 0, only } = options;
  loaded ??= loadModels(`${home}/models`);
  const models = await loaded;
  const database = await open(":memory:", { threads: shuffle === 0 ? 1 : 2 });
  const { connection } = database;
  await makeInputs(connection, rawInputs(), seedInputs());
  await buildModels(
    connection,
    models.filter(({ layer }) => layer !== "marts"),
    { checks: "skip" },
  );
  await fill(connection, rows, shuffle);
  const wanted = new Set<string>();
  const want = (name: string) => {
    const model = models.find((m) => m.name === name && m.layer === "marts");
    if (!model || wanted.has(name)) return;
    wanted.add(name);
    for (const read of model.reads) want(read);
  };
  for (const name of only ?? models.filter(({ layer }) => layer === "marts").map((m) => m.name)) want(name);
  await buildModels(
    connection,
    models.filter((model) => wanted.has(model.name)),
  );
  return database;
}

async function fill(connection: DuckDBConnection, rows: number, shuffle: number): Promise<void> {
  const roll = (n: number, salt: string) => `cast(hash(i, '${salt}') % ${n} as integer)`;
  const pick = (salt: string, ...words: (string | null)[]) =>
    `case ${roll(words.length, salt)} ${words.map((word, n) => `when ${n} then ${word === null ? "null" : `'${word}'`}`).join(" ")} end`;
  await connection.run(`
    insert into seeds.run (run_id, as_of, as_of_date, lag_days, episode_days, cell_limit, time_zone)
      values ('1', timestamp '2026-09-28 00:00:00', date '2026-09-28', 14, 90, 11, 'UTC');
    insert into seeds.calendar (day, business_day, business_days_before)
      select cast(d as date), isodow(d) < 6, cast(count(*) filter (where isodow(d) < 6) over (order by d rows between unbounded preceding and 1 preceding) as integer)
      from range(timestamp '2024-01-01', timestamp '2027-01-01', interval 1 day) t(d);
    create table made as
      with seen as (
        select i, timestamp '2024-03-01 09:00:00' + to_days(${roll(942, "day")}) as ordered_at,
          ${roll(12, "contact")} as c, ${roll(20, "scheduled")} as s, ${roll(70, "visit")} as v, ${roll(40, "note")} as n,
          ${roll(100, "fate")} as fate
        from range(${rows}) r(i)
      ),
      dated as (
        select *, ordered_at + to_days(1 + c) as c_at, ordered_at + to_days(1 + c + s) as s_at,
          ordered_at + to_days(1 + c + s + v) as v_at, ordered_at + to_days(1 + c + s + v + n) as n_at
        from seen
      ),
      known as (
        select *, case when v_at > timestamp '2026-09-28' or fate >= 92 then null
          when fate < 52 then 'completed' when fate < 60 then 'declined' when fate < 68 then 'canceled' when fate < 73 then 'returned'
          when fate < 79 then 'unreachable' when fate < 85 then 'expired' when fate < 87 then 'denied' else 'closed_unknown' end as outcome
        from dated
      )
      select *, 'made:' || i as episode_key, s_at <= timestamp '2026-09-28' and fate < 70 as scheduled from known;
    insert into core.episode by name
      select episode_key, 1 + cast(i % 13 = 0 as integer) as orders, 'made' as system,
        ${pick("source", "epic", "ecw")} as source, ${pick("type", "specialist_visit", "diagnostic_service", null)} as referral_type,
        ${pick("priority", "routine", "routine", "urgent")} as priority, ${pick("specialty", "Cardiology", "Neurology", "Dermatology")} as specialty,
        'Clinic ' || (i % 5) as referring_location, ${pick("to", "North", "South", null)} as receiving_location,
        'Dr ' || ${roll(25, "from")} as referring_provider, 'Dr ' || ${roll(30, "to whom")} as receiving_provider,
        ${pick("payer", "Medicaid", "Medicare", "Commercial", null)} as payer, ${pick("language", "English", "English", "Spanish", null)} as language,
        i % 4 = 0 as interpreter_needed, ${pick("barrier", "cost", null, null)} as barrier, cast(i % 71 as double) as distance_miles,
        ordered_at, cast(ordered_at as date) as ordered_on, cast(date_trunc('month', ordered_at) as date) as ordered_month,
        case when i % 10 > 0 then ordered_at + to_days(1) end as received_at,
        case when fate < 90 and c_at <= timestamp '2026-09-28' then c_at end as first_contact_at,
        case when fate < 75 and c_at <= timestamp '2026-09-28' then c_at + to_hours(30) end as reached_at,
        case when i % 10 > 0 and c_at <= timestamp '2026-09-28' then c_at end as first_response_at,
        case when scheduled then s_at end as scheduled_at, case when scheduled then v_at end as first_appointment_at,
        case when outcome = 'completed' then v_at end as visit_at,
        case when outcome = 'completed' and fate < 40 and n_at <= timestamp '2026-09-28' then n_at end as note_received_at,
        case when outcome = 'completed' and fate < 25 and n_at <= timestamp '2026-09-28' then n_at + to_hours(1) end as note_acknowledged_at,
        outcome, case when outcome is not null then v_at end as outcome_at, case when outcome is not null then v_at end as closed_at,
        case when outcome is not null then ${pick("actor", "staff", "system", null)} end as outcome_actor,
        case when outcome is null and scheduled then 'scheduled' when outcome is null then 'pending' else outcome end as stage,
        ordered_at as stage_from, outcome is null as is_open,
        case when outcome is null and i % 6 = 0 then least(ordered_at + to_days(60), timestamp '2026-09-28') end as left_list_at,
        case when ordered_at < timestamp '2024-05-01' then least(timestamp '2024-05-01', coalesce(v_at, timestamp '2024-05-01')) else ordered_at end as entry_at,
        c % 4 as attempts, case when i % 50 = 0 then 'test patient' end as exclusion
      from made order by ${shuffle ? `hash(i, ${shuffle})` : "i"};
    insert into core.episode_member by name select episode_key, episode_key as referral_key, 1 as ordinal from core.episode;
    insert into core.referral by name
      select episode_key as referral_key, ordered_at, ordered_on, ordered_month, specialty, receiving_location, referring_location, payer, source,
        coalesce(referral_type, 'unknown') as referral_type, exclusion, case stage when 'declined' then 'declined_by_patient' else stage end as stage,
        stage_from, is_open, case when stage in ('returned', 'canceled') then case hash(episode_key) % 3 when 0 then 'missing_information' when 1 then 'no_longer_needed' end end as close_reason, case when outcome in ('declined', 'unreachable') then outcome_at end as referrer_notified_at
      from core.episode;
    insert into core.appointment by name
      select episode_key || '/' || n as appointment_key, episode_key as referral_key, scheduled_at as made_at, first_appointment_at as starts_at,
        case when first_appointment_at > timestamp '2026-09-28' then 'scheduled' when visit_at is not null and n = 1 then 'completed'
          when hash(episode_key, n) % 4 = 0 then 'no_show' when hash(episode_key, n) % 4 = 1 then 'cancelled_by_patient' else 'outcome_unknown' end as outcome,
        case when not (visit_at is not null and n = 1) and first_appointment_at <= timestamp '2026-09-28' and hash(episode_key, n) % 4 = 1
          then first_appointment_at - to_hours(20) end as canceled_at,
        hash(episode_key, n) % 4 = 1 as late_cancel, 'staff' as actor_type, cast(hash(episode_key) % 4 as integer) as reminders
      from core.episode, (values (1), (2)) t(n) where scheduled_at is not null and (n = 1 or hash(episode_key) % 3 = 0);
    insert into core.capacity_sample by name
      select cast(ordered_at as date) as sampled_on, specialty, coalesce(receiving_location, 'East') as location, receiving_provider as provider_key,
        'Any' as visit_type, 'Any' as payer, case when i % 9 > 0 then cast(i % 40 as integer) end as third_next_days, i % 5 > 0 as accepting
      from core.episode join (select i, episode_key from made) using (episode_key) where i % 4 = 0;
    insert into core.contact by name
      select episode_key || '/' || n as contact_key, episode_key as referral_key, first_contact_at + to_days(cast(n as integer)) as attempted_at,
        case when n % 2 = 0 then 'telephone' else 'text' end as channel, case when n = attempts and hash(episode_key) % 3 > 0 then 'reached' else 'no_answer' end as outcome,
        true as is_attempt, n = attempts and hash(episode_key) % 3 > 0 as reached, language
      from core.episode, range(4) t(n) where n <= attempts and first_contact_at is not null;
    insert into core.authorization by name
      select episode_key as authorization_key, episode_key as referral_key, ordered_at + to_days(2) as submitted_at,
        case when hash(episode_key) % 5 > 0 then ordered_at + to_days(2 + cast(hash(episode_key) % 9 as integer)) end as decided_at,
        case when hash(episode_key) % 5 = 1 then 'denied' when hash(episode_key) % 5 > 1 then 'approved' end as decision,
        hash(episode_key) % 7 = 0 as expedited, false as approved_after_appeal
      from core.episode where hash(episode_key, 'a') % 3 = 0;
    insert into core.referral_span by name
      select referral_key, 'stage' as axis, stage as value, span_from, span_to,
        lead(stage) over (partition by referral_key order by span_from) as next_value
      from (
        select episode_key as referral_key, 'pending' as stage, ordered_at as span_from, coalesce(scheduled_at, outcome_at) as span_to from core.episode
        union all select episode_key, 'scheduled', scheduled_at, coalesce(visit_at, outcome_at) from core.episode
          where scheduled_at < coalesce(visit_at, outcome_at, timestamp '2100-01-01')
        union all select episode_key, 'completed', visit_at, note_received_at from core.episode where visit_at is not null
        union all select episode_key, 'loop_closed', note_received_at, null from core.episode where note_received_at > visit_at
        union all select episode_key, case outcome when 'declined' then 'declined_by_patient' else outcome end, outcome_at, null
          from core.episode where outcome <> 'completed'
      );
    insert into core.leakage by name
      select
        * exclude (h), case when actual_network = 'out' then case h % 3 when 0 then 'avoidable' when 1 then 'not_avoidable' else 'unproven' end end as avoidability,
        case when actual_network = 'out' and h % 3 = 1 then 'patient_choice' end as reason,
        case actual_network when 'in' then true when 'out' then case h % 5 when 0 then false when 1 then null else true end end as option_existed,
        case when actual_network in ('in', 'out') then case when h % 4 = 0 then 'inferred' else 'stated' end end as basis,
        case when actual_network = 'out' and h % 6 > 0 then cast(100 + h % 400 as double) end as dollars
      from (
        select
          episode_key, cast(hash(episode_key, 'network') % 1000 as integer) as h,
          case cast(hash(episode_key, 'meant') % 4 as integer) when 0 then 'out' when 1 then 'unknown' else 'in' end as intended_network,
          case when outcome is null or outcome <> 'completed' then case when hash(episode_key, 'silent') % 4 = 0 then 'unknown' else 'not_completed' end
            when hash(episode_key, 'went') % 5 = 0 then 'out' when hash(episode_key, 'went') % 5 = 1 then 'unknown' else 'in' end as actual_network
        from core.episode where exclusion is null
      );
    insert into core.visit by name
      select 'v:' || i as visit_key, date '2024-06-01' + cast(hash(i, 'seen') % 850 as integer) as day, 'Medicare' as payer, true as claimed,
        date '2024-06-01' + cast(hash(i, 'seen') % 850 + 20 as integer) as paid_on, cast(90 + hash(i, 'dollars') % 300 as double) as allowed_amount
      from made order by ${shuffle ? `hash(i, ${shuffle})` : "i"};
    insert into core.claim_line by name select 'v:0' as line_key, 'claim' as kind, 'Medicare' as payer, 'claims' as source;
    insert into seeds.file (source, standing, as_of) values ('claims', 'effective', timestamp '2026-09-28 00:00:00');
    insert into core.visit_role by name
      select visit_key, day, cast(date_trunc('month', day) as date) as month, payer, true as claimed, true as is_specialist,
        case when hash(visit_key, 's') % 3 = 0 then 'Neurology' else 'Cardiology' end as specialty, 'Clinic ' || (hash(visit_key, 'l') % 5) as referring_location,
        case cast(hash(visit_key, 'n') % 5 as integer) when 0 then 'out' when 1 then 'unknown' else 'in' end as network,
        case when hash(visit_key, 'r') % 3 = 0 then 'self_directed' else 'answer' end as role,
        hash(visit_key, 'a') % 9 > 0 as attributed, hash(visit_key, 'c') % 9 > 0 as covered,
        case when hash(visit_key, 'd') % 9 > 0 then allowed_amount end as dollars
      from core.visit;
    insert into core.chain by name
      select visit_key, day, network, specialty, payer, 2 as hop from core.visit_role where hash(visit_key, 'chain') % 6 = 0;
  `);
}
