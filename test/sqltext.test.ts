// Comments behind columns: our reading of the text and DuckDB's own parser agree on what the columns are.
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { open } from "../pipeline/duckdb.ts";
import { columnList, excerpt, readHeader } from "../pipeline/sql/text.ts";
import { parseQuery } from "../pipeline/sql/tree.ts";

const database = await open(":memory:");
afterAll(() => database.close());

/** Items that hold commas, keywords, quotes and comment marks where they mean nothing. */
const items = [
  "a",
  "t.b as b",
  't."from" as c',
  "a.limit as li",
  '"weird,name" as "from"',
  "'-- it''s, from' as st",
  "e'it\\'s, from' as es",
  "$$a, from$$ as dq",
  "$x$ select, $$ from $x$ as dx",
  "list_transform(l, lambda x, i: x + i) as q",
  "[x for x in l if x > 1] as lc",
  "[a, b, [c]] as l",
  "{'a': 1, 'b, c': 2} as s",
  "case when a then 1 else 2 end as k",
  "extract(year from d) as y",
  "substring(a from 1 for 2) as ss",
  "interval '1' day as iv",
  "cast(a as decimal(9, 2)) as df",
  "a between 1 and 2 as bt",
  "count(*) filter (where a > 1) as cf",
  "sum(x) over (partition by a order by b rows between 1 preceding and current row) as w",
  "percentile_cont(0.5) within group (order by x) as pc",
  "list(x order by y desc, z) as lo",
  "a is distinct from b as d1",
  "a IS NOT DISTINCT FROM b as d2",
  "(select max(a) from core.t where b = 1) as sq",
  "exists (select 1, 2 from core.z) as ex",
  "-1.5e-3 as num",
  "a -- inline, from\n + 1 as ic",
  "b /* block, from */ as bl",
  "l[1:2] as sl",
  "a ->> '$.x' as js",
  "date '2020-01-01' as dd",
  "1 as offset_x",
];
const heads = [
  "select ",
  "SELECT DISTINCT ",
  "select distinct on (a, (b)) ",
  "select all ",
  "-- head, select from\nselect ",
  'with "select" as (select 1, 2 from b), r as (from c) select ',
];
const tails = [
  "",
  " from t",
  " FROM (select 1 from b) q where a group by all having b order by c limit 3",
  " union all select 1, 2 from q",
  " where a = 'x'",
  " from t qualify x = 1",
  " from t window w as (order by a)",
  " order by 1",
  ";",
  "\n-- end",
  " except select 1 -- end",
];

test("each column has the comment behind it, whatever its expression looks like", async () => {
  const item = fc.record({
    sql: fc.constantFrom(...items),
    comment: fc.constantFrom("", "What it holds, from 'where' it came"),
    wrapped: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...heads),
      fc.array(item, { minLength: 1, maxLength: 6 }),
      fc.constantFrom(...tails),
      async (head, list, tail) => {
        const lines = list.map(({ sql, comment, wrapped }, i) => {
          const comma = i < list.length - 1 ? "," : "";
          return `${sql}${comma}${comment ? ` -- ${comment}\n` : wrapped ? "\n" : " "}`;
        });
        const sql = head + lines.join("") + tail;
        const parsed = await parseQuery(database.connection, sql);
        expect(parsed).toHaveProperty("tree.columns.length", list.length);
        expect(columnList(sql)?.map(({ comment }) => comment)).toEqual(list.map(({ comment }) => comment));
      },
    ),
    { numRuns: 500 },
  );
});

test("a comment goes on in the lines below that line up with it", () => {
  const sql = "select\n  a,   -- First\n       -- and more.\n  -- of its own\n  b    -- Second\n  -- no\nfrom t -- no";
  expect(columnList(sql)).toEqual([
    { line: 2, comment: "First and more." },
    { line: 5, comment: "Second" },
  ]);
});

test("the head of a file ends at the first line that is no comment", () => {
  expect(readHeader("-- One.\n\n-- grain: a\nselect 1")).toEqual({
    comment: "One.",
    directives: [],
    strays: [{ name: "grain", line: 3, misplaced: true }],
  });
});

test("an excerpt keeps tabs and cuts long lines, so that the caret stands below its place", () => {
  expect(excerpt("a\n\tb c", 2, 3)).toBe("    2 | \tb c\n      | \t  ^");
  const long = `${"x".repeat(300)}y${"z".repeat(300)}`;
  const [text, caret] = excerpt(long, 1, 300).split("\n");
  expect(text![caret!.indexOf("^")]).toBe("y");
});
