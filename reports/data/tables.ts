// The tables of the warehouse that the site reads, as far as it reads them.

export interface Tables {
  "seeds.run": {
    run_id: string;
    as_of: string;
    as_of_date: string;
    time_zone: string;
    cell_limit: number;
    organization: string;
  };
  "marts.referral_month": {
    month: string;
    specialty: string | null;
    referring_location: string | null;
    receiving_location: string | null;
    payer: string | null;
    referral_type: string | null;
    source: string | null;
    referrals: number;
  };
  "marts.open_age": {
    age_band: string;
    age_band_order: number;
    specialty: string | null;
    payer: string | null;
    receiving_location: string | null;
    referrals: number;
  };
  "marts.source_health": {
    source: string;
    label: string;
    last_as_of: string | null;
    expected_days: number | null;
    days_late: number | null;
    files_loaded: number;
    files_held: number;
    fresh: boolean;
  };
}
