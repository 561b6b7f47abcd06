// What is generated from the models: types for TypeScript, the data dictionary.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from "kysely";
import { expect, test } from "vitest";
import { home } from "../pipeline/config.ts";
import { generate } from "../pipeline/sql/generate.ts";
import type { Warehouse } from "../pipeline/warehouse.types.ts";
import { folder } from "./folder.ts";

test("the generated files are those of the models as they are: otherwise npm run generate", async () => {
  for (const [path, text] of Object.entries(await generate())) {
    expect(readFileSync(join(home, path), "utf8"), `${path} is stale: npm run generate`).toBe(text);
  }
});

test("types know comments, kinds of values, and columns that are always filled", async () => {
  const models = folder({
    "staging/referral.sql": "select referral_id from raw.referral",
    "core/referral_span.sql": `-- One row per referral and day.
--
-- A second */ paragraph.
-- grain: referral_key, day
-- check: n is not null
-- warn: price is not null
select
  referral_id as referral_key, -- Key */ of it.
  date '2020-01-01' as day, -- Day.
  timestamp '2020-01-01' as at, -- Time.
  1 as n, -- Count.
  1.5 as price, -- Dollars.
  0.5::double as share, -- Share.
  true as sure -- Yes.
from staging.referral
`,
  });
  const made = await generate(models, { run: { as_of: "TIMESTAMP" } });
  expect(made["pipeline/warehouse.types.ts"]).toMatchInlineSnapshot(`
    "// Made by \`npm run generate\` from models/ and the seed tables: do not edit; a test fails when this is stale.
    // Values are as getRowObjectsJson() of DuckDB's client gives them: dates, times and decimals are text.

    /**
     * One row per referral and day.
     *
     * A second * / paragraph.
     */
    export interface CoreReferralSpan {
      /** Key * / of it. */
      referral_key: string;
      /** Day. */
      day: string;
      /** Time. */
      at: string | null;
      /** Count. */
      n: number;
      /** Dollars. */
      price: string | null;
      /** Share. */
      share: number | null;
      /** Yes. */
      sure: boolean | null;
    }

    export interface SeedsRun {
      as_of: string | null;
    }

    /** Tables by name, as Kysely wants them. */
    export interface Warehouse {
      "core.referral_span": CoreReferralSpan;
      "seeds.run": SeedsRun;
    }
    "
  `);
  expect(made["pipeline/warehouse.json"]).toMatchInlineSnapshot(`
    "[
      {
        "name": "core.referral_span",
        "comment": "One row per referral and day.\\n\\nA second */ paragraph.",
        "grain": "referral_key, day",
        "columns": [
          {
            "name": "referral_key",
            "type": "VARCHAR",
            "comment": "Key */ of it."
          },
          {
            "name": "day",
            "type": "DATE",
            "comment": "Day."
          },
          {
            "name": "at",
            "type": "TIMESTAMP",
            "comment": "Time."
          },
          {
            "name": "n",
            "type": "INTEGER",
            "comment": "Count."
          },
          {
            "name": "price",
            "type": "DECIMAL(2,1)",
            "comment": "Dollars."
          },
          {
            "name": "share",
            "type": "DOUBLE",
            "comment": "Share."
          },
          {
            "name": "sure",
            "type": "BOOLEAN",
            "comment": "Yes."
          }
        ]
      },
      {
        "name": "seeds.run",
        "comment": "",
        "grain": "",
        "columns": [
          {
            "name": "as_of",
            "type": "TIMESTAMP",
            "comment": ""
          }
        ]
      }
    ]
    "
  `);
});

test("no models make no tables but the seeds", async () => {
  const made = await generate("/nowhere", {});
  expect(made["pipeline/warehouse.json"]).toBe("[]\n");
});

test("Kysely knows the tables by their layer and name", () => {
  const warehouse = new Kysely<Warehouse>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  const query = warehouse.selectFrom("seeds.file as f").innerJoin("seeds.run as r", "r.as_of", "f.as_of");
  expect(query.select(["f.name", "r.run_id"]).compile().sql).toBe(
    'select "f"."name", "r"."run_id" from "seeds"."file" as "f" inner join "seeds"."run" as "r" on "r"."as_of" = "f"."as_of"',
  );
});
