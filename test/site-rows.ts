// Invented episodes, appointments, requests to payers, attempts and destinations for the referrals of test/site-warehouse.ts: the rows
// that a site without a cell limit adds up when several filters are chosen. They are not those of its invented figures.
import { type DuckDBConnection, literal } from "../pipeline/duckdb.ts";

/** Fills the tables of core that the cubes are read from; `today` is the day of the run. */
export async function addRows(connection: DuckDBConnection, today: string): Promise<void> {
  const run = (sql: string) => connection.run(sql);
  const draw = (salt: string) => `(hash(i, ${literal(salt)}) % 10007) / 10007.0`;
  const days = (salt: string, most: number) => `to_days((${draw(salt)} * ${most})::integer)`;
  /** What lies ahead is not known yet. */
  const by = (at: string) => `case when ${at} <= date ${literal(today)} then ${at} end`;
  for (const column of [
    "referral_key varchar",
    "referring_provider varchar",
    "referring_npi varchar",
    "is_open boolean",
  ])
    await run(`alter table core.referral add column ${column}`);
  await run(
    "update core.referral set referral_key = 'r' || i, referring_provider = 'Dr. ' || hash(i, 'who') % 9, is_open = open",
  );
  await run(`create table core.episode as
    with drawn as (
      select *, ordered_on + ${days("scheduled", 110)} as booked from core.referral
    ),
    booked as (
      select *, case when ${draw("books")} < 0.8 then ${by("booked")} end as scheduled_at from drawn
    ),
    seen as (
      select *, case when ${draw("comes")} < 0.75 then ${by(`scheduled_at + ${days("lead", 40)}`)} end as visit_at from booked
    )
    select i, 'e' || i as episode_key, 1 as orders, referring_provider, specialty, referring_location, receiving_location, payer, referral_type, source,
      ordered_on, date_trunc('month', ordered_on)::date as ordered_month, scheduled_at, visit_at,
      case when ${draw("notes")} < 0.7 then ${by(`visit_at + ${days("note", 45)}`)} end as note_received_at,
      case when visit_at is not null then 'completed' when ${draw("ends")} < 0.3 then 'declined' end as outcome,
      case when visit_at is not null then visit_at when ${draw("ends")} < 0.3 then ordered_on + interval 60 day end as outcome_at,
      case when ${draw("tests")} < 0.02 then 'test_patient' end as exclusion
    from seen`);
  await run(`insert into marts.cut_value
    select 'referring_provider', (row_number() over (order by value))::integer, value
    from (select distinct referring_provider as value from core.episode)`);
  await run(
    "create table core.episode_member as select episode_key, 'r' || i as referral_key, 1 as ordinal from core.episode",
  );
  await run(`create table core.appointment as
    select 'a' || i as appointment_key, 'r' || i as referral_key, scheduled_at as made_at,
      scheduled_at + ${days("lead", 40)} as starts_at,
      case when visit_at is not null then 'completed' when ${draw("misses")} < 0.5 then 'no_show' else 'cancelled_by_patient' end as outcome,
      case when visit_at is null and ${draw("misses")} >= 0.5 then scheduled_at + interval 5 day end as canceled_at,
      false as late_cancel, 'staff' as actor_type, (hash(i) % 3)::integer as reminders
    from core.episode where scheduled_at is not null`);
  await run(`create table core.authorization as
    select 'z' || i as authorization_key, 'r' || i as referral_key, ordered_on + ${days("asks", 20)} as submitted_at,
      ${by(`ordered_on + ${days("asks", 20)} + ${days("decides", 14)}`)} as decided_at, ${draw("fast")} < 0.2 as expedited,
      case when ${draw("denies")} < 0.2 then 'denied' else 'approved' end as decision, false as approved_after_appeal
    from core.episode where ${draw("needs")} < 0.5`);
  await run(`create table core.contact as
    select 'c' || i || '-' || n as contact_key, 'r' || i as referral_key, ordered_on + ${days("calls", 20)} + to_days(n::integer) as attempted_at,
      case when n = 1 then 'phone' else 'text' end as channel, 'English' as language, true as is_attempt,
      case when ${draw("answers")} < 0.4 and n = 2 then 'reached' else 'no_answer' end as outcome,
      ${draw("answers")} < 0.4 and n = 2 as reached
    from core.episode, (values (1), (2)) attempt(n)`);
  await run(`create table core.leakage as
    select episode_key, case when ${draw("meant")} < 0.8 then 'in' else 'out' end as intended_network,
      case when visit_at is null then 'not_completed' when ${draw("goes")} < 0.65 then 'in' when ${draw("goes")} < 0.9 then 'out' else 'unknown' end
        as actual_network,
      case when visit_at is not null and ${draw("goes")} between 0.65 and 0.9 then
        case when ${draw("why")} < 0.4 then 'avoidable' when ${draw("why")} < 0.5 then 'unproven' else 'not_avoidable' end end as avoidability,
      case when ${draw("reason")} < 0.5 then 'patient_choice' else 'wait' end as reason,
      case when visit_at is not null and ${draw("goes")} between 0.65 and 0.9 then 100 + i % 900 end::double as dollars
    from core.episode where exclusion is null`);
  await run("create table core.roster as select 'p' as provider_key, true as affiliated");
}
