// Worked examples: how rows are given and expected, and what an example that fails, or is wrong itself, says.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Harness, openHarness } from "../pipeline/sql/harness.ts";
import { compareRows, formatTable, parseTable } from "../pipeline/sql/texttable.ts";
import { folder } from "./folder.ts";

const files = {
  "staging/referral.sql": `select r.referral_id, trim(r.status) as status, r.ordered_at, f.system
from raw.referral r join seeds.file f using (file_id)`,
  "core/referral.sql": `-- One row per referral.
-- grain: referral_key
-- check: status <> 'lost'
select
  system || ':' || referral_id as referral_key, -- Key.
  status, -- Status.
  ordered_at, -- Signed.
  cast(ordered_at as date) as ordered_on, -- Day.
  (r.as_of_date - cast(ordered_at as date))::integer as days_open -- Age.
from staging.referral cross join seeds.run r
`,
  "marts/volume.sql": `-- One row per status.
-- grain: status
select
  status, -- Status.
  count(*)::integer as referrals, -- Count.
  count(*) / 3.0::double as third -- A third.
from core.referral
group by status
order by referrals desc, status
`,
  "marts/total.sql": "-- One row.\n-- grain: n\nselect count(*)::integer as n -- Count.\nfrom core.referral",
};

let harness: Harness;
beforeAll(async () => {
  harness = await openHarness({
    models: folder(files),
    given: { "seeds.run": "as_of_date\n2026-05-01", "seeds.file": "file_id | system\n1 | epic" },
  });
});
afterAll(() => harness.close());

const saying = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "passed",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

describe("an example", () => {
  test("gives rows of the tables a model reads; other columns are null, other tables empty or the harness's own", () =>
    harness.expectModel("core.referral", {
      given: {
        "staging.referral": `
          referral_id | system | status | ordered_at
          1           | epic   | new    | 2026-04-01 09:30
          2           | epic   |        | 2026-04-30`,
      },
      expect: `
        referral_key | ordered_at          | ordered_on | days_open | status
        epic:2       | 2026-04-30          | 2026-04-30 | 1         | null
        epic:1       | 2026-04-01 09:30:00 | 2026-04-01 | 30        | new`,
    }));

  test("runs the models between when the rows are given further up", () =>
    harness.expectModel("marts.volume", {
      given: {
        "raw.referral": `
          file_id | referral_id | status   | ordered_at
          1       | 1           | ' new '  | 2026-04-01
          1       | 2           | new      | 2026-04-01
          1       | 3           | closed   | 2026-04-01
          2       | 4           | new      | 2026-04-01`,
      },
      expect: `
        status | referrals | third
        new    | 2         | ~0.67
        closed | 1         | 0.3333333333`,
    }));

  test("may expect several models of one set of rows", () =>
    harness.expectModels({
      given: { "staging.referral": "referral_id | system | status\n1 | a | new\n2 | a | new" },
      expect: {
        "marts.total": "n\n2",
        "marts.volume": "status | referrals\nnew | 2",
        "core.referral": "referral_key\na:1\na:2",
      },
    }));

  test("leaves nothing behind for the next, and models that make rows of none give them once", async () => {
    const none = { given: { "core.referral": "referral_key" }, expect: "n\n0" };
    await harness.expectModel("marts.total", none);
    await harness.expectModel("marts.total", { given: { "core.referral": "referral_key\na\nb" }, expect: "n\n2" });
    await harness.expectModel("marts.total", none);
    await harness.expectModel("core.referral", { given: {}, expect: "referral_key" });
  });

  test("may ask for the order of the rows", async () => {
    const given = { "core.referral": "status\nb\na\nb" };
    await harness.expectModel("marts.volume", { given, expect: "status\nb\na", ordered: true });
    expect(
      await saying(harness.expectModel("marts.volume", { given, expect: "status\na\nb", ordered: true })),
    ).toMatchInlineSnapshot(`
      "marts.volume gives other rows (- expected, in this order, + got):
        status
      - a
      + b
      - b
      + a"
    `);
  });

  test("may ask which checks fail", async () => {
    const given = { "staging.referral": "system | referral_id | status\na | 1 | lost\na | 1 | new" };
    const expect_ = "status\nlost\nnew";
    await harness.expectModel("core.referral", { given, expect: expect_, failing: ["grain", "status <> 'lost'"] });
    expect(
      await saying(harness.expectModel("core.referral", { given, expect: expect_, failing: [] })),
    ).toMatchInlineSnapshot(`
      "Checks of core.referral that should fail: none. Those that do:
      core.referral: the grain referral_key does not hold: 1 key on more than one row, such as referral_key = a:1.
      core.referral: "status <> 'lost'" fails on 1 row, such as referral_key = a:1."
    `);
  });

  test("hands out rows where comparing is not enough", async () => {
    const found = await harness.rowsOf("marts.volume", { "core.referral": "status\na" });
    expect(found).toEqual([{ status: "a", referrals: "1", third: "0.3333333333333333" }]);
  });

  test("can run beside others", () =>
    Promise.all(
      ["a", "b", "c"].map((status) =>
        harness.expectModel("marts.volume", {
          given: { "core.referral": `status\n${status}` },
          expect: `status | referrals\n${status} | 1`,
        }),
      ),
    ));
});

describe("an example that fails", () => {
  const given = {
    "staging.referral": `
      referral_id | system | status | ordered_at
      1           | epic   | new    | 2026-04-01
      2           | epic   | open   | 2026-04-02
      3           | epic   | open   | 2026-04-03`,
  };
  const cases: [string, string, string, Record<string, string>][] = [
    [
      "rows differ",
      "core.referral",
      "referral_key | status | days_open\nepic:1 | new | 30\nepic:2 | closed | 29\nepic:9 | '' | 4",
      given,
    ],
    ["rows are lacking", "core.referral", "referral_key", given],
    ["a model does not exist", "core.referal", "a", given],
    ["a table is not read", "marts.volume", "status", { "core.referral": "status\na", "raw.referral": "status\na" }],
    ["a table's name is misspelt", "core.referral", "status", { "staging.referal": "status\na" }],
    ["a given column is misspelt", "core.referral", "status", { "staging.referral": "statsu\na" }],
    ["an expected column is misspelt", "core.referral", "day_open\n1", given],
    ["a cell does not fit", "core.referral", "status", { "staging.referral": "ordered_at\n2026-13-01" }],
    ["an expected cell does not fit", "core.referral", "days_open\nmany", given],
    ["a row is short", "core.referral", "referral_key | status\nepic:1", given],
    ["a column stands twice", "core.referral", "status | status", given],
    ["no columns are named", "core.referral", "", given],
  ];
  test.each(cases)("says that %s", async (_, name, expected, rows) => {
    expect(await saying(harness.expectModel(name, { given: rows, expect: expected }))).toMatchSnapshot();
  });

  test("shows a model's error in its file and line", async () => {
    const broken = await openHarness({
      models: folder({
        "staging/a.sql": "select\n  status::integer as n from raw.referral",
        "staging/b.sql": "select nn from staging.a",
      }),
    });
    const messages = [
      await saying(broken.expectModel("staging.a", { given: { "raw.referral": "status\nx" }, expect: "n" })),
      await saying(broken.expectModel("staging.b", { given: {}, expect: "nn" })),
      await saying(openHarness({ models: folder({ "core/x.sql": "select now()" }) })),
    ];
    broken.close();
    expect(messages.join("\n\n").replaceAll(/\S*keepage-test-\w+\//g, "")).toMatchInlineSnapshot(`
      "staging/a.sql:2: staging.a: Could not convert string 'x' to INT32 when casting from source column status.
          2 |   status::integer as n from raw.referral
            |         ^
        Correct the line shown.

      staging/b.sql:1: staging.b: Referenced column "nn" not found in FROM clause. Candidate bindings: "n".
          1 | select nn from staging.a
            |        ^
        Correct the line shown.

      core/x.sql:1: core.x uses now(): the same files would give another result on another day or machine.
        Take time from seeds.run (as_of, as_of_date) and leave chance out.
      core/x.sql:1: A column has no name.
        Name it with "as".
      core/x.sql:1: core.x declares no grain.
        Add "-- grain: a, b", the columns that tell one row from another.
      core/x.sql:1: core.x does not say what one row is.
        Open the file with a comment that says it."
    `);
  });
});

describe("a table as text", () => {
  test("may be written with bars at both ends, rules, remarks and quotes", () => {
    expect(
      parseTable(`
        | a | b    | c |
        |---|------|---|
        -- a remark
        | 1 | 'x|y' |   |
        | '' | 'null' | it's |
        | ' ' | 'it''s' | null |`),
    ).toEqual({
      columns: ["a", "b", "c"],
      rows: [
        ["1", "x|y", null],
        ["", "null", "it's"],
        [" ", "it's", null],
      ],
    });
  });

  test("reads what it writes", () => {
    const cell = fc.option(fc.string({ unit: "grapheme-ascii" }).filter((text) => !/[\r\n]/.test(text)));
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }),
      );
    fc.assert(
      fc.property(table, (rows) => {
        const columns = rows[0]!.map((_, i) => `c${i}`);
        // A first cell that looks like a remark or a rule is not one of ours to write.
        fc.pre(
          rows.every(
            (row) => row.some((text) => text !== null && !/^[-|+ ]*$/.test(text)) && !row[0]?.startsWith("--"),
          ),
        );
        expect(
          parseTable(
            formatTable(
              columns,
              rows.map((cells) => ({ cells })),
            ),
          ),
        ).toEqual({ columns, rows });
      }),
    );
  });

  test("is compared row by row, whatever the order, and repeated rows count", () => {
    const equal = (a: string, b: string) => a === b;
    expect(compareRows([["a"], ["a"], ["b"]], [["b"], ["a"], ["a"]], equal, false).pairs).toEqual([]);
    expect(compareRows([["a"], ["a"]], [["a"]], equal, false).pairs).toEqual([{ left: 1, right: null }]);
    expect(compareRows([["a"]], [["a"], ["a"]], equal, true).pairs).toEqual([{ left: null, right: 1 }]);
  });
});
