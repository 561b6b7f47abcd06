// The synthetic organization knows each referral's real path: where its exports show it, the pipeline says the same.
import { afterAll, beforeAll, expect, test } from "vitest";
import { ask, type DemoWarehouse, demoWarehouse } from "./demo.ts";

let demo: DemoWarehouse;
beforeAll(async () => {
  demo = await demoWarehouse(0.1, ["core.referral"], 1);
  await demo.connection.run(`
    create table truth.shown as
      select system || ':' || referral_id as referral_key, *,
        -- A request canceled for the payer's denial is told as denied.
        case when shown_stage = 'canceled' and shown_authorization = 'denied' then 'denied' else shown_stage end as told_stage
      from truth.referral where first_seen <> ''`);
});
afterAll(() => demo?.close());

test("every referral that an export showed is there, and no other", async () => {
  const [found] = await ask<{ shown: number; lost: number; made_up: number }>(
    demo,
    `select count(t.referral_key)::integer as shown,
       count(*) filter (where r.referral_key is null)::integer as lost,
       count(*) filter (where t.referral_key is null)::integer as made_up
     from truth.shown t full join core.referral r on r.referral_key = t.referral_key`,
  );
  expect(found!.shown).toBeGreaterThan(2000);
  expect(found).toMatchObject({ lost: 0, made_up: 0 });
});

test("referrals by month of order and specialty are counted as they happened", async () => {
  const wrong = await ask(
    demo,
    `with happened as (
       select system, date_trunc('month', cast(ordered_at as timestamp))::date as month, specialty, count(*) as n
       from truth.shown t
       where exists (select 1 from core.referral r where r.referral_key = t.referral_key and r.specialty <> 'Unmapped')
       group by all
     ), derived as (
       select system, ordered_month as month, specialty, count(*) as n from core.referral where specialty <> 'Unmapped' group by all
     )
     select * from happened full join derived using (system, month, specialty) where happened.n is distinct from derived.n`,
  );
  expect(wrong).toEqual([]);
});

test("where the exports show how a referral stands, its stage says so; what they do not show is not claimed", async () => {
  const stages = await ask<{ told: string; derived: string; n: number }>(
    demo,
    `select t.told_stage as told, r.stage as derived, count(*)::integer as n
     from truth.shown t join core.referral r on r.referral_key = t.referral_key group by all order by n desc`,
  );
  const total = stages.reduce((sum, s) => sum + s.n, 0);
  const differ = stages.filter((s) => s.told !== s.derived);
  const unknown = stages.filter((s) => ["closed_unknown", "outcome_unknown", "unmapped"].includes(s.derived));
  const count = (list: typeof stages) => list.reduce((sum, s) => sum + s.n, 0);
  process.stdout.write(
    `stages: ${total - count(differ)} of ${total} as shown, ${count(unknown)} of them unknown; ${JSON.stringify(differ)}\n`,
  );
  // Redirected by the receiver and then worked on by nobody: two readings of one row in several thousand.
  expect(count(differ) / total).toBeLessThan(0.0005);
});

test("no visit is told where none took place by the time of the exports", async () => {
  const [visits] = await ask<{ told: number; wrong: number; same_day: number }>(
    demo,
    `select count(r.visit_at)::integer as told,
       count(*) filter (where r.visit_at is not null and t.shown_visit not in ('completed', 'econsult_completed'))::integer as wrong,
       count(*) filter (where cast(r.visit_at as date) = try_cast(nullif(t.visit_at, '') as date))::integer as same_day
     from truth.shown t join core.referral r on r.referral_key = t.referral_key`,
  );
  process.stdout.write(`visits: ${visits!.same_day} of ${visits!.told} on the very day\n`);
  expect(visits!.wrong).toBe(0);
  expect(visits!.same_day / visits!.told).toBeGreaterThan(0.95);
});
