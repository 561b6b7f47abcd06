// Made by `npm run generate` from models/ and the seed tables: do not edit; a test fails when this is stale.
// Values are as getRowObjectsJson() of DuckDB's client gives them: dates, times and decimals are text.

export interface SeedsCalendar {
  day: string | null;
  business_day: boolean | null;
  business_days_before: number | null;
}

export interface SeedsFile {
  file_id: number | null;
  name: string | null;
  source: string | null;
  system: string | null;
  scope: string | null;
  rows: string | null;
  as_of: string | null;
  next_as_of: string | null;
  standing: string | null;
  sequence: number | null;
  code: string | null;
  message: string | null;
  loaded: number | null;
  rejected: number | null;
}

export interface SeedsHoliday {
  day: string | null;
  name: string | null;
}

export interface SeedsRejectedRecord {
  file_id: number | null;
  entity: string | null;
  record_id: string | null;
}

export interface SeedsRun {
  run_id: string | null;
  organization: string | null;
  as_of: string | null;
  as_of_date: string | null;
  time_zone: string | null;
  cell_limit: number | null;
  episode_days: number | null;
  lag_days: number | null;
}

export interface SeedsSource {
  source: string | null;
  label: string | null;
  system: string | null;
  entity: string | null;
  rows: string | null;
  expect_days: number | null;
}

export interface SeedsSpecialty {
  raw: string | null;
  specialty: string | null;
}

export interface SeedsStatusMap {
  source: string | null;
  field: string | null;
  raw: string | null;
  when_field: string | null;
  when_raw: string | null;
  axis: string | null;
  value: string | null;
  place: string | null;
}

export interface SeedsSystemUser {
  source: string | null;
  name: string | null;
}

/** Tables by name, as Kysely wants them. */
export interface Warehouse {
  "seeds.calendar": SeedsCalendar;
  "seeds.file": SeedsFile;
  "seeds.holiday": SeedsHoliday;
  "seeds.rejected_record": SeedsRejectedRecord;
  "seeds.run": SeedsRun;
  "seeds.source": SeedsSource;
  "seeds.specialty": SeedsSpecialty;
  "seeds.status_map": SeedsStatusMap;
  "seeds.system_user": SeedsSystemUser;
}
