// A small warehouse to build the site from in tests: invented referrals of an invented organization, the same every time.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type DuckDBConnection, identifier, literal, open } from "../pipeline/duckdb.ts";
import { addMetrics } from "./site-metrics.ts";
import { addRows } from "./site-rows.ts";

export interface WarehouseOptions {
  readonly referrals?: number;
  readonly cellLimit?: number;
  /** Day of the run, two years after the first order. */
  readonly asOf?: string;
  /** Last loaded file of the behavioral-health log; null leaves its feed out. */
  readonly behavioralHealth?: string | null;
  /** Without figures it is a workspace whose referrals have no appointments, notes or contacts, and are too new to tell. */
  readonly metrics?: boolean;
  /** Also episodes and what happened to them, row by row. */
  readonly rows?: boolean;
}

/** Values with their weights; the small ones are small on purpose. */
const dimensions: Record<string, Record<string, number>> = {
  specialty: {
    Cardiology: 150,
    Gastroenterology: 120,
    Orthopedics: 118,
    Dermatology: 104,
    "Behavioral Health": 96,
    Ophthalmology: 80,
    Neurology: 70,
    Endocrinology: 52,
    Pulmonology: 48,
    Urology: 44,
    Rheumatology: 30,
    Nephrology: 24,
    "Infectious Disease": 11,
    "Medical Genetics": 3,
    "Pediatric Cardiology": 2,
  },
  referring_location: {
    "Lakeside Family Medicine": 230,
    "North Clinic": 190,
    "Eastgate Internal Medicine": 170,
    "Harbor Pediatrics": 120,
    "Valley Health Center": 110,
    "School-Based Clinic": 16,
    "Mobile Unit": 4,
  },
  receiving_location: {
    "Lakeshore Medical Center": 330,
    "Lakeshore Specialty Pavilion": 260,
    "North Specialty Center": 140,
    "Outside network": 130,
    "Not yet known": 80,
    "Telehealth Hub": 24,
    "Tribal Health Clinic": 5,
  },
  payer: {
    Medicare: 290,
    Commercial: 280,
    Medicaid: 250,
    "Self-pay": 60,
    "Dual eligible": 50,
    "Workers' compensation": 7,
  },
  referral_type: {
    "Specialist visit": 620,
    "Diagnostic service": 170,
    "Behavioral health": 96,
    eConsult: 60,
    "Social need": 40,
  },
  source: { "Hospital workqueue": 600, "Health center": 300, "Behavioral-health log": 96 },
};

/** Writes a warehouse with the marts that the overview reads. As of 2 May 2026 unless told otherwise. */
export async function writeWarehouse(path: string, options: WarehouseOptions = {}): Promise<void> {
  const {
    referrals = 25_000,
    cellLimit = 11,
    asOf = "2026-05-02",
    behavioralHealth = "2026-03-31",
    metrics = true,
    rows = false,
  } = options;
  const today = `date ${literal(asOf)}`;
  await rm(path, { force: true });
  const database = await open(path);
  const run = (sql: string) => database.connection.run(sql);
  const random = (salt: string) => `(hash(i, ${literal(salt)}) % 1000003) / 1000003.0`;
  const pick = (name: string) => {
    const values = Object.entries(dimensions[name]!);
    const total = values.reduce((sum, [, weight]) => sum + weight, 0);
    let reached = 0;
    const branches = values.map(([value, weight]) => {
      reached += weight;
      return `when ${random(name)} < ${reached / total} then ${literal(value)}`;
    });
    return `case ${branches.join(" ")} else ${literal(values[0]![0])} end as ${identifier(name)}`;
  };
  try {
    for (const schema of ["seeds", "core", "marts"]) await run(`create schema ${schema}`);
    await run(`create table seeds.run as select 'r20260502-0615' as run_id, ${today} + interval '6 hours 15 minutes' as as_of,
      ${today} as as_of_date, 'America/Chicago' as time_zone, ${cellLimit}::integer as cell_limit,
      'Lakeshore Health' as organization, 14::integer as lag_days`);
    await run(`create table core.referral as
      with drawn as (
        select i, ${today} - 731 + (731 * pow(${random("day")}, 0.94))::integer as ordered_on,
          ${Object.keys(dimensions).map(pick).join(",\n          ")},
          ${random("outcome")} as outcome
        from range(${referrals}) as t(i)
      )
      select *, ${today} - ordered_on as age,
        outcome < exp(-(${today} - ordered_on) / 38.0) + 0.02 as open,
        outcome > 0.45 and outcome >= exp(-(${today} - ordered_on) / 38.0) + 0.02 as completed
      from drawn`);
    await run(`create table marts.referral_month as
      select date_trunc('month', ordered_on)::date as ordered_month, ${Object.keys(dimensions).join(", ")},
        count(*)::integer as referrals, (count(*) filter (where open))::integer as open,
        (count(*) filter (where completed))::integer as completed
      from core.referral group by all order by all`);
    await run(`create table marts.open_age as
      select case when age <= 7 then '0-7' when age <= 14 then '8-14' when age <= 30 then '15-30' when age <= 60 then '31-60'
        when age <= 90 then '61-90' else '90+' end as age_band,
        (case when age <= 7 then 1 when age <= 14 then 2 when age <= 30 then 3 when age <= 60 then 4 when age <= 90 then 5 else 6 end)::integer
          as age_band_order,
        specialty, payer, receiving_location, count(*)::integer as referrals
      from core.referral where open group by all order by all`);
    const feeds: (string | number)[][] = [
      ["hospital", "Hospital workqueue", "epic", "2026-05-02 05:40:00", 7, 104, 0, 1_204_311, 7],
      ["clinic", "Health center", "eclinicalworks", "2026-04-30 23:00:00", 31, 24, 0, 7_611, 12],
    ];
    if (behavioralHealth) {
      feeds.push(["behavioral", "Behavioral-health log", "log", `${behavioralHealth} 00:00:00`, 31, 23, 1, 2_390, 3]);
    }
    const value = (cell: string | number) => (typeof cell === "number" ? `${cell}::integer` : literal(cell));
    await run(`create table marts.source_health as
      select source, label, system, 'referral' as entity, expect_days, last::timestamp as last_as_of,
        (${today} - last::timestamp::date)::integer as days_old,
        ${today} - last::timestamp::date <= expect_days as fresh, files, files_held, rows_loaded, rows_rejected
      from (values ${feeds.map((feed) => `(${feed.map(value).join(", ")})`).join(", ")})
        as t(source, label, system, last, expect_days, files, files_held, rows_loaded, rows_rejected)`);
    await addMetrics(database.connection, !metrics);
    if (rows) await addRows(database.connection, asOf);
    await addEmpty(database.connection);
  } finally {
    database.close();
  }
}

interface TableShape {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** Every other table and column of a real warehouse, empty: what a workspace without those feeds has. */
async function addEmpty(connection: DuckDBConnection) {
  const shapes: TableShape[] = JSON.parse(
    await readFile(join(import.meta.dirname, "../pipeline/warehouse.json"), "utf8"),
  );
  for (const { name, columns } of shapes) {
    const table = name.split(".").map(identifier).join(".");
    const [first, ...others] = columns.map((column) => `${identifier(column.name)} ${column.type}`);
    await connection.run(`create table if not exists ${table} (${first})`);
    for (const column of [first, ...others])
      await connection.run(`alter table ${table} add column if not exists ${column}`);
  }
}
