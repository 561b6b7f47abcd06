// The synthetic organization knows where every patient went: the bounds of realized leakage hold it in every cut, and the
// rules that match visits to referrals find the true links.
import { beforeAll, expect, test } from "vitest";
import { ask, type Demo, theDemo } from "./demo.ts";

let demo: Demo;
beforeAll(async () => {
  demo = await theDemo();
  await demo.connection.run(`
    create table truth.journey as
      select system || ':' || referral_id as referral_key, * from truth.referral;
    create table truth.went as
      select m.episode_key, arg_min(t.visit_network, t.visit_at) filter (where t.visit_at <> '') as network
      from core.episode_member m join truth.journey t on t.referral_key = m.referral_key
      group by m.episode_key;
    create table truth.paid as
      select c.*, t.episode, t.need from truth.claim c
      left join truth.journey t on t.referral_key = c.system || ':' || c.referral_id
      where c.paid_on <> '';
    create table truth.found as
      select regexp_extract(v.visit_key, 'K[0-9]{8}') as claim, v.visit_key, v.patient_key, v.service, v.provider_key, m.referral_key, m.rule, t.episode
      from core.visit v
      left join core.visit_match m on m.visit_key = v.visit_key
      left join truth.journey t on t.referral_key = m.referral_key
      where v.claimed;
  `);
});

const percent = (share: number) => `${(100 * share).toFixed(1)}%`;

interface Cell {
  value: string;
  inside: number;
  outside: number;
  unknown: number;
  true_inside: number;
  true_outside: number;
}

async function cells(cut: string, which = "true"): Promise<Cell[]> {
  return ask<Cell>(
    demo,
    `select ${cut}::varchar as value,
       count(*) filter (where l.actual_network = 'in')::integer as inside,
       count(*) filter (where l.actual_network = 'out')::integer as outside,
       count(*) filter (where l.actual_network = 'unknown')::integer as unknown,
       count(*) filter (where t.network = 'in')::integer as true_inside,
       count(*) filter (where t.network = 'out')::integer as true_outside
     from core.leakage l
     join core.episode e on e.episode_key = l.episode_key
     left join truth.went t on t.episode_key = l.episode_key
     where ${which}
     group by 1 order by 1`,
  );
}

/** Leakage, realized: the least, the point and the most it could be, and what it truly is. Null where nobody was truly seen. */
function bounds(c: Cell): { low: number; point: number; high: number; truth: number } | null {
  if (c.true_inside + c.true_outside === 0) return null;
  const known = c.inside + c.outside;
  const all = known + c.unknown;
  return {
    low: c.outside / all,
    point: c.outside / known,
    high: (c.outside + c.unknown) / all,
    truth: c.true_outside / (c.true_inside + c.true_outside),
  };
}

const places = ["payer", "specialty", "referring_location", "receiving_location"];
const traits = ["referral_type", "priority", "source", "language", "barrier", "system"];

test("realized leakage, with its bounds, holds the truth in every cut", async () => {
  const lines: string[] = [];
  for (const cut of ["'all'", ...[...places, ...traits].map((name) => `e.${name}`)])
    for (const c of await cells(cut)) {
      const b = bounds(c);
      if (!b) continue;
      expect(b.low, `${cut} ${c.value}`).toBeLessThanOrEqual(b.truth);
      expect(b.high, `${cut} ${c.value}`).toBeGreaterThanOrEqual(b.truth);
      lines.push(
        `${c.value}: ${percent(b.point)} [${percent(b.low)}, ${percent(b.high)}], truly ${percent(b.truth)}, error ${percent(b.point - b.truth)}`,
      );
      if (cut === "'all'") expect(Math.abs(b.point - b.truth)).toBeLessThan(0.03);
    }
  console.log(`realized leakage\n  ${lines.join("\n  ")}`);
});

test("and in every month whose window has passed, and of every referrer", async () => {
  const mature = "e.ordered_on + 90 + (select lag_days from seeds.run) <= (select as_of_date from seeds.run)";
  for (const cut of ["e.ordered_month", "e.referring_provider"])
    for (const c of await cells(cut, mature)) {
      const b = bounds(c);
      expect(!b || (b.low <= b.truth && b.truth <= b.high), `${cut} ${c.value}`).toBe(true);
    }
  // A list that says "seen here" of a patient who went elsewhere is wrong, not silent: where few people are looked at, it shows.
  const pairs = places.flatMap((a, i) => places.slice(i + 1).map((b) => [a, b]));
  const crossed = pairs.map((pair) => pair.map((name) => `coalesce(e.${name}, '')`).join(" || ' / ' || "));
  for (const cut of ["e.receiving_provider", ...crossed]) {
    const all = (await cells(cut, mature)).flatMap((c) => bounds(c) ?? []);
    const held = all.filter((b) => b.low <= b.truth && b.truth <= b.high);
    console.log(`${cut}: the bounds hold the truth in ${held.length} of ${all.length}`);
    expect(held.length / all.length).toBeGreaterThan(0.98);
  }
});

test("a destination told in or out is the true one", async () => {
  const [row] = await ask<{ known: number; right: number; meant: number; meant_right: number }>(
    demo,
    `select
       count(*) filter (where d.actual_network in ('in', 'out'))::integer as known,
       count(*) filter (where d.actual_network in ('in', 'out') and d.actual_network = t.visit_network)::integer as right,
       count(*) filter (where d.intended_network in ('in', 'out'))::integer as meant,
       count(*) filter (where d.intended_network in ('in', 'out') and d.intended_network = t.intended_network)::integer as meant_right
     from core.destination d join truth.journey t on t.referral_key = d.referral_key`,
  );
  console.log(
    `seen where told: ${row!.right} of ${row!.known}; meant for where told: ${row!.meant_right} of ${row!.meant}`,
  );
  expect(row!.right / row!.known).toBeGreaterThan(0.98);
  // What a list shows now is where the referral goes now; the truth is where it was first meant to go.
  expect(row!.meant_right / row!.meant).toBeGreaterThan(0.95);
});

test("each paid visit is found once, whatever lines, voids and replacements told of it", async () => {
  const [row] = await ask<{ truly: number; found: number; twice: number }>(
    demo,
    `select
       (select count(*) from truth.paid where kind <> 'excluded')::integer as truly,
       count(distinct f.claim) filter (where f.service in ('visit', 'radiology'))::integer as found,
       (select count(*) from (
         select claim from truth.found where service in ('visit', 'radiology') group by claim having count(*) > 1))::integer as twice
     from truth.found f join truth.paid p on p.visit_id = f.claim and p.kind <> 'excluded'`,
  );
  console.log(`paid visits: ${row!.truly}, found: ${row!.found}, found twice: ${row!.twice}`);
  expect(row!.found / row!.truly).toBeGreaterThan(0.98);
  expect(row!.twice).toBe(0);
});

test("visits are matched to the referrals they answer: precision and recall", async () => {
  const [row] = await ask<{
    matched: number;
    right: number;
    links: number;
    linked: number;
    reach: number;
    reached: number;
  }>(
    demo,
    `with links as (
       select p.visit_id, p.episode, f.episode as found,
         -- The claim carries the facts: its person is known to be the referral's, and the referral was exported.
         exists (
           select 1 from truth.journey t join core.referral r on r.referral_key = t.referral_key
           where t.episode = p.episode and r.patient_key = f.patient_key and r.exclusion is null
         ) as told
       from truth.paid p
       left join truth.found f on f.claim = p.visit_id and f.service in ('visit', 'radiology')
       where p.kind = 'referral'
     )
     select
       (select count(*) from truth.found f join truth.paid p on p.visit_id = f.claim where f.referral_key is not null)::integer as matched,
       (select count(*) from truth.found f join truth.paid p on p.visit_id = f.claim where f.episode = p.episode)::integer as right,
       count(*)::integer as links, count(*) filter (where found = episode)::integer as linked,
       count(*) filter (where told)::integer as reach, count(*) filter (where told and found = episode)::integer as reached
     from links`,
  );
  const { matched, right, links, linked, reach, reached } = row!;
  console.log(
    `precision ${percent(right / matched)} of ${matched} matched visits; recall ${percent(reached / reach)} of ${reach} whose claims carry the facts, ${percent(linked / links)} of all ${links}`,
  );
  const rules = await ask<{ rule: string; n: number; right: number }>(
    demo,
    `select f.rule, count(*)::integer as n, count(*) filter (where f.episode = p.episode)::integer as right
     from truth.found f join truth.paid p on p.visit_id = f.claim where f.rule is not null group by 1 order by 1`,
  );
  console.log(rules.map((r) => `  ${r.rule}: ${r.right} of ${r.n}`).join("\n"));
  expect(right / matched).toBeGreaterThanOrEqual(0.98);
  expect(reached / reach).toBeGreaterThanOrEqual(0.95);
});

test("self-directed visits are those that nobody referred", async () => {
  const [row] = await ask<{ told: number; right: number; truly: number }>(
    demo,
    `select
       count(*) filter (where v.role = 'self_directed')::integer as told,
       count(*) filter (where v.role = 'self_directed' and p.kind = 'self_directed')::integer as right,
       count(*) filter (where p.kind = 'self_directed')::integer as truly
     from core.visit_role v
     join truth.found f on f.visit_key = v.visit_key
     join truth.paid p on p.visit_id = f.claim
     where v.attributed`,
  );
  const { told, right, truly } = row!;
  console.log(`self-directed: ${right} of ${told} told so are, of ${truly} in all`);
  expect(right / truly).toBeGreaterThan(0.95);
  expect(right / told).toBeGreaterThan(0.85);
});

test("patients whom our own specialists sent on: who stayed and who left is as it happened", async () => {
  const [row] = await ask<{
    truly: number;
    found: number;
    right: number;
    stayed: number;
    left: number;
    made_up: number;
  }>(
    demo,
    `select
       (select count(*) from truth.paid where kind = 'chain')::integer as truly,
       count(*) filter (where p.kind = 'chain')::integer as found,
       count(*) filter (where p.kind = 'chain' and c.network = p.network)::integer as right,
       count(*) filter (where p.kind = 'chain' and c.network = 'in')::integer as stayed,
       count(*) filter (where p.kind = 'chain' and c.network = 'out')::integer as left,
       count(*) filter (where p.kind <> 'chain')::integer as made_up
     from core.chain c
     join truth.found f on f.visit_key = c.visit_key
     join truth.paid p on p.visit_id = f.claim`,
  );
  const { truly, found, right, stayed, left, made_up } = row!;
  console.log(
    `sent on: ${found} of ${truly} found, ${right} where they truly went; ${left} of ${stayed + left} outside`,
  );
  expect(found / truly).toBeGreaterThan(0.95);
  expect(right / found).toBeGreaterThan(0.98);
  expect(made_up / found).toBeLessThan(0.05);
  expect(stayed).toBeGreaterThan(left);
  expect(left).toBeGreaterThan(5);
});
