// Where episodes stand and go: month ends, steps lost, stages that hold work up, groups compared.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, rows } from "../pipeline/duckdb.ts";
import { formatTable, parseTable } from "../pipeline/sql/texttable.ts";
import { rowsOf } from "./figures.ts";
import { sampleWarehouse } from "./sample.ts";

/** Rows of a mart in the columns named, sorted as text. */
async function shown(
  mart: string,
  given: Record<string, string>,
  expected: string,
  where: Record<string, string> = {},
) {
  const wanted = parseTable(expected);
  const found = (await rowsOf(mart, given)).filter((row) =>
    Object.entries(where).every(([key, value]) => row[key] === value),
  );
  const text = (list: readonly (readonly (string | null)[])[]) =>
    formatTable(
      wanted.columns,
      [...list].sort((a, b) => (a.join("|") < b.join("|") ? -1 : 1)).map((cells) => ({ cells })),
    );
  expect(text(found.map((row) => wanted.columns.map((column) => row[column] ?? null)))).toBe(text(wanted.rows));
}

const spans = {
  "core.referral": `
    referral_key | specialty  | receiving_location | referral_type    | priority | exclusion
    r1           | cardiology | North              | specialist_visit | routine  |
    r2           | cardiology | North              | specialist_visit | routine  |
    r3           | cardiology |                    | specialist_visit | routine  |
    r4           | cardiology | North              | specialist_visit | routine  |
    test         | cardiology | North              | specialist_visit | routine  | test patient`,
  "core.referral_span": `
    referral_key | axis    | value               | span_from  | span_to    | next_value
    r1           | stage   | pending             | 2026-07-01 | 2026-07-11 | scheduled
    r1           | stage   | scheduled           | 2026-07-11 | 2026-08-01 | completed
    r1           | stage   | completed           | 2026-08-01 | 2026-08-31 | loop_closed
    r1           | stage   | loop_closed         | 2026-08-31 |            |
    r1           | request | new                 | 2026-07-01 |            |
    r2           | stage   | pending             | 2026-07-01 | 2026-08-10 | declined_by_patient
    r2           | stage   | declined_by_patient | 2026-08-10 |            |
    r3           | stage   | pending             | 2026-09-08 |            |
    r4           | stage   | pending             | 2025-01-01 | 2025-02-01 | canceled
    test         | stage   | pending             | 2026-07-01 |            |`,
};
const limits = {
  "seeds.policy": `
    policy   | rank | rule | specialty
    heart    | 10   | 1    | cardiology
    default  | 99   | 1    |`,
  "seeds.policy_limit": `
    policy  | stage   | priority | days | business
    heart   | pending | routine  | 14   | false
    heart   | report  | routine  | 10   | true
    default | pending | routine  | 1    | false`,
  "seeds.calendar": `
    day        | business_days_before
    2026-08-01 | 4000
    2026-08-31 | 4020`,
};

test("a stage's arrivals, departures, dwell, backlog, pace and days beyond its limit", () =>
  shown(
    "marts.bottleneck",
    { ...spans, ...limits },
    `
      stage     | entered | departed | went_on | dropped_out | median_days | p90_days | backlog | backlog_oldest_days | arrivals_90 | departures_90 | backlog_days | limit_days | late_share | backlog_late | days_over_limit | is_bottleneck
      pending   | 3       | 2        | 1       | 1           | 10          | 40       | 1       | 20                  | 3           | 2             | 45.0         | 14         | 0.5        | 1            | 32              | true
      scheduled | 1       | 1        | 1       | 0           | 21          | 21       | 0       |                     | 1           | 1             | 0.0          |            |            |              | 0               | false
      completed | 1       | 1        | 1       | 0           | 30          | 30       | 0       |                     | 1           | 1             | 0.0          | 10         | 1.0        | 0            | 10              | false`,
    { cut: "total" },
  ));

test("an unknown place is a place, and each specialty and place has its own bottleneck", async () => {
  const found = await rowsOf("marts.bottleneck", { ...spans, ...limits });
  expect(
    found
      .filter((r) => r.stage === "pending")
      .map((r) => [r.cut, r.value, r.backlog])
      .sort(),
  ).toEqual([
    ["receiving_location", "North", "0"],
    ["receiving_location", "Unknown", "1"],
    ["referring_location", "Unknown", "1"],
    ["specialty", "cardiology", "1"],
    ["total", "All", "1"],
  ]);
});

test("moves from stage to stage, and those that drop out", () =>
  shown(
    "marts.stage_move",
    { ...spans },
    `
      stage     | next_stage          | moves | drops_out
      pending   | scheduled           | 1     | false
      scheduled | completed           | 1     | false
      completed | loop_closed         | 1     | false
      pending   | declined_by_patient | 1     | true`,
    { cut: "total" },
  ));

test("at each month end, received is open and every end: what ended later was still open", () =>
  shown(
    "marts.month_end",
    {
      "core.episode": `
        episode_key | ordered_on | ordered_at | ordered_month | outcome   | outcome_at | exclusion
        a           | 2026-07-05 | 2026-07-05 | 2026-07-01    | completed | 2026-09-02 |
        b           | 2026-07-31 | 2026-07-31 | 2026-07-01    | declined  | 2026-07-31 |
        c           | 2026-08-01 | 2026-08-01 | 2026-08-01    |           |            |
        d           | 2026-08-01 | 2026-08-01 | 2026-08-01    | expired   | 2026-10-01 |
        e           | 2026-07-05 | 2026-07-05 | 2026-07-01    | completed | 2026-07-06 | test patient`,
      "seeds.calendar": "day\n2026-06-30\n2026-07-01\n2026-08-01\n2026-09-01\n2026-10-01",
    },
    `
      month_end  | arrived | ended | received | open | completed | declined | expired
      2026-07-31 | 2       | 1     | 2        | 1    | 0         | 1        | 0
      2026-08-31 | 2       | 0     | 4        | 3    | 0         | 1        | 0
      2026-09-28 | 0       | 1     | 4        | 2    | 1         | 1        | 0`,
    { cut: "total" },
  ));

test("of 100 ordered, how many are lost and how many wait at which step", () => {
  const ordered = (day: string) => `${day} | ${day}`;
  return shown(
    "marts.dropout",
    {
      "core.episode": `
        episode_key       | ordered_on | ordered_at  | is_open | first_contact_at | scheduled_at | visit_at   | note_received_at | outcome   | outcome_at
        nothing done      | ${ordered("2026-03-02")} | true    |                  |              |            |                  |           |
        declined at once  | ${ordered("2026-03-02")} | false   |                  |              |            |                  | declined  | 2026-03-03
        called            | ${ordered("2026-03-02")} | true    | 2026-03-10       |              |            |                  |           |
        called, declined  | ${ordered("2026-03-02")} | false   | 2026-03-10       |              |            |                  | declined  | 2026-03-11
        booked, canceled  | ${ordered("2026-03-02")} | false   | 2026-03-10       | 2026-03-11   |            |                  | canceled  | 2026-04-01
        canceled late     | ${ordered("2026-03-02")} | false   | 2026-03-10       | 2026-03-11   |            |                  | canceled  | 2026-07-01
        seen              | ${ordered("2026-03-02")} | false   |                  |              | 2026-04-01 |                  | completed | 2026-04-01
        seen, note        | ${ordered("2026-03-02")} | false   | 2026-03-10       | 2026-03-11   | 2026-04-01 | 2026-04-03       | completed | 2026-04-01`,
    },
    `
      step        | ordered | came | lost | waiting | passed | lost_of_100
      contact     | 8       | 8    | 1    | 1       | 6      | 12.5
      appointment | 8       | 6    | 1    | 1       | 4      | 12.5
      visit       | 8       | 4    | 1    | 1       | 2      | 12.5
      note        | 8       | 2    | 0    | 1       | 1      | 0.0`,
    { cut: "total" },
  );
});

describe("on any rows", () => {
  const marts = [
    "month_end",
    "dropout",
    "equity",
    "incidence",
    "wait_time",
    "bottleneck",
    "signal",
    "provider_comparison",
  ].map((name) => `marts.${name}`);
  let database: Database;
  beforeAll(async () => {
    // Checks of every mart hold, or this fails.
    database = await sampleWarehouse({ only: marts });
  });
  afterAll(() => database.close());
  const query = <T>(sql: string) => rows<T>(database.connection, sql);

  const ends = ["completed", "declined", "canceled", "denied", "returned", "unreachable", "expired", "closed_unknown"];
  const six = [
    "specialty",
    "referring_location",
    "receiving_location",
    "payer",
    "referring_provider",
    "receiving_provider",
  ];
  const cuts = [...six, "referral_type", "priority", "source", "language", "barrier"];
  const named = cuts.map((cut) => {
    const none =
      cut === "barrier" ? "None recorded" : ["referral_type", "priority"].includes(cut) ? "unknown" : "Unknown";
    return `coalesce(${cut}, '${none}') as ${cut}`;
  });
  /** Episodes at each month end, counted one by one: those ordered by then, still open, and ended by then, by how. */
  const counted = (columns: readonly string[]) => `
    select m.month${columns.map((c) => `, e.${c}`).join("")}, count(*)::integer as received,
      (count(*) filter (where e.outcome is null or cast(e.outcome_at as date) > m.month_end))::integer as open,
      ${ends.map((end) => `(count(*) filter (where e.outcome = '${end}' and cast(e.outcome_at as date) <= m.month_end))::integer as ${end}`).join(", ")}
    from (select distinct month, month_end from marts.month_end) m
    join (select ${named.join(", ")}, 'All' as "total", ordered_on, outcome, outcome_at from core.episode where exclusion is null) e
      on e.ordered_on <= m.month_end
    group by all`;

  test("received = open + each end, at every month end and every cut: what counting the episodes one by one gives", async () => {
    for (const cut of ["total", ...cuts]) {
      const figures = ["received", "open", ...ends];
      const [row] = await query<{ n: number; wrong: number }>(`
        with again as (${counted([`"${cut}"`])})
        select count(*)::integer as n,
          (count(*) filter (where a.received is distinct from m.received or m.received <> m.open + ${ends.map((e) => `m.${e}`).join(" + ")}
            or ${figures.map((f) => `a.${f} is distinct from m.${f}`).join(" or ")}))::integer as wrong
        from (select * from marts.month_end where cut = '${cut}') m
        full join again a on a."${cut}" = m.value and a.month = m.month`);
      expect(row?.wrong, cut).toBe(0);
      expect(row?.n, cut).toBeGreaterThan(30);
    }
    expect(
      await query(
        "select count(distinct cut)::integer as cuts, count(distinct month)::integer as months from marts.month_end",
      ),
    ).toEqual([{ cuts: 12, months: 31 }]);
  });

  test("the same holds for each pair of the first six cuts, and pairs add up to either of the two", async () => {
    for (const [i, one] of six.entries())
      for (const other of six.slice(i + 1)) {
        const pair = `with pair as (${counted([one, other])})`;
        const broken = await query(`${pair} select * from pair where received <> open + ${ends.join(" + ")}`);
        expect(broken, `${one} × ${other}`).toEqual([]);
        for (const cut of [one, other]) {
          const wrong = await query(`${pair}
            select p.${cut} from (select month, ${cut}, sum(received) as received, sum(open) as open, sum(completed) as completed from pair group by all) p
            full join (select * from marts.month_end where cut = '${cut}') m on m.value = p.${cut} and m.month = p.month
            where (p.received, p.open, p.completed) is distinct from (m.received, m.open, m.completed)`);
          expect(wrong, `${one} × ${other}`).toEqual([]);
        }
      }
  });

  test("month ends of every cut add up to the total", async () => {
    const wrong = await query(`
      select c.cut, c.month from (select cut, month, sum(received) as received, sum(open) as open from marts.month_end where cut <> 'total' group by all) c
      join marts.month_end t on t.cut = 'total' and t.month = c.month where c.received <> t.received or c.open <> t.open`);
    expect(wrong).toEqual([]);
  });

  test("equity: each step of the way for every need, the largest known group as the reference, intervals around each difference", async () => {
    const cuts = await query<{ cut: string; metrics: number; references: number; broken: number }>(`
      select cut, count(distinct metric)::integer as metrics, count(distinct value) filter (where is_reference)::integer as references,
        (count(*) filter (where not is_reference and not coalesce(difference between difference_low and difference_high, false)))::integer as broken
      from marts.equity group by cut order by cut`);
    expect(cuts).toEqual(
      ["barrier", "distance_band", "interpreter", "language", "payer", "transport"].map((cut) => ({
        cut,
        metrics: 9,
        references: 1,
        broken: 0,
      })),
    );
  });

  test("curves of the total hold those of its parts: at risk on day 0 adds up", async () => {
    const first = await query<{ cut: string; n: number }>(`
      select cut, sum(ended)::integer as n from marts.incidence group by cut`);
    expect(new Set(first.map(({ n }) => n)).size).toBe(1);
  });

  test("rows in another order give the same statistics to the last digit", async () => {
    const other = await sampleWarehouse({ only: marts, shuffle: 11 });
    for (const mart of marts) {
      const all = `select m::varchar as row from ${mart} m order by 1`;
      const [a, b] = [await query(all), await rows(other.connection, all)];
      expect(a.length).toBeGreaterThan(0);
      expect(a).toEqual(b);
    }
    other.close();
  });
});
