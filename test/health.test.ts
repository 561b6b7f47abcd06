// What is known of the feeds themselves: how old their newest file is, and how often files really come.
import { test } from "vitest";
import { expectModel } from "../pipeline/sql/harness.ts";

test("a source's rhythm and what its exports leave out: the median and the longest stretch between its files in use, list by list", () =>
  expectModel("marts.source_health", {
    given: {
      "seeds.run": "as_of            | as_of_date\n2026-06-03 00:00 | 2026-06-03",
      "seeds.source": `
        source | expect_days | covers
        weekly | 7           | what is open
        single | 31          |
        silent | 7           |`,
      "seeds.file": `
        file_id | source | scope | as_of            | standing   | loaded | rejected
        1       | weekly |       | 2026-05-01 23:59 | effective  | 10     | 0
        2       | weekly |       | 2026-05-08 23:59 | effective  | 11     | 1
        3       | weekly |       | 2026-05-15 23:59 | effective  | 12     | 0
        4       | weekly |       | 2026-06-01 23:59 | effective  | 13     | 0
        5       | weekly |       | 2026-05-22 23:59 | held       |        |
        6       | weekly | east  | 2026-05-02 23:59 | effective  | 5      | 0
        7       | single |       | 2026-05-31 23:59 | effective  | 1      | 0
        8       | single |       | 2026-05-31 23:59 | superseded | 1      | 0`,
    },
    expect: `
      source | covers       | every_days | longest_days | days_old | fresh | files | files_held | files_superseded | rows_loaded | rows_rejected
      weekly | what is open | 7          | 17           | 2        | true  | 5     | 1          | 0                | 51          | 1
      single |              |            |              | 3        | true  | 1     | 0          | 1                | 1           | 0
      silent |              |            |              |          | false | 0     | 0          | 0                | 0           | 0`,
  }));
