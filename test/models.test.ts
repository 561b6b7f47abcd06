// Model files: what is read from them, what is refused and in which words, and what a build leaves behind.
import { afterEach, describe, expect, test } from "vitest";
import { partsOf } from "../pipeline/build.ts";
import { type Database, open, rows } from "../pipeline/duckdb.ts";
import { KeepageError, KeepageErrors } from "../pipeline/errors.ts";
import { buildModels, loadModels, type Model, type ModelResult } from "../pipeline/models.ts";
import { folder } from "./folder.ts";

const opened: Database[] = [];
afterEach(() => {
  for (const database of opened.splice(0)) database.close();
});

const load = (files: Record<string, string>, seeds?: Record<string, Record<string, string>>): Promise<Model[]> =>
  loadModels(folder(files), seeds ? { seeds } : {});

/** "file:line what → todo" of each error a promise ends in. */
async function complaints(promise: Promise<unknown>): Promise<string[]> {
  const error: unknown = await promise.then(
    () => new Error("nothing was thrown"),
    (thrown: unknown) => thrown,
  );
  const errors = error instanceof KeepageErrors ? error.errors : [error];
  return errors.map((e) => {
    if (!(e instanceof KeepageError)) throw e;
    const place = e.place?.replace(/^.*\/keepage-test-\w+\//, "");
    return `${e.code} ${place} ${e.message} → ${e.todo}`;
  });
}

/** A core model from its body; the first line of the body is the file's third. */
const core = (body: string, head = "-- One row per thing.\n-- grain: a\n") => ({ "core/thing.sql": head + body });

const staging = { "staging/referral.sql": "select referral_id, status from raw.referral\n" };

async function warehouse(): Promise<Database> {
  const database = await open(":memory:");
  opened.push(database);
  await database.connection.run("create schema raw; create schema seeds");
  await database.connection.run("create table raw.referral (referral_id varchar, status varchar)");
  return database;
}

async function build(files: Record<string, string>, setup = ""): Promise<{ built: ModelResult[]; database: Database }> {
  const models = await load(files);
  const database = await warehouse();
  if (setup) await database.connection.run(setup);
  return { built: await buildModels(database.connection, models, { checks: "report" }), database };
}

describe("a model file", () => {
  test("gives its table a name, a comment, a grain, checks and column comments", async () => {
    const [, model] = await load({
      ...staging,
      "core/referral.sql": `-- One row per referral,
-- as far as it is known.
--
-- Second paragraph.
-- grain: referral_key
-- check: status <> ''
--   or status is null
-- warn: status is not null

-- What the source says.
with said as (
  select referral_id, -- not a column's comment
    status from staging.referral
)
select distinct
  referral_id as referral_key,   -- Referral, unique across sources.
  case when status = 'a, b' then 'x' -- a branch
    else status end as status,   -- Status of it; 'unmapped'
                                 -- where nothing matched.
  status is distinct from 'y' as "other" -- Last.
from said -- not this
`,
    });
    expect(model).toMatchObject({
      name: "core.referral",
      layer: "core",
      comment: "One row per referral, as far as it is known.\n\nSecond paragraph.",
      grain: ["referral_key"],
      checks: [
        { kind: "check", expression: "status <> '' or status is null", line: 6 },
        { kind: "warn", expression: "status is not null", line: 8 },
      ],
      materialize: "table",
      columns: [
        { name: "referral_key", comment: "Referral, unique across sources.", line: 16 },
        { name: "status", comment: "Status of it; 'unmapped' where nothing matched.", line: 17 },
        { name: "other", comment: "Last.", line: 20 },
      ],
      reads: ["staging.referral"],
    });
  });

  test("takes its columns from the first branch of a union", async () => {
    const [model] = await load(core("select 1 as a, -- First.\n 2 as b -- Second.\nunion all\nselect 3, -- no\n 4"));
    expect(model?.columns.map(({ comment }) => comment)).toEqual(["First.", "Second."]);
  });

  test("reads tables that clauses, subqueries, unions, joins and checks name, and not its own with clauses", async () => {
    const models = await load({
      "staging/a.sql": "select 1 as a",
      "staging/b.sql": "select 1 as a",
      "staging/c.sql": "select 1 as a",
      "staging/d.sql": "select 1 as a",
      "staging/e.sql": "select 1 as a",
      "core/thing.sql": `-- x
-- grain: a
-- check: a <= (select count(*) from staging.e)
with recursive b as (select a from staging.a union all select a from B),
  n as (with inner_one as (select 1 as a) select * from inner_one)
select a -- x
from b join n using (a)
where exists (select 1 from staging.c) union all (select a from "staging"."d")`,
    });
    expect(models.at(-1)?.reads).toEqual(["staging.a", "staging.c", "staging.d", "staging.e"]);
  });

  test("is not needed: no folder, no models", async () => {
    expect(await loadModels("/nowhere")).toEqual([]);
  });
});

describe("a build", () => {
  const referral = {
    ...staging,
    "core/referral.sql": `-- One row per referral.
-- grain: referral_key
-- check: status <> 'bad'
-- check: (select count(*) from seeds.run) = 1
-- warn: status is not null and status <> ''
select
  referral_id as referral_key, -- It's the key.
  status -- Status.
from staging.referral
`,
  };
  const setup = "create table seeds.run as select 1 as n";

  test("leaves tables, views and comments behind and tells rows, checks and seconds", async () => {
    const { built, database } = await build(
      referral,
      `${setup}; insert into raw.referral values ('1', 'new'), ('2', null)`,
    );
    expect(built).toEqual([
      { name: "staging.referral", rows: null, checks: [], seconds: expect.any(Number) },
      { name: "core.referral", rows: 2, checks: expect.any(Array), seconds: expect.any(Number) },
    ]);
    expect(built[1]?.checks.map(({ kind, failing }) => [kind, failing])).toEqual([
      ["grain", 0],
      ["check", 0],
      ["check", 0],
      ["warn", 1],
    ]);
    const comments = "select comment from duckdb_columns() where schema_name = 'core' order by column_index";
    expect(await rows(database.connection, comments)).toEqual([{ comment: "It's the key." }, { comment: "Status." }]);
    expect(await rows(database.connection, "select view_name from duckdb_views() where not internal")).toHaveLength(1);
  });

  test("says in one sentence which keys break a check", async () => {
    const values =
      "('1', 'bad'), ('1', 'new'), (null, 'new'), (null, ''), ('2', 'bad'), ('2', 'x'), ('2', 'y'), ('3', '')";
    const { built } = await build(referral, `${setup}; insert into raw.referral values ${values}`);
    expect(built[1]?.checks.map(({ message }) => message)).toMatchInlineSnapshot(`
      [
        "core.referral: the grain referral_key does not hold: 2 rows without referral_key; 2 keys on more than one row, such as referral_key = 1; referral_key = 2.",
        "core.referral: "status <> 'bad'" fails on 2 rows, such as referral_key = 1; referral_key = 2.",
        "",
        "core.referral: "status is not null and status <> ''" fails on 2 rows, such as referral_key = 3; referral_key = null.",
      ]
    `);
    const again = await warehouse();
    await again.connection.run(`${setup}; insert into raw.referral values ${values}`);
    const names: string[] = [];
    const stopped = load(referral).then((models) =>
      buildModels(again.connection, models, { onModel: ({ name }) => names.push(name) }),
    );
    expect(await complaints(stopped)).toMatchInlineSnapshot(`
      [
        "E203 core/referral.sql:2 core.referral: the grain referral_key does not hold: 2 rows without referral_key; 2 keys on more than one row, such as referral_key = 1; referral_key = 2. → Look at the rows the check names; the last release stays up.",
        "E203 core/referral.sql:3 core.referral: "status <> 'bad'" fails on 2 rows, such as referral_key = 1; referral_key = 2. → Look at the rows the check names; the last release stays up.",
      ]
    `);
  });

  test("lets a null pass a check, as SQL does", async () => {
    const { built } = await build(referral, `${setup}; insert into raw.referral values ('1', null)`);
    expect(built[1]?.checks.filter(({ kind }) => kind === "check").map(({ failing }) => failing)).toEqual([0, 0]);
  });

  test("runs again over what it built", async () => {
    const models = await load(referral);
    const database = await warehouse();
    await database.connection.run(setup);
    await buildModels(database.connection, models);
    expect(await buildModels(database.connection, models)).toHaveLength(2);
  });

  test("writes into attached databases where layers are such", async () => {
    const models = await load({ ...referral, "staging/other.sql": "-- materialize: table\nselect 1 as n" });
    const database = await open(":memory:");
    opened.push(database);
    await database.connection.run(`attach ':memory:' as staging; attach ':memory:' as state; create schema state.raw;
      create schema seeds; create table state.raw.referral (referral_id varchar, status varchar); ${setup};
      set search_path = 'memory.main,state.raw'`);
    await buildModels(database.connection, models);
    expect(
      await rows(
        database.connection,
        "select table_catalog as c, table_schema as s, table_name as t from information_schema.tables order by all",
      ),
    ).toEqual([
      { c: "memory", s: "core", t: "referral" },
      { c: "memory", s: "seeds", t: "run" },
      { c: "staging", s: "main", t: "other" },
      { c: "staging", s: "main", t: "referral" },
      { c: "state", s: "raw", t: "referral" },
    ]);
  });

  const failures: [string, Record<string, string>, string?][] = [
    ["a column that is not there", core("select\n  'é' as a, -- x\n  refferal_id as b -- x\nfrom staging.referral")],
    ["a function that is not there", core("select flor(1) as a -- x")],
    ["an error in the first line", { "staging/x.sql": "select 1 as a, nothing from raw.referral" }],
    [
      "an error in a long line",
      core(`select 1 as a, -- x\n ${"1 + ".repeat(40)} nothing + ${"1 + ".repeat(40)} 1 as b -- x`),
    ],
    ["types that do not fit", core("select 1 + date '2020-01-01' + date '2020-01-01' as a -- x")],
    [
      "a value that does not fit",
      core("select status::integer as a -- x\nfrom staging.referral"),
      "insert into raw.referral values ('1', 'x')",
    ],
    [
      "a value that does not fit, in a view below",
      {
        "staging/first.sql": "-- x\nselect\n  status::integer as n\nfrom raw.referral",
        "staging/second.sql": "select n + 1 as n from staging.first",
        ...core("select n as a -- x\nfrom staging.second"),
      },
      "insert into raw.referral values ('1', 'x')",
    ],
    [
      "a check that names no column",
      core("select 1 as a -- x", "-- x\n-- grain: a\n-- check: a = 1\n-- warn: bb > 1\n"),
    ],
    ["a check that is not boolean", core("select 'x' as a -- x", "-- x\n-- grain: a\n-- check: a\n")],
    ["a BIGINT", core("select\n  1 as a, -- x\n  count(*) as n -- x\n")],
    ["a time with a zone", core("select '2020-01-01'::timestamptz as a -- x\n")],
    ["a list", core("select [1] as a -- x\n")],
    ["an interval", core("select interval 1 day as a -- x\n")],
  ];
  test.each(failures)("shows %s in its file and line", async (_, files, rowsOfRaw) => {
    expect((await complaints(build({ ...staging, ...files }, rowsOfRaw))).join("\n")).toMatchSnapshot();
  });
});

describe("the order", () => {
  const reading = (...names: string[]) =>
    `-- x\n-- grain: a\nselect 1 as a -- x\nfrom ${names.map((name, i) => `${name} as t${i}`).join(", ")}`;

  test("puts each model after what it reads", async () => {
    const models = await load({
      "marts/a.sql": reading("core.b", "marts.z"),
      "marts/z.sql": reading("core.b"),
      "core/a.sql": reading("core.b"),
      "core/b.sql": reading("staging.s"),
      "staging/s.sql": "select 1 as a from raw.referral",
    });
    expect(models.map(({ name }) => name)).toEqual(["staging.s", "core.b", "core.a", "marts.z", "marts.a"]);
  });

  test("derives what reads seeds.slice part by part, between what all parts need and what needs all parts", async () => {
    const slices = { slice: { first_no: "UBIGINT", last_no: "UBIGINT" } };
    const models = {
      "staging/word.sql": "select 1 as a from raw.referral",
      "staging/part.sql": "select w.a from staging.word w cross join seeds.slice",
      "core/story.sql": reading("staging.part"),
      "core/person.sql": reading("staging.word"),
      "marts/sum.sql": reading("core.story"),
    };
    const parts = partsOf(await load(models, slices), 2);
    expect(parts.map(({ part, slice, of }) => `${slice}/${of} ${part.map(({ name }) => name).join(", ")}`)).toEqual([
      "1/1 staging.word, core.person",
      "1/2 staging.part, core.story",
      "2/2 staging.part, core.story",
      "1/1 marts.sum",
    ]);
    const early = {
      ...models,
      "core/story.sql": reading("staging.part", "core.sum"),
      "core/sum.sql": reading("core.other"),
      "core/other.sql": reading("staging.part"),
    };
    expect(await complaints(load(early, slices).then((loaded) => partsOf(loaded, 2)))).toEqual([
      "E201 core/story.sql:1 core.story is derived slice by slice, but reads core.sum, which needs all of them. → Read what each slice has in staging, or move the reading into a model of its own.",
    ]);
  });

  test("names a circle", async () => {
    expect(
      await complaints(
        load({ "core/a.sql": reading("core.b"), "core/b.sql": reading("core.c"), "core/c.sql": reading("core.a") }),
      ),
    ).toMatchInlineSnapshot(`
      [
        "E201 core/a.sql:1 Models read each other in a circle: core.a → core.b → core.c → core.a. → Take one of these reads out, or move what both need into a model of its own.",
      ]
    `);
  });

  test("names the nearest table for one that does not exist", async () => {
    expect(
      await complaints(
        load({ ...staging, ...core("select 1 as a -- x\nfrom staging.referal"), "staging/x.sql": "from raw.refferal" }),
      ),
    ).toMatchInlineSnapshot(`
      [
        "E201 core/thing.sql:4 core.thing reads staging.referal, which does not exist. → Did you mean staging.referral?",
        "E201 staging/x.sql:1 staging.x reads raw.refferal, which does not exist. → Did you mean raw.referral?",
      ]
    `);
    expect(
      await complaints(load(core("select 1 as a -- x\nfrom seeds.runs"), { run: { as_of: "TIMESTAMP" } })),
    ).toMatchInlineSnapshot(`
      [
        "E201 core/thing.sql:4 core.thing reads seeds.runs, which does not exist. → Did you mean seeds.run?",
      ]
    `);
  });
});

describe("a lint", () => {
  const cases: [string, Record<string, string>][] = [
    ["a layer reads what it may not", { ...core("select 1 as a -- x\nfrom raw.referral, marts.m, identity.patient") }],
    ["staging reads core", { "staging/x.sql": "select * from core.thing" }],
    [
      "marts read staging",
      { ...staging, "marts/m.sql": "-- x\n-- grain: a\nselect 1 as a -- x\nfrom staging.referral" },
    ],
    ["a table stands in no layer", core("select 1 as a -- x\nfrom other.t, main.core.t, referral")],
    [
      "the clock",
      core(
        "select current_date as a, -- x\n now() as b, -- x\n age(date '2020-01-01') as c, -- x\n current_timestamp as d -- x",
      ),
    ],
    ["chance", core("select random() as a, -- x\n uuid() as b, -- x\n nextval('s') as c -- x")],
    ["files", core("select 1 as a -- x\nfrom read_csv('x.csv'), 'y.parquet', glob('*')")],
    ["a hidden setting", core("select getvariable('x') as a, -- x\n current_setting('TimeZone') as b -- x")],
    [
      "order left to chance",
      core(
        "select first(x) as a, -- x\n row_number() over (partition by x) as b -- x\nfrom (select distinct on (x) x from core.thing) using sample 3",
      ),
    ],
    ["limit without order", core("select a -- x\nfrom (select 1 as a limit 3)")],
    ["a star at the end", core("select x.*, 1 as a -- x\nfrom (select 1 as b) x")],
    ["a column without comment or name", core("select 1 as a, 2 as b, -- both?\n count(*) -- x\n")],
    ["no comment, no grain", { "core/thing.sql": "select 1 as a -- x" }],
    ["a grain that is no column", core("select 1 as ab -- x", "-- x\n-- grain: abb, a b\n")],
    [
      "directives misspelt, misplaced, doubled",
      core("select 1 as a -- x\n-- check: a > 1\n", "-- x\n-- grian: a\n-- grain: a\n-- grain: a\n-- Note: fine\n"),
    ],
    [
      "how a table is built",
      {
        "marts/thing.sql": "-- x\n-- grain: a\n-- materialize: view\nselect 1 as a -- x",
        "staging/y.sql": "-- materialize: disk\nselect 1 as a",
      },
    ],
    [
      "a check that is no expression",
      core("select 1 as a -- x", "-- x\n-- grain: a\n-- check: a >\n-- check: a > today()\n"),
    ],
    ["text that does not parse", core("select 1 as a, -- é x\n  2 b c -- x")],
    ["something other than a select", core("create table x as select 1")],
    ["two statements", core("select 1 as a; select 2 as a")],
    ["a pivot", core("pivot core.x on a using sum(b)")],
    ["parameters", core("select ? as a -- x")],
    ["brackets around the end", core("(select 1 as a -- x\n)")],
    [
      "files in no layer, or with odd names",
      { "other/x.sql": "select 1", "x.sql": "select 1", "core/a/b.sql": "select 1", "core/A-b.sql": "select 1" },
    ],
  ];
  test.each(cases)("refuses: %s", async (_, files) => {
    expect((await complaints(load(files))).join("\n")).toMatchSnapshot();
  });

  test("leaves alone what only looks like it", async () => {
    await load({
      ...staging,
      "staging/thing.sql": "select * from staging.referral",
      ...core(`select 'now() from read_csv' as a, -- now() is fine here
  extract(year from date '2020-01-01')::integer as b, -- x
  age(date '2020-01-01', date '2021-01-01')::varchar as c, -- x
  first(x order by y) as d, -- x
  (select max(r) from range(3) as t(r))::integer as n, -- x
  "random" as e -- x
from (select status as x, referral_id as y, 1 as "random" from staging.referral) group by all`),
    });
  });
});
