// Made by `npm run generate` from models/ and the seed tables: do not edit; a test fails when this is stale.
// Values are as getRowObjectsJson() of DuckDB's client gives them: dates, times and decimals are text.

/** Who of ours takes a payer's new patients, by specialty, as of the run; a specialty with orders and nobody to take them is an access gap. Outside shares are those of the last 365 days. */
export interface MartsAccessGap {
  /** Specialty. */
  specialty: string;
  /** Payer. */
  payer: string;
  /** Episodes ordered in the last 365 days. */
  episodes: number | null;
  /** Clinicians of ours in the payer's network. */
  contracted: number | null;
  /** Of these, taking new patients. */
  accepting: number | null;
  /** Nobody takes them. */
  gap: boolean | null;
  /** Of those, with a sample of open slots that speaks for the day. */
  sampled: number | null;
  /** Third next available in days, the soonest. */
  third_next_soonest: number | null;
  /** The median. */
  third_next_days: number | null;
  /** Episodes seen in the network. */
  realized_in: number | null;
  /** Episodes seen outside. */
  realized_out: number | null;
  /** Outside share of those known. */
  leakage_realized: number | null;
}

/** What sources assert about the network beside what we find, and how often they agree. A leaked flag is held against affiliation with our system, and so are the class and direction of a referral, by its two ends; a claim's in-network flag and a denial for being outside the network against the payer's contract; a direction also against the class of its own row. */
export interface MartsAssertionDisagreement {
  /** Source that asserts it. */
  source: string;
  /** What it asserts. */
  assertion: string;
  /** As the source says: in or out; of a direction internal, incoming, outgoing, sent or received. */
  asserted: string;
  /** As we find: in, out or unknown; the direction that the two ends tell; beside a class, that class. */
  ours: string;
  /** Referrals, visits or authorizations. */
  records: number | null;
  /** They cannot both be true; empty where we know too little. */
  disagrees: boolean | null;
}

/**
 * One row per cut, value and stage of open work over the last 365 days: how much came in and went out, how long it stayed, what waits there now, and how far beyond its limit. Counted per order.
 *
 * Dwell is that of stays that ended; those still waiting stand apart, since long waiters are over-represented among them. Pace is that of the last 90 days. The policy is that of the order on its day, the limit that which held when the stay began; days beyond it, calendar or business days as it says, are summed over stays that ended and those still open, and the stage with the most of them is the bottleneck of its specialty or place.
 */
export interface MartsBottleneck {
  /** total, specialty, receiving_location or referring_location. */
  cut: string;
  /** Value of the cut. */
  value: string;
  /** Stage of open work; completed waits for its note. */
  stage: string;
  /** Entered in the last 365 days. */
  entered: number | null;
  /** Left in the last 365 days. */
  departed: number | null;
  /** Of these, on to another stage or a visit. */
  went_on: number | null;
  /** Of these, ended without a visit. */
  dropped_out: number | null;
  /** Median days of stays that ended; null where none did. */
  median_days: number | null;
  /** 90th percentile of them. */
  p90_days: number | null;
  /** There at the as-of day. */
  backlog: number | null;
  /** Median days these have been there so far. */
  backlog_median_days: number | null;
  /** Days of the oldest. */
  backlog_oldest_days: number | null;
  /** Entered in the last 90 days. */
  arrivals_90: number | null;
  /** Left in the last 90 days. */
  departures_90: number | null;
  /** Days the backlog lasts at that pace; null where nothing leaves. */
  backlog_days: number | null;
  /** Days the policy allows, the median over orders; null where it sets none. */
  limit_days: number | null;
  /** Share of stays that ended beyond their limit. */
  late_share: number | null;
  /** There beyond their limit. */
  backlog_late: number | null;
  /** Days beyond the limit, all stays together. */
  days_over_limit: number | null;
  /** The stage that costs its specialty or place the most days beyond limits. */
  is_bottleneck: boolean | null;
}

/** Open slots over time: one row per day of sampling and clinic, type of visit and payer; the wait is the days to the third open slot of a clinician, as the median and the shortest of those sampled. */
export interface MartsCapacity {
  /** Day of the sample. */
  sampled_on: string;
  /** Specialty. */
  specialty: string;
  /** Department or site. */
  location: string;
  /** Type of visit; Any where the sample does not say. */
  visit_type: string;
  /** Payer the slots are open to; Any for all. */
  payer: string;
  /** Clinicians, or clinics, sampled. */
  samples: number | null;
  /** Of these, taking new patients. */
  accepting: number | null;
  /** Of these, without a third open slot in sight. */
  full: number | null;
  /** Slots in the next 30 days. */
  slots_total: number | null;
  /** Of these, open. */
  slots_open: number | null;
  /** Third next available in days, median; those without one left out and counted above. */
  third_next_days: number | null;
  /** The shortest of them. */
  third_next_soonest: number | null;
}

/** Demand against capacity, by month and specialty: what was ordered for the network, what it could see, and the wait. */
export interface MartsCapacityDemand {
  /** Month, as its first day. */
  month: string;
  /** Specialty. */
  specialty: string;
  /** Episodes ordered in the month. */
  episodes: number | null;
  /** Of these, not meant for outside. */
  demand: number | null;
  /** Of these, seen in the network by now. */
  seen: number | null;
  /** Slots in 30 days, average of the month's samples. */
  slots_total: number | null;
  /** Of these, open on the day of the sample. */
  slots_open: number | null;
  /** Orders for each slot; first visits take only a part of the slots. */
  demand_per_slot: number | null;
  /** Third next available in days, median of each sample, averaged over the month. */
  third_next_days: number | null;
}

/** How complete each month of service is in each payer's claims by now: shown from nine tenths, or with the factor beside it. */
export interface MartsClaimsCompletion {
  /** Payer. */
  payer: string;
  /** Month of service, as its first day. */
  month: string;
  /** Months from there to the last one that the payer's files cover to its end. */
  lag_months: number | null;
  /** Share of the month's visits known by now. */
  visits_factor: number | null;
  /** Share of its dollars. */
  dollars_factor: number | null;
  /** Nine tenths or more. */
  complete: boolean | null;
}

/** One row per source and user or job that closes records: how many it closed, and how many of them as if done though no visit and no note is known. Counted per order; what a nightly job closes is nobody's work. */
export interface MartsClosureAudit {
  /** Source of the newest row. */
  source: string;
  /** User or job; Unknown where the source names none. */
  closed_by: string;
  /** A job rather than a person. */
  is_job: boolean | null;
  /** Records closed. */
  closed: number | null;
  /** Of these, with a visit. */
  with_visit: number | null;
  /** Of these, with a note or result. */
  with_note: number | null;
  /** Closed as if done, without either. */
  without_evidence: number | null;
  /** Share of all it closed. */
  without_evidence_share: number | null;
  /** Day of the newest of them. */
  newest: string | null;
}

/**
 * Official measure CMS50 / MIPS 374, Closing the Referral Loop: Receipt of Specialist Report (2026 FHIR version), patient by patient.
 *
 * One row per patient and measurement year (a calendar year in the workspace's time zone). Years are those in which someone is in the initial population; where no year has anyone, every year with a referral or a visit. Empty without value sets; where one is missing, `reason` says so and nothing is counted.
 */
export interface MartsCms50 {
  /** Patient (keyed hash). */
  patient_key: string;
  /** Calendar year of the measurement period. */
  measurement_year: number;
  /** 1: a qualifying visit and a first referral in the year. */
  initial_population: number | null;
  /** The same: the measure has no exclusions. */
  denominator: number | null;
  /** 1: the report on the first referral came back in the year. */
  numerator: number | null;
  /** The first referral of the year: the one that counts. */
  referral_key: string | null;
  /** When it was signed. */
  referral_ordered_at: string | null;
  /** End of the first report that closes it. */
  first_report_at: string | null;
  /** 1: by our own rule some referral of the patient's year was closed. */
  operational_closed: number | null;
  /** Plain word for where the patient stands. */
  reason: string | null;
}

/** Why CMS50 and the operational closure differ: patients of the denominator by what each rule says and the reason. */
export interface MartsCms50Difference {
  /** Calendar year of the measurement period. */
  measurement_year: number;
  /** 1: closed by the official measure. */
  numerator: number;
  /** 1: some referral of the year closed by our own rule. */
  operational_closed: number;
  /** Plain word of marts.cms50. */
  reason: string;
  /** Patients. */
  patients: number | null;
}

/** CMS50 by measurement year, with the operational closure of the same patients beside it; marts.cms50_difference explains the gap. */
export interface MartsCms50Rate {
  /** Calendar year of the measurement period. */
  measurement_year: number;
  /** Patients in the initial population; null while a value set is missing. */
  initial_population: number | null;
  /** The same: the measure has no exclusions. */
  denominator: number | null;
  /** Of these, with the report on their first referral back. */
  numerator: number | null;
  /** Numerator by denominator; null without a denominator. */
  rate: number | null;
  /** Wilson interval, 95%: lower end. */
  low: number | null;
  /** Wilson interval, 95%: upper end. */
  high: number | null;
  /** Patients of the denominator with some referral of the year closed by our own rule. */
  operational_closed: number | null;
  /** The same by the denominator. */
  operational_rate: number | null;
  /** Value sets that are missing or incomplete, by title. */
  missing: string | null;
}

/** One row per value of everything that episodes can be cut by, with the number that stands for it where episodes are counted. */
export interface MartsCutValue {
  /** What is cut by, such as specialty. */
  cut: string;
  /** Number of the value within its cut, by the alphabet. */
  code: number;
  /** The value, such as Cardiology; Unknown where no source says. */
  value: string;
}

/** One row per cut, value and step: of all ordered in the last 12 mature months, how many came to the step within 90 days of the order, how many were lost before it and how many still waited for it then. */
export interface MartsDropout {
  /** What is cut by; total for all. */
  cut: string;
  /** Value of the cut. */
  value: string;
  /** contact (attempted), appointment (made), visit (attended) or note (back). */
  step: string;
  /** Order of the steps. */
  place: number | null;
  /** Episodes ordered. */
  ordered: number | null;
  /** Of these, past the steps before. */
  came: number | null;
  /** Ended before this step: declined, canceled, returned, not reached, expired, denied or closed. */
  lost: number | null;
  /** Still open and not past it 90 days after the order; for the note, not back. */
  waiting: number | null;
  /** Past it. */
  passed: number | null;
  /** Lost at this step, of 100 ordered. */
  lost_of_100: number | null;
  /** Waiting at this step, of 100 ordered. */
  waiting_of_100: number | null;
  /** Past this step, of 100 ordered. */
  passed_of_100: number | null;
}

/**
 * One row per metric of the way from order to note, dimension of need and group over the last 12 months: the group's share with its interval, and how far it stands from the largest group. Differences are shown as they are, never adjusted away.
 *
 * Intervals: Wilson for shares; Newcombe's hybrid score interval for differences (R. G. Newcombe, Statistics in Medicine 17, 1998, 873–890, method 10), 95%.
 */
export interface MartsEquity {
  /** Metric. */
  metric: string;
  /** language, interpreter, transport, barrier, distance_band or payer. */
  cut: string;
  /** Group. */
  value: string;
  /** Last of the twelve months. */
  month: string | null;
  /** What counts. */
  numerator: number | null;
  /** Of how many. */
  denominator: number | null;
  /** Left out by rule. */
  excluded: number | null;
  /** Too young to tell. */
  immature: number | null;
  /** No source says. */
  unknown: number | null;
  /** Share. */
  rate: number | null;
  /** Lower end of its 95% Wilson interval. */
  low: number | null;
  /** Upper end of it. */
  high: number | null;
  /** Group it is compared with: the largest known. */
  reference: string | null;
  /** This is that group. */
  is_reference: boolean | null;
  /** Its share less that of the reference. */
  difference: number | null;
  /** Lower end of the difference's 95% interval. */
  difference_low: number | null;
  /** Upper end of it. */
  difference_high: number | null;
  /** better or worse than the reference where the interval leaves out zero. */
  verdict: string | null;
  /** Order to show metrics in. */
  place: number | null;
}

/** How much each source's fields say: of the rows in its files in use, those that fill the field. A rate rests on no more than that. */
export interface MartsFieldCoverage {
  /** Folder of the source. */
  source: string;
  /** What the rows are. */
  entity: string;
  /** Field that the source maps. */
  field: string;
  /** Rows in files in use. */
  rows: number | null;
  /** Of these, with a value. */
  filled: number | null;
  /** Share with a value. */
  share: number | null;
}

/**
 * One row per cut, value and day after the order on which an episode ended: how many were still at risk, how many ended and how, and what share had ended so by then: Aalen–Johansen cumulative incidence with competing outcomes.
 *
 * On day i with n_i at risk and d_ki ends of kind k, d_i = Σ_k d_ki: S(i) = Π (1 − d_i ÷ n_i), F_k(i) = Σ S(i−1) · d_ki ÷ n_i. Open episodes are censored at the as-of day less the lag of the exports, or where they left the list. Those already open at the first load come under observation at their age and are at risk from the day after it (left truncation). Days are followed for a year. Kaplan–Meier with the other outcomes censored would overstate each of them. Source: O. Aalen, S. Johansen, Scandinavian Journal of Statistics 5, 1978; Putter, Fiocco, Geskus, Statistics in Medicine 26, 2007; PMC2410013. As survfit of R's survival package gives it.
 */
export interface MartsIncidence {
  /** What is cut by; total for all. */
  cut: string;
  /** Value of the cut. */
  value: string;
  /** Days after the order. */
  day: number;
  /** Episodes under observation that had not ended before this day. */
  at_risk: number | null;
  /** Of these, ended on this day. */
  ended: number | null;
  /** By an attended visit. */
  completed: number | null;
  /** Declined by the patient. */
  declined: number | null;
  /** Canceled or no longer needed. */
  canceled: number | null;
  /** Denied by the payer. */
  denied: number | null;
  /** Sent back by the receiver. */
  returned: number | null;
  /** Patient not reached, or expired. */
  unreachable: number | null;
  /** Closed without evidence of why. */
  closed_unknown: number | null;
  /** Share completed by the end of this day. */
  incidence_completed: number | null;
  /** Share declined by then. */
  incidence_declined: number | null;
  /** Share canceled by then. */
  incidence_canceled: number | null;
  /** Share denied by then. */
  incidence_denied: number | null;
  /** Share returned by then. */
  incidence_returned: number | null;
  /** Share not reached or expired by then. */
  incidence_unreachable: number | null;
  /** Share closed without evidence by then. */
  incidence_closed_unknown: number | null;
  /** Share still open: what is left. */
  standing: number | null;
}

/** Leakage by every method, each figure under its method's name, with what is unknown beside it. Referral-based counts stand in the month of the order, claims-based and chain counts in the month of service; counts add up over any cut, rates do not. */
export interface MartsLeakage {
  /** Month, as its first day: of the order, or of service for claims and chains. */
  month: string;
  /** Specialty. */
  specialty: string;
  /** Department or site that refers; for claims that of the attributed clinician, for chains that of the specialist charged. */
  referring_location: string;
  /** Payer. */
  payer: string;
  /** Episodes ordered. */
  episodes: number | null;
  /** Meant for the network. */
  ordered_in: number | null;
  /** Meant for outside. */
  ordered_out: number | null;
  /** Destination not known. */
  ordered_unknown: number | null;
  /** Seen in the network. */
  realized_in: number | null;
  /** Seen outside. */
  realized_out: number | null;
  /** Seen nobody knows where, or nobody knows whether. */
  realized_unknown: number | null;
  /** Not seen: ended without a visit, still open, or complete claims show none. Not leakage. */
  not_completed: number | null;
  /** Of those seen in or out, inferred from claims rather than stated. */
  realized_inferred: number | null;
  /** Of those seen outside, avoidable: a clinician of ours met every limit on the order day. */
  avoidable: number | null;
  /** Not avoidable, for a reason. */
  not_avoidable: number | null;
  /** Neither shown. */
  unproven: number | null;
  /** Of those seen outside, with a clinician of ours who met every limit, whatever the reason. */
  left_with_option: number | null;
  /** Allowed dollars of the outside visits of those that left, estimates included; empty where none is known. */
  leakage_dollars: number | null;
  /** Low end of the estimates. */
  leakage_dollars_low: number | null;
  /** High end. */
  leakage_dollars_high: number | null;
  /** Of the dollars, estimated from the site's own table. */
  leakage_dollars_estimated: number | null;
  /** Of the dollars, of avoidable episodes. */
  leakage_dollars_avoidable: number | null;
  /** Episodes that left whose dollars nobody knows. */
  leakage_dollars_missing: number | null;
  /** Specialist visits in the network, of attributed and continuously covered patients. */
  claims_visits_in: number | null;
  /** Outside. */
  claims_visits_out: number | null;
  /** Unknown. */
  claims_visits_unknown: number | null;
  /** Allowed dollars of those in the network. */
  claims_dollars_in: number | null;
  /** Outside. */
  claims_dollars_out: number | null;
  /** Unknown. */
  claims_dollars_unknown: number | null;
  /** Share of that month's claims known by now; empty for payers without claims. */
  claims_completion: number | null;
  /** Visits to which specialists of ours sent patients on, in the network. */
  chain_in: number | null;
  /** Outside. */
  chain_out: number | null;
  /** Unknown. */
  chain_unknown: number | null;
  /** Meant for outside, of those whose destination is known. */
  leakage_ordered: number | null;
  /** Seen outside, of those known to be seen in or out. */
  leakage_realized: number | null;
  /** If all unknown had stayed. */
  leakage_realized_low: number | null;
  /** If all unknown had left. */
  leakage_realized_high: number | null;
  /** Specialist visits outside, of those known. */
  leakage_claims_visits: number | null;
  /** Allowed dollars outside, of those known. */
  leakage_claims_dollars: number | null;
  /** Avoidable, of those seen outside where it could be shown either way. */
  leakage_avoidable: number | null;
  /** Avoidable, of avoidable and stayed. */
  leakage_net: number | null;
  /** If none of the unproven was avoidable. */
  leakage_net_low: number | null;
  /** If all were. */
  leakage_net_high: number | null;
  /** Stayed, of those seen where a way to stay existed. */
  keepage: number | null;
  /** Sent on outside, of those sent on by specialists of ours. */
  leakage_chain: number | null;
}

/** How leakage moves with the wait: episodes by the wait our own clinicians had on the day of the order, per specialty. Wilson intervals at 95%. */
export interface MartsLeakageByWait {
  /** Specialty. */
  specialty: string;
  /** Days to the third open slot of our clinicians on the day of the order, median; no slot where none had one in sight. */
  wait_band: string;
  /** Order of the bands. */
  wait_band_order: number | null;
  /** Episodes ordered while it was so. */
  episodes: number | null;
  /** Meant for the network. */
  ordered_in: number | null;
  /** Meant for outside. */
  ordered_out: number | null;
  /** Seen in the network. */
  realized_in: number | null;
  /** Seen outside. */
  realized_out: number | null;
  /** Unknown. */
  realized_unknown: number | null;
  /** Not seen. */
  not_completed: number | null;
  /** Meant for outside, of those known. */
  leakage_ordered: number | null;
  /** Seen outside, of those known. */
  leakage_realized: number | null;
  /** Low end of its interval. */
  low: number | null;
  /** High end. */
  high: number | null;
}

/** What to fix first: avoidable leakage a year by specialty, referring location and payer, over a year of orders old enough to have been seen. A small cell borrows from its specialty (beta-binomial, a prior worth ten episodes), so that one lucky or unlucky case does not lead the list. */
export interface MartsLeakageOpportunity {
  /** Specialty. */
  specialty: string;
  /** Department or site that refers. */
  referring_location: string;
  /** Payer. */
  payer: string;
  /** 1 promises most dollars; where no dollars are known, most visits. */
  priority: number | null;
  /** Episodes of the year known to be seen in or outside. */
  episodes: number | null;
  /** Of these, outside. */
  realized_out: number | null;
  /** Of these, avoidable. */
  avoidable: number | null;
  /** Of these, neither shown. */
  unproven: number | null;
  /** Avoidable episodes to expect in a year. */
  avoidable_a_year: number | null;
  /** Low end of its 95% interval. */
  avoidable_low: number | null;
  /** High end. */
  avoidable_high: number | null;
  /** Dollars of an episode of the specialty that left, average of those known. */
  dollars_each: number | null;
  /** Dollars to expect in a year. */
  dollars_a_year: number | null;
  /** Low end. */
  dollars_low: number | null;
  /** High end. */
  dollars_high: number | null;
  /** Clinicians of ours who met every limit on the day of at least one of those orders. */
  providers_with_room: number | null;
  /** Days a patient would have waited for the soonest of them, median. */
  wait_days: number | null;
}

/** Why episodes were seen outside: avoidable, unproven, or the reason why not, by month of the order and the dimensions leaders cut by. */
export interface MartsLeakageReason {
  /** Month of the order, as its first day. */
  month: string;
  /** Specialty. */
  specialty: string;
  /** Department or site that refers. */
  referring_location: string;
  /** Payer. */
  payer: string;
  /** avoidable; unproven; payer_mandate, service_not_offered, patient_choice, continuity; or the last limit that none of ours met: payer, closed, age, language, distance, wait. */
  reason: string;
  /** avoidable, not_avoidable or unproven. */
  avoidability: string | null;
  /** Episodes seen outside. */
  episodes: number | null;
  /** Of these, with the reason stated by the source. */
  stated: number | null;
  /** Dollars of those whose dollars are known. */
  dollars: number | null;
  /** Episodes whose dollars nobody knows. */
  dollars_missing: number | null;
}

/**
 * One row per metric, cut, value and period: what was counted, of how many, and what was left out and why. Made from models/metrics. An eligible row is excluded, immature (its window has not passed), unknown or in the denominator. Small numbers stand here as they are; what is published for leaders hides them.
 *
 * A month is that of the metric's own time, mostly of the order. The last 12 months end with the newest month whose every row is mature; `immature` counts what is younger. Pairs of cuts are given for the last 12 months. Intervals: Wilson, 95% (E. B. Wilson, JASA 22, 1927; R. G. Newcombe, Statistics in Medicine 17, 1998, method 3).
 */
export interface MartsMetric {
  /** Metric, as in marts.metric_definition. */
  metric: string;
  /** What it is cut by: total, specialty, ..., or a pair such as specialty × payer. */
  cut: string;
  /** Value of the cut; of both, as in Cardiology × Medicaid. */
  value: string;
  /** Value of the first cut. */
  first_value: string | null;
  /** Value of the second; empty but for pairs. */
  second_value: string;
  /** month, last 12 months, previous 12 months, or now. */
  period: string;
  /** The month; for twelve of them the last. */
  month: string;
  /** percent, days, count or dollars. */
  format: string | null;
  /** What counts; for medians, rows whose day came within the window; null beyond two billion. */
  numerator: number | null;
  /** Of how many. */
  denominator: number | null;
  /** Eligible, and left out by rule. */
  excluded: number | null;
  /** Eligible, and too young to tell. */
  immature: number | null;
  /** Eligible, and no source says. */
  unknown: number | null;
  /** The figure: numerator ÷ denominator, a count, or days; null where nothing was counted or a median is not reached. */
  rate: number | null;
  /** Lower end of the 95% interval of a share. */
  low: number | null;
  /** Upper end of it. */
  high: number | null;
}

/** One row per metric: what it is called, what it counts and how, which direction is good, and where it comes from. */
export interface MartsMetricDefinition {
  /** Name, as in marts.metric. */
  metric: string;
  /** Name for people. */
  label: string | null;
  /** What it counts. */
  sentence: string | null;
  /** Direction that is good: up, down or neither. */
  good: string | null;
  /** percent, days, count or dollars. */
  format: string | null;
  /** count, share, amount, mean or value (a quantile). */
  kind: string | null;
  /** What is counted, one by one. */
  grain: string | null;
  /** Date whose month a row is counted in; now for what stands at the as-of day. */
  counted_by: string | null;
  /** Days that every row is given, beside the lag of the exports; null where it is complete at once. */
  window_days: number | null;
  /** Condition of the rows it is about. */
  eligible: string | null;
  /** Condition of what counts, or the number that is added up or ranked. */
  numerator: string | null;
  /** Condition of what is left out. */
  excluded: string | null;
  /** Condition of rows of which no source says. */
  unknown: string | null;
  /** Also given for pairs of cuts, by month for cuts of many values, and watched for every cut. */
  headline: boolean | null;
  /** Where the definition comes from. */
  source: string | null;
  /** Published figures; year and population matter. */
  published: string | null;
  /** Query that counts the last 12 months anew, row by row. */
  recipe: string | null;
  /** Order to show metrics in. */
  place: number | null;
  /** What the organization aims for, a share or days; null where its settings name no target. */
  target: number | null;
}

/** One row per cut, value and month: episodes ordered so far, those still open at its end and those that had ended, by how. Received = open + every end, at every month end and for every value. The newest row stands at the as-of day. */
export interface MartsMonthEnd {
  /** What is cut by; total for all. */
  cut: string;
  /** Value of the cut. */
  value: string;
  /** Month, as its first day. */
  month: string;
  /** Its last day, or the as-of day. */
  month_end: string | null;
  /** Ordered in the month. */
  arrived: number | null;
  /** Ended in the month. */
  ended: number | null;
  /** Ordered so far. */
  received: number | null;
  /** Of these, still open. */
  open: number | null;
  /** Ended in an attended visit. */
  completed: number | null;
  /** Declined by the patient. */
  declined: number | null;
  /** Canceled or redirected. */
  canceled: number | null;
  /** Denied by the payer. */
  denied: number | null;
  /** Sent back by the receiver. */
  returned: number | null;
  /** Patient not reached. */
  unreachable: number | null;
  /** Ran out. */
  expired: number | null;
  /** Closed without evidence of why. */
  closed_unknown: number | null;
}

/** Open referrals by age since the order, in the bands of the field. Never an average wait: long waiters are over-represented among the open. */
export interface MartsOpenAge {
  /** Days since the order. */
  age_band: string;
  /** Order of the bands. */
  age_band_order: number | null;
  /** Specialty by the crosswalk. */
  specialty: string;
  /** Department or site referred to. */
  receiving_location: string;
  /** Payer. */
  payer: string;
  /** Open referrals. */
  referrals: number | null;
  /** Of these, no longer on any list and without an outcome. */
  left_list: number | null;
}

/**
 * One row per open referral, ready for a worklist: how old it is, where it stands, since when, by when that should change, and what to look at first.
 *
 * It is due on the last day that the limit of its stage allows, by the policy of its kind; on the day after it is late. The limit is that which held when the stage began. Null where no policy sets one.
 */
export interface MartsOpenReferral {
  /** Referral, unique across sources. */
  referral_key: string;
  /** Identifier in its source. */
  referral_id: string | null;
  /** Source of the newest row. */
  source: string | null;
  /** Patient (keyed hash). */
  patient_key: string | null;
  /** Patient as its source names it: joins the identity that this source knows. */
  recorded_patient_key: string | null;
  /** Urgency, mapped. */
  priority: string | null;
  /** Specialty by the crosswalk. */
  specialty: string | null;
  /** Kind of referral. */
  referral_type: string | null;
  /** Day of the order. */
  ordered_on: string | null;
  /** Days since the order. */
  days_open: number | null;
  /** Where it stands. */
  stage: string | null;
  /** Since when. */
  stage_since: string | null;
  /** Days in that stage. */
  days_in_stage: number | null;
  /** Last day on which its stage is within the limit; null where none is set. */
  due_on: string | null;
  /** Policy, stage and priority that set the limit. */
  limit_rule: string | null;
  /** The limit in words. */
  limit_sentence: string | null;
  /** Status in the source's words. */
  status_raw: string | null;
  /** Scheduling status in the source's words. */
  scheduling_status_raw: string | null;
  /** Next appointment. */
  next_appointment_at: string | null;
  /** Latest attempt to reach the patient. */
  last_contact_at: string | null;
  /** Attempts so far. */
  contact_attempts: number | null;
  /** Preferred language. */
  language: string | null;
  /** An interpreter is needed. */
  interpreter_needed: boolean | null;
  /** A ride is needed. */
  transport_needed: boolean | null;
  /** Payer. */
  payer: string | null;
  /** Authorization. */
  authorization_state: string | null;
  /** Clinician who refers. */
  referring_provider: string | null;
  /** Department or site that refers. */
  referring_location: string | null;
  /** Clinician referred to. */
  receiving_provider: string | null;
  /** Department or site referred to. */
  receiving_location: string | null;
  /** First list that no longer showed it, without an outcome. */
  left_list_at: string | null;
  /** Falls under 42 CFR Part 2: left out of shared lists. */
  sensitive: boolean | null;
}

/**
 * One row per metric, kind of provider and provider over the last 12 months: its share beside funnel limits around the share of all, and a shrunk share to sort by. Not a ranking: what lies within the limits is not told apart.
 *
 * Limits: θ ± z·√(θ(1−θ)÷n) at z = 1.96 and 3.09; for n up to 100 the exact binomial, interpolated. Where providers vary more than chance (φ = Σz²÷I over z winsorised at its 10th and 90th percentile, above 1), limits stand √φ as far from θ. Shrunk: (x + M·θ) ÷ (n + M), M = (1−ρ)÷ρ, ρ by moments weighted with n. Sources: D. J. Spiegelhalter, Statistics in Medicine 24, 2005, appendix A (limits, over-dispersion); E. B. Wilson 1927 (interval); J. C. Kleinman, JASA 68, 1973 (beta-binomial moments).
 */
export interface MartsProviderComparison {
  /** Metric, a share. */
  metric: string;
  /** referring_provider, receiving_provider, referring_location or receiving_location. */
  cut: string;
  /** Provider or location. */
  value: string;
  /** What counts. */
  numerator: number | null;
  /** Of how many. */
  denominator: number | null;
  /** Share. */
  rate: number | null;
  /** Lower end of its 95% Wilson interval. */
  low: number | null;
  /** Upper end of it. */
  high: number | null;
  /** How many are compared. */
  providers: number | null;
  /** Share of all of them together. */
  theta: number | null;
  /** Distance from it in standard errors. */
  z: number | null;
  /** Over-dispersion: 1 where providers vary as chance would. */
  phi: number | null;
  /** Limits from the binomial itself. */
  is_exact: boolean | null;
  /** Lower funnel limit, 95%, over-dispersion included. */
  low_95: number | null;
  /** Upper funnel limit, 95%. */
  high_95: number | null;
  /** Lower funnel limit, 99.8%. */
  low_998: number | null;
  /** Upper funnel limit, 99.8%. */
  high_998: number | null;
  /** The same without over-dispersion. */
  plain_low_95: number | null;
  /** The same without over-dispersion. */
  plain_high_95: number | null;
  /** The same without over-dispersion. */
  plain_low_998: number | null;
  /** The same without over-dispersion. */
  plain_high_998: number | null;
  /** Share drawn towards that of all, the more the fewer it rests on: to sort by. */
  shrunk: number | null;
  /** Where it stands in the funnel. */
  place: string | null;
  /** common where within the 95% limits; else whether that is the good side. */
  verdict: string | null;
}

/** Counts of referrals by month of order and the dimensions leaders cut by. Left out: entered in error, test patients, not a referral. */
export interface MartsReferralMonth {
  /** Month of the order, as its first day. */
  ordered_month: string;
  /** Specialty by the crosswalk. */
  specialty: string;
  /** Department or site that refers. */
  referring_location: string;
  /** Department or site referred to. */
  receiving_location: string;
  /** Payer. */
  payer: string;
  /** Kind of referral. */
  referral_type: string;
  /** Source of the newest row. */
  source: string;
  /** Orders. */
  referrals: number | null;
  /** Still open. */
  open: number | null;
  /** Visit attended. */
  completed: number | null;
  /** Visit attended and note back. */
  loop_closed: number | null;
  /** Canceled or redirected. */
  canceled: number | null;
  /** Declined by the patient. */
  declined: number | null;
  /** Patient could not be reached. */
  unreachable: number | null;
  /** Ran out. */
  expired: number | null;
  /** Sent back by the receiver. */
  returned: number | null;
  /** Denied by the payer. */
  denied: number | null;
  /** Closed without evidence of why. */
  closed_unknown: number | null;
}

/** How much of a month's claims is known so many months later, by payer: the chain-ladder completion factors of actuaries, from cells whose calendar months are over. One over the product of the later age-to-age factors. */
export interface MartsRunOut {
  /** Payer. */
  payer: string;
  /** Months between the month of service and the month up to which payments are known. */
  lag_months: number;
  /** Share of the visits known by then. */
  visits_factor: number | null;
  /** Share of the allowed dollars known by then. */
  dollars_factor: number | null;
  /** Months of service that the step to the next lag rests on. */
  months: number | null;
}

/** Specialist visits that answer no referral, apart from those that do, by month of service and the dimensions leaders cut by. */
export interface MartsSelfDirected {
  /** Month of service, as its first day. */
  month: string;
  /** Specialty. */
  specialty: string;
  /** Department or site of the clinician the patients are attributed to. */
  referring_location: string;
  /** Payer. */
  payer: string;
  /** Specialist visits of any kind. */
  visits: number | null;
  /** Of these, answering a referral. */
  answers: number | null;
  /** Following such a visit. */
  follow_ups: number | null;
  /** Sent on by a specialist of ours. */
  chained: number | null;
  /** With a clinician whom a referral led to earlier. */
  continued: number | null;
  /** None of these. */
  self_directed: number | null;
  /** In the network. */
  self_directed_in: number | null;
  /** Outside it. */
  self_directed_out: number | null;
  /** Unknown. */
  self_directed_unknown: number | null;
  /** Allowed dollars of those outside. */
  self_directed_out_dollars: number | null;
}

/**
 * One row per metric, cut, value, control chart and month: centre, limits, and which rule the month breaks, if any.
 *
 * All metrics are watched for the total, headline metrics for every cut too: thousands of charts would cry wolf. Providers are compared in marts.provider_comparison instead.
 *
 * Baseline: the series' own mature months, the newest 24 of them at most, twelve at least. Shares have a p chart (limits p̄ ± 3·√(p̄(1−p̄)÷n)) and Laney's p′ chart (the same times σ_z, the mean moving range of z ÷ 1.128); p′ is preferred where months hold 500 or more and vary more than chance. Counts, medians and means have an XmR chart (mean ± 2.66 · mean moving range).
 *
 * Rules: a point outside the limits; seven on one side of the centre; seven rising or falling (the setting signal_run); two of three in the third of the way nearest the same limit. A point on the centre belongs to neither side. Sources: D. J. Wheeler, Understanding Variation, 2nd ed. (XmR); W. A. Shewhart (p); D. B. Laney, Quality Engineering 14, 2002 (p′).
 */
export interface MartsSignal {
  /** Metric. */
  metric: string;
  /** What is cut by. */
  cut: string;
  /** Value of the cut. */
  value: string;
  /** p, p_prime (Laney) or xmr. */
  chart: string;
  /** Month, mature. */
  month: string;
  /** The chart to show of this series. */
  preferred: boolean | null;
  /** Months of the baseline. */
  points: number | null;
  /** The month's figure. */
  figure: number | null;
  /** Of how many. */
  denominator: number | null;
  /** Centre line. */
  centre: number | null;
  /** Lower limit; not below zero for shares. */
  low: number | null;
  /** Upper limit; not above one for shares. */
  high: number | null;
  /** How much shares vary beyond chance: 1 where they do not. */
  sigma_z: number | null;
  /** Outside the limits. */
  is_outside: boolean | null;
  /** One of seven or more on one side, by the setting. */
  in_run: boolean | null;
  /** One of seven or more rising or falling, by the setting. */
  in_trend: boolean | null;
  /** One of two in three near the same limit. */
  two_of_three: boolean | null;
  /** The first of these rules that it breaks; null where none. */
  rule: string | null;
  /** Which way. */
  direction: string | null;
  /** common cause, improvement, concern, or change where no direction is good. */
  verdict: string | null;
}

/** One row per source: what it last delivered, how late the next file is, and how much of it could not be used. */
export interface MartsSourceHealth {
  /** Folder of the source. */
  source: string;
  /** Name for people. */
  label: string | null;
  /** System whose identifiers it carries. */
  system: string | null;
  /** What it feeds first. */
  entity: string | null;
  /** What an export holds and what it leaves out, as the source says: a rate knows nothing of the rest. */
  covers: string | null;
  /** Days within which a file should come; null where none is declared. */
  expect_days: number | null;
  /** Median days between its files in use: what a list shows only by its change is known that coarsely. */
  every_days: number | null;
  /** Longest stretch between two of them. */
  longest_days: number | null;
  /** As-of of its newest file in use. */
  last_as_of: string | null;
  /** Days from that file to the as-of of the run. */
  days_old: number | null;
  /** Its newest file is no older than declared. */
  fresh: boolean | null;
  /** Files in use. */
  files: number | null;
  /** Files held. */
  files_held: number | null;
  /** Files that a correction replaced. */
  files_superseded: number | null;
  /** Rows in use. */
  rows_loaded: number | null;
  /** Rows rejected from those files. */
  rows_rejected: number | null;
}

/** Referrals by stage at every month end and now: received = open + closed, stage by stage. */
export interface MartsStageCount {
  /** Last day of a month, or the as-of day. */
  month_end: string;
  /** Stage at the end of that day. */
  stage: string;
  /** Referrals ordered by then that stood in this stage. */
  referrals: number | null;
}

/** One row per cut, value, stage and the stage that followed: moves within the last 365 days. Where orders go from each stage, and out of which they drop. Counted per order. */
export interface MartsStageMove {
  /** total, specialty, receiving_location or referring_location. */
  cut: string;
  /** Value of the cut. */
  value: string;
  /** Stage left. */
  stage: string;
  /** Stage entered. */
  next_stage: string;
  /** How often in the last 365 days. */
  moves: number | null;
  /** The order ended there without a visit. */
  drops_out: boolean | null;
}

/** Words of the sources that no mapping row knows: counted and shown, never put into another bucket. */
export interface MartsUnmappedValue {
  /** Source that uses it. */
  source: string;
  /** Entity of the field. */
  entity: string;
  /** Field of the contract. */
  field: string;
  /** The word, folded; (free text) for whatever may name a person. */
  raw_value: string;
  /** The three commonest ways in which it is written; never of whom it is said. */
  examples: string | null;
  /** Records whose newest row says it, or observations for a status. */
  records: number | null;
  /** As-of of the first file that said it. */
  first_seen: string | null;
}

/**
 * One row per wait, cut and value: the day by which half, and nine in ten, of those who waited had reached its end. Open ones count for as long as they were seen; ends of another kind compete. Null where so many never got there within a year.
 *
 * Read off the cumulative incidence of marts.incidence and of curves made the same way: the first day on which it is at least 0.5 or 0.9. What was reached on the day it began waited 0 days.
 */
export interface MartsWaitTime {
  /** order_to_appointment, order_to_visit, receipt_to_visit or visit_to_note. */
  wait: string;
  /** What is cut by; total for all. */
  cut: string;
  /** Value of the cut. */
  value: string;
  /** Episodes that waited under observation. */
  waited: number | null;
  /** Of these, seen to reach its end within a year. */
  reached: number | null;
  /** Day by which half had; null where that is not reached. */
  median_days: number | null;
  /** Day by which nine in ten had; null where that is not reached. */
  p90_days: number | null;
  /** Half got there. */
  median_reached: boolean | null;
  /** Nine in ten got there. */
  p90_reached: boolean | null;
  /** Share that gets there within a year, by the curve. */
  reached_share: number | null;
}

/** One row per referral that left the network, or is on its way out, and clinician of ours who might see the patient: each limit on the order day, and the first one that stood in the way. */
export interface CoreAlternative {
  /** Referral. */
  referral_key: string;
  /** Clinician of ours, of the specialty referred to, on the roster that day. */
  provider_key: string;
  /** Name. */
  provider: string | null;
  /** Was in the payer's network; empty where the payer is unknown. */
  takes_payer: boolean | null;
  /** Took new patients of that payer; empty where the payer is unknown and nothing speaks against. */
  accepting: boolean | null;
  /** Sees patients of that age; true where the age is unknown. */
  fits_age: boolean | null;
  /** Speaks the patient's language; true where either is unknown. */
  speaks_language: boolean | null;
  /** Miles from the patient's area, else from the referring place; empty where neither is known. */
  miles: number | null;
  /** Limit. */
  miles_limit: number | null;
  /** Sample of open slots that spoke for that day; empty where none did. */
  sampled_on: string | null;
  /** Days to the third open slot by that sample; empty where none was in sight. */
  wait_days: number | null;
  /** Days by which the policy wants the visit; empty where no policy sets a limit. */
  wait_limit: number | null;
  /** That rule of the policy. */
  rule: string | null;
  /** The first limit not met; empty for a clinician who could have seen the patient. */
  failed: string | null;
  /** Payer, limit and open slots of that day are known: nothing was taken on trust. */
  proven: boolean | null;
}

/** One row per appointment: what was booked, when, and what came of it. */
export interface CoreAppointment {
  /** Appointment, unique across sources. */
  appointment_key: string;
  /** Referral it was booked for, where the source says. */
  referral_key: string | null;
  /** Patient (keyed hash). */
  patient_key: string | null;
  /** Source of the row. */
  source: string | null;
  /** When it was booked; where no source says, when it was first seen. */
  made_at: string | null;
  /** Where only seen: it was booked after this, up to made_at. */
  made_after: string | null;
  /** When it starts. */
  starts_at: string | null;
  /** State of the visit axis; outcome_unknown where the day passed and nothing was recorded. */
  outcome: string | null;
  /** The source's word. */
  status_raw: string | null;
  /** Row of core.statement: field, word and mapping row behind the outcome. */
  statement: number | null;
  /** When it was canceled or moved; where the source does not say, when it was first seen so. */
  canceled_at: string | null;
  /** Mapped reason of the cancellation. */
  cancel_reason: string | null;
  /** The source's words for it. */
  cancel_reason_raw: string | null;
  /** Canceled less than 24 hours before its start, as far as the source says when. */
  late_cancel: boolean | null;
  /** staff or system (a job), where the source names the user. */
  actor_type: string | null;
  /** When the patient arrived. */
  checked_in_at: string | null;
  /** Day of the first slot offered. */
  first_offered_for: string | null;
  /** Clinician booked. */
  provider: string | null;
  /** NPI of the clinician booked. */
  provider_npi: string | null;
  /** Department or site. */
  location: string | null;
  /** Specialty in the source's words. */
  specialty_raw: string | null;
  /** Type of visit. */
  visit_type: string | null;
  /** In person, video, telephone. */
  modality: string | null;
  /** Reminders sent. */
  reminders: number | null;
  /** An interpreter is booked. */
  interpreter_arranged: boolean | null;
  /** A ride is booked. */
  transport_arranged: boolean | null;
  /** When coverage was verified. */
  coverage_verified_at: string | null;
}

/** One row per referral whose attended visit is known while a roster is loaded: when and with whom, and whether a source states it or a rule infers it. */
export interface CoreAttended {
  /** Referral. */
  referral_key: string;
  /** appointment, encounter, claim, or the referral's own word, which only says that the one it names was seen. */
  evidence: string | null;
  /** Whether any source states an attended visit, or only a rule infers one. */
  basis: string | null;
  /** Rule that matched the claim or encounter. */
  rule: string | null;
  /** How sure. */
  score: number | null;
  /** Claim or encounter, where one tells. */
  visit_key: string | null;
  /** When it took place. */
  visit_at: string | null;
  /** Day of the order. */
  ordered_on: string | null;
  /** Clinician seen, where known. */
  provider_key: string | null;
  /** Name. */
  provider: string | null;
  /** Organization, folded. */
  organization_key: string | null;
  /** Department or place. */
  location: string | null;
  /** Payer of the visit, else of the referral. */
  payer: string | null;
  /** Plan. */
  plan: string | null;
  /** Who stands for the clinician in the roster. */
  party: string | null;
}

/** One row per request to a payer: what was asked, what was decided, and when. */
export interface CoreAuthorization {
  /** Request, unique across sources. */
  authorization_key: string;
  /** Referral it is for, where the source says. */
  referral_key: string | null;
  /** Patient (keyed hash), merges and aliases resolved. */
  patient_key: string | null;
  /** Source of the row. */
  source: string | null;
  /** Number issued by the payer. */
  authorization_number: string | null;
  /** State of the authorization axis; unmapped where no mapping row matched. */
  state: string | null;
  /** The source's word. */
  state_raw: string | null;
  /** Expedited rather than standard. */
  expedited: boolean | null;
  /** When it was submitted to the payer. */
  submitted_at: string | null;
  /** When the payer decided; after an appeal, when it decided that. */
  decided_at: string | null;
  /** approved, partially_approved or denied, as it stands; null while undecided. */
  decision: string | null;
  /** When a denial was appealed. */
  appealed_at: string | null;
  /** Denied first, approved on appeal. */
  approved_after_appeal: boolean | null;
  /** Reason of a denial, mapped. */
  denial_reason: string | null;
  /** The source's words for it. */
  denial_reason_raw: string | null;
  /** First day it is valid. */
  valid_from: string | null;
  /** Last day it is valid. */
  valid_to: string | null;
  /** Visits asked for. */
  visits_requested: number | null;
  /** Visits approved. */
  visits_approved: number | null;
  /** Payer. */
  payer: string | null;
  /** Plan of the payer. */
  plan: string | null;
}

/** One row per sample of open slots: for whom, for which visits and payer, how long until the third open one, and for how long the sample speaks. */
export interface CoreCapacitySample {
  /** Day of the sample. */
  sampled_on: string;
  /** Specialty by the crosswalk, else the clinician's. */
  specialty: string;
  /** Department or site. */
  location: string;
  /** Clinician; Any where the sample is of a whole clinic. */
  provider_key: string;
  /** Type of visit; Any where the sample does not say. */
  visit_type: string;
  /** Payer the slots are open to; Any for all. */
  payer: string;
  /** Slots in the next 30 days. */
  slots_total: number | null;
  /** Of these, open. */
  slots_open: number | null;
  /** Day of the third open slot; empty where there was none in sight. */
  third_next_available: string | null;
  /** Days until then. */
  third_next_days: number | null;
  /** Takes new patients. */
  accepting: boolean | null;
  /** Last day it speaks for: until the next sample, and no longer than the setting. */
  speaks_until: string | null;
}

/** One row per visit to which a specialist of ours sent the patient on: the claim's referring NPI is that of a clinician of ours who saw the patient within the window before. Charged to that clinician, the last of ours in the chain. */
export interface CoreChain {
  /** Visit to which the patient was sent on. */
  visit_key: string;
  /** Person. */
  patient_key: string | null;
  /** Day. */
  day: string | null;
  /** Clinician seen. */
  provider_key: string | null;
  /** Specialty. */
  specialty: string | null;
  /** Payer. */
  payer: string | null;
  /** in, out or unknown. */
  network: string | null;
  /** Clinician of ours who sent the patient on: charged with it. */
  from_provider_key: string | null;
  /** Day that clinician saw the patient. */
  from_day: string | null;
  /** Episode the chain began with, where a referral did. */
  episode_key: string | null;
  /** Place in the chain: 2 for the visit after the first. */
  hop: number | null;
  /** Allowed amount. */
  dollars: number | null;
}

/** One row per encounter or claim line, what became of it once adjustments are netted, and what kind of service it is. */
export interface CoreClaimLine {
  /** Encounter, or claim and line. */
  line_key: string;
  /** Encounter or claim, unique across sources. */
  visit_key: string | null;
  /** Source. */
  source: string | null;
  /** claim, encounter or procedure. */
  kind: string | null;
  /** Person, whatever number the source knows them by. */
  patient_key: string | null;
  /** Day of service. */
  day: string | null;
  /** Day the payer paid. */
  paid_on: string | null;
  /** Payer. */
  payer: string | null;
  /** Plan. */
  plan: string | null;
  /** kept; or why it does not count: taken back or replaced by another claim, itself only a taking back, planned, cancelled, or in a state nobody mapped. */
  state: string | null;
  /** The payer did not pay; the care took place. */
  denied: boolean | null;
  /** visit, or the kind of service that is none. */
  service: string | null;
  /** Clinician who gave it, where one is known. */
  provider_key: string | null;
  /** That clinician's NPI, where it is valid. */
  npi: string | null;
  /** Tax number of the group, without punctuation. */
  tin: string | null;
  /** Organization, folded. */
  organization_key: string | null;
  /** Department or site. */
  location: string | null;
  /** Specialty: by the source's word, else the clinician's; empty where neither is known. */
  specialty: string | null;
  /** Referral that the source names. */
  referral_key: string | null;
  /** Referring NPI on the claim. */
  referring_npi: string | null;
  /** Referral number on the claim. */
  referral_number: string | null;
  /** Authorization number on the claim. */
  authorization_number: string | null;
  /** Allowed amount, dollars. */
  allowed_amount: number | null;
  /** Paid amount, dollars. */
  paid_amount: number | null;
  /** Claim adjustment reason codes. */
  adjustment_reason: string | null;
  /** The source's own in-network flag. */
  in_network_asserted: boolean | null;
}

/**
 * One row per patient of the systems whose sources give codes: everyone the official measure can speak of.
 *
 * A system that lists its patients speaks of those and no others; of one that does not, everyone its records name is meant.
 */
export interface CoreCms50Patient {
  /** Patient (keyed hash). */
  patient_key: string;
}

/**
 * One row per order in the Referral value set of the official measure CMS50: whether it counts, and which one is the patient's first.
 *
 * Counts: status active or completed, intent order, authored from 1 January to 31 October by day. A date not known to the day counts only in a month that lies wholly between the two. Of two signed at the same moment the lower identifier is first.
 */
export interface CoreCms50Referral {
  /** Referral, unique across sources. */
  referral_key: string;
  /** Patient (keyed hash). */
  patient_key: string | null;
  /** When it was signed. */
  ordered_at: string | null;
  /** How exactly that is known: year, month, day or time. */
  ordered_precision: string | null;
  /** Year of the order. */
  measurement_year: number | null;
  /** eligible, or the plain word for why it does not count. */
  standing: string | null;
  /** 1 for the first of the patient's year: the one that counts. */
  place: number | null;
}

/**
 * One row per report in the Consultant Report value set and referral it says it answers: whether it closes that referral under CMS50.
 *
 * Closes: completed, based on the referral, of the same patient, and its work ended after the referral was signed and within the same calendar year by day. Two times are compared as exactly as both are known; where that does not decide, the report does not count.
 */
export interface CoreCms50Report {
  /** Report, unique across sources. */
  document_key: string;
  /** Referral it names; empty where it names none. */
  answered_key: string;
  /** Patient (keyed hash). */
  patient_key: string | null;
  /** That referral, where it is one of the patient's own in the value set. */
  referral_key: string | null;
  /** When the reported work ended. */
  ended_at: string | null;
  /** closes, or the plain word for why it does not. */
  standing: string | null;
}

/**
 * One row per encounter or procedure that the official measure CMS50 could count, and the year it lies in.
 *
 * A finished encounter of a qualifying type, or a completed procedure, counts where it lies wholly within the calendar year, by day. A start or end that is missing, or not known to the day in the month where it matters, is not certain to lie within, and does not count: that is how CQL compares dates of different precision.
 */
export interface CoreCms50Visit {
  /** Visit, unique across sources. */
  visit_key: string;
  /** Line of the visit; empty where it has none. */
  line: string;
  /** encounter or procedure. */
  kind: string;
  /** Patient (keyed hash). */
  patient_key: string | null;
  /** First day. */
  started_on: string | null;
  /** Last day. */
  ended_on: string | null;
  /** It counts for its year. */
  qualifies: boolean | null;
  /** Year that it counts for. */
  measurement_year: number | null;
}

/** One row per attempt to reach a patient, or word to the referring clinician. */
export interface CoreContact {
  /** Attempt, unique across sources. */
  contact_key: string;
  /** Referral it was for. */
  referral_key: string | null;
  /** Source of the row. */
  source: string | null;
  /** When it was made. */
  attempted_at: string | null;
  /** telephone, text, email, portal, letter, in_person or fax; unmapped where no mapping row matched. */
  channel: string | null;
  /** The source's word. */
  channel_raw: string | null;
  /** reached, left_message, no_answer, wrong_number, undelivered, opted_out, declined or scheduled; unmapped where no mapping row matched. */
  outcome: string | null;
  /** The source's word. */
  outcome_raw: string | null;
  /** schedule, reminder, no_show, records, notify_referrer or authorization; unmapped where no mapping row matched. */
  purpose: string | null;
  /** The source's word. */
  purpose_raw: string | null;
  /** Language used. */
  language: string | null;
  /** User or job. */
  contacted_by: string | null;
  /** staff or system (a job), where the source names the user. */
  actor_type: string | null;
  /** An attempt to reach the patient about a visit still to be arranged. */
  is_attempt: boolean | null;
  /** Somebody answered. */
  reached: boolean | null;
  /** Counts a referral's attempts, and its other contacts, each from 1. */
  attempt: number | null;
}

/** One row per person, payer, plan and first day of coverage. */
export interface CoreCoverage {
  /** Person. */
  patient_key: string;
  /** Payer. */
  payer: string;
  /** Plan; Unknown where none is stated. */
  plan: string;
  /** First day. */
  covered_from: string;
  /** Last day; empty while it goes on. */
  covered_to: string | null;
}

/** One row per referral that counts: where it was meant to go and where the patient went, in the network or outside it, and on what evidence. In the network means: belongs to our system that day; the payer's own network stands beside it. Empty until a roster is loaded: without one nothing is known of any destination. */
export interface CoreDestination {
  /** Referral. */
  referral_key: string;
  /** Day of the order. */
  ordered_on: string | null;
  /** in or out by the roster of the order day; unknown where nothing the roster knows is named. */
  intended_network: string | null;
  /** npi, name, organization, location; unresolved; none for a referral to a specialty alone. */
  intended_evidence: string | null;
  /** Where a name tells: how well it fits. */
  intended_score: number | null;
  /** Clinician it was meant for. */
  intended_provider_key: string | null;
  /** Name. */
  intended_provider: string | null;
  /** Organization it names, folded. */
  intended_organization_key: string | null;
  /** Place it names. */
  intended_location: string | null;
  /** Belonged to our system on the order day. */
  intended_affiliated: boolean | null;
  /** Was in the payer's network on the order day. */
  intended_contracted: boolean | null;
  /** in or out by the roster of the day of service; unknown; not_completed where the source ended it without a visit, it is still open within the shortest window for a visit, or complete claims show none. */
  actual_network: string | null;
  /** What tells: seen; no claim (complete claims show no visit); ended; open; elsewhere (the source says so and no more); disputed (a visit to the specialty, though the source ended it without one); nothing said. */
  known_by: string | null;
  /** Attended visit. */
  visit_at: string | null;
  /** appointment, encounter, claim, or the referral's own word. */
  evidence: string | null;
  /** stated by a source, or inferred by a rule. */
  basis: string | null;
  /** Rule that matched the claim or encounter. */
  rule: string | null;
  /** How sure. */
  score: number | null;
  /** Claim or encounter. */
  visit_key: string | null;
  /** Clinician seen. */
  provider_key: string | null;
  /** Name. */
  provider: string | null;
  /** Organization, folded. */
  organization_key: string | null;
  /** Department or place. */
  location: string | null;
  /** Whom the patient saw belonged to our system on the order day. */
  affiliated_at_order: boolean | null;
  /** And was in the payer's network on the order day. */
  contracted_at_order: boolean | null;
  /** Belonged to our system on the day of service. */
  affiliated_at_service: boolean | null;
  /** Was in the payer's network on the day of service. */
  contracted_at_service: boolean | null;
}

/** One row per referral that counts and of which a source says, or the roster tells, whether it stays within our system, leaves it or comes to it. What sources say is kept beside what the two ends tell; only ends that the roster of the order day knows tell anything. */
export interface CoreDirection {
  /** Referral. */
  referral_key: string;
  /** What its class says: internal, incoming, outgoing, sent, received; unmapped; empty where the source is silent. */
  class_says: string | null;
  /** What its direction says, in the same words. */
  direction_says: string | null;
  /** Who refers belonged to our system on the order day; empty where the roster does not tell. */
  from_us: boolean | null;
  /** Where it goes belonged to our system on the order day; empty where the roster does not tell. */
  to_us: boolean | null;
  /** What the two ends tell: internal, outgoing, incoming, outside (neither end is ours); with one end known from us, from outside, to us or to outside; else unknown. */
  direction: string | null;
  /** The class fits both ends; empty where too little is known to tell. */
  class_agrees: boolean | null;
  /** The direction fits both ends; empty where too little is known to tell. */
  direction_agrees: boolean | null;
  /** Class and direction of the row can both be true; empty where it does not state both. */
  claims_agree: boolean | null;
}

/** One row per consult note, result or other paper that belongs to a referral. */
export interface CoreDocument {
  /** Document, unique across sources. */
  document_key: string;
  /** Referral it answers, where the source says. */
  referral_key: string | null;
  /** Patient (keyed hash), merges and aliases resolved. */
  patient_key: string | null;
  /** Source of the row. */
  source: string | null;
  /** consult_note, result, interim, records, letter, entered_in_error; unknown where the source says nothing, unmapped where no mapping row matched. */
  type: string | null;
  /** The source's word for the kind. */
  type_raw: string | null;
  /** The source's word for its state. */
  status_raw: string | null;
  /** Codes as system|code, separated by blanks. */
  codes: string | null;
  /** Start of the work it reports. */
  performed_from: string | null;
  /** End of the work it reports. */
  performed_to: string | null;
  /** When it was asked for. */
  requested_at: string | null;
  /** When it came back. */
  received_at: string | null;
  /** When the referring clinician acknowledged it. */
  acknowledged_at: string | null;
  /** Who wrote it. */
  author: string | null;
  /** NPI of who wrote it. */
  author_npi: string | null;
  /** A final note or result; an interim note closes no loop. */
  is_final: boolean | null;
}

/** One row per episode: the orders for one need, and what became of it. A visit of any order completes the episode; else it is open while any order is; else it ended as its last order did that was not closed as a duplicate of another. */
export interface CoreEpisode {
  /** Episode: the referral_key of its first order. */
  episode_key: string;
  /** Orders in it. */
  orders: number | null;
  /** Patient (keyed hash), merges and aliases resolved. */
  patient_key: string | null;
  /** System of the first order. */
  system: string | null;
  /** Source of the first order's newest row. */
  source: string | null;
  /** Kind of referral, mapped. */
  referral_type: string | null;
  /** Urgency, mapped. */
  priority: string | null;
  /** Specialty by the crosswalk. */
  specialty: string | null;
  /** Department or site that refers. */
  referring_location: string | null;
  /** Clinician who refers. */
  referring_provider: string | null;
  /** NPI of the referring clinician. */
  referring_npi: string | null;
  /** Department or site referred to: of the order that decided, else of the first. */
  receiving_location: string | null;
  /** Clinician referred to. */
  receiving_provider: string | null;
  /** NPI of the clinician referred to. */
  receiving_npi: string | null;
  /** Payer. */
  payer: string | null;
  /** Preferred language. */
  language: string | null;
  /** An interpreter is needed. */
  interpreter_needed: boolean | null;
  /** A ride is needed. */
  transport_needed: boolean | null;
  /** Barrier to care, in the source's words. */
  barrier: string | null;
  /** Miles from home to the place of care. */
  distance_miles: number | null;
  /** When the first order was signed: the first clock starts here. */
  ordered_at: string | null;
  /** Day of the first order. */
  ordered_on: string | null;
  /** Month of the first order, as its first day. */
  ordered_month: string | null;
  /** When it came under observation: the as-of of the first list, where it already stood there; else the order. */
  entry_at: string | null;
  /** When the receiver got it: the second clock starts here. */
  received_at: string | null;
  /** First attempt to reach the patient. */
  first_contact_at: string | null;
  /** First attempt at which somebody answered. */
  reached_at: string | null;
  /** First accept, return or redirect by the receiver, or first booking; a bare "received" is none. */
  first_response_at: string | null;
  /** First submission to the payer. */
  authorization_submitted_at: string | null;
  /** First decision of the payer. */
  authorization_decided_at: string | null;
  /** Current state of the authorization axis, of the order that decided. */
  authorization_state: string | null;
  /** When the first appointment was made. */
  scheduled_at: string | null;
  /** Start of the first appointment. */
  first_appointment_at: string | null;
  /** First attended visit. */
  visit_at: string | null;
  /** Where the visit's time is only seen between two files: it took place after this, up to visit_at. */
  visit_after: string | null;
  /** First final note or result that came back on or after the day of the visit (of the order, where no visit is known). */
  note_received_at: string | null;
  /** When the referring clinician acknowledged it. */
  note_acknowledged_at: string | null;
  /** When its last record was closed, once all are; null before, whether or not a visit took place. */
  closed_at: string | null;
  /** completed, declined, canceled, returned, unreachable, expired, denied or closed_unknown; null while open. */
  outcome: string | null;
  /** When that happened. */
  outcome_at: string | null;
  /** staff, or system where a job closed it; null where the source names nobody, and for a visit. */
  outcome_actor: string | null;
  /** Closed as if done: no visit and no note is known. */
  closed_without_evidence: boolean | null;
  /** The reader's one word for where it stands. */
  stage: string | null;
  /** When that stage began. */
  stage_from: string | null;
  /** Still open work. */
  is_open: boolean | null;
  /** First list that no longer showed its last open order; null while one is shown. */
  left_list_at: string | null;
  /** Closed once, then open again. */
  reopened: boolean | null;
  /** Appointments made, as the system that knows most of them counts. */
  appointments: number | null;
  /** Appointments missed, counted likewise. */
  no_shows: number | null;
  /** Attempts to reach the patient. */
  attempts: number | null;
  /** Why it is left out of every metric; null where it counts. */
  exclusion: string | null;
}

/**
 * One row per order: the episode it belongs to. Orders for one patient, specialty and referring organization within the window of the episode's first order are one episode, unless separately completed.
 *
 * An order in two systems, or ordered twice, is one need. Where a row names no organization, other rows tell that of its clinician or its location, as far as they agree; else the location stands for it. An order of an unknown patient, for an unknown specialty, or left out of every metric stands alone.
 */
export interface CoreEpisodeMember {
  /** Episode: the referral_key of its first order. */
  episode_key: string | null;
  /** Order. */
  referral_key: string;
  /** Place among the episode's orders, from 1. */
  ordinal: number | null;
}

/** One row per referral that names where it goes: the clinician, or else the organization or place, as far as the roster knows them. A referral to a specialty alone has none. */
export interface CoreIntended {
  /** Referral. */
  referral_key: string;
  /** Day of the order. */
  ordered_on: string | null;
  /** Payer at the order. */
  payer: string | null;
  /** Plan at the order. */
  plan: string | null;
  /** Clinician it goes to, where one is known. */
  provider_key: string | null;
  /** That clinician's name, or the name as written. */
  provider: string | null;
  /** Organization it names, folded. */
  organization_key: string | null;
  /** Place it names. */
  location: string | null;
  /** Tax number of the clinician's group. */
  tin: string | null;
  /** What tells where it goes: npi, name, organization, location; unresolved where nothing the roster knows is named. */
  evidence: string | null;
  /** Where a name tells: how well it fits. */
  score: number | null;
  /** Who stands for it in the roster: a clinician, an organization, a place; unlisted where a number is known that no roster lists. */
  party: string | null;
}

/** One row per kind of referral, stage and time: the limit that holds for it, by the policy of the lowest rank that matches. */
export interface CoreKindLimit {
  /** Kind of core.referral_kind. */
  kind: string;
  /** Stage, or a step: first_contact, scheduling, visit. Completed waits for its note. */
  stage: string;
  /** Days allowed. */
  days: number | null;
  /** Business days rather than calendar days. */
  business: boolean | null;
  /** First day on which a stay may begin for the limit to hold. */
  holds_from: string;
  /** Last such day. */
  holds_to: string | null;
  /** Names what is broken where it takes longer: policy/stage/priority. */
  rule: string | null;
  /** The limit in words. */
  sentence: string | null;
}

/** One row per episode that counts: meant to stay or to leave, stayed or left, and, where it left, why, whether that could have been avoided, and what it cost. An episode goes where its first attended visit went. */
export interface CoreLeakage {
  /** Episode. */
  episode_key: string;
  /** in, out or unknown: where its orders were meant to go. */
  intended_network: string | null;
  /** in, out, unknown or not_completed: where its first attended visit took place. */
  actual_network: string | null;
  /** What tells: seen, no claim, ended, open, elsewhere, disputed, nothing said. */
  known_by: string | null;
  /** Order that tells it. */
  referral_key: string | null;
  /** First attended visit. */
  visit_at: string | null;
  /** stated by a source, or inferred by a rule. */
  basis: string | null;
  /** appointment, encounter, claim, or the referral's own word. */
  evidence: string | null;
  /** Of those that left: avoidable where a clinician of ours met every limit on the order day; not_avoidable for a reason; unproven where open slots, payer or specialty are unknown. */
  avoidability: string | null;
  /** Why it could not be avoided: payer_mandate, service_not_offered, patient_choice, continuity; or the last limit that none of ours met: payer, closed, age, language, distance, wait. */
  reason: string | null;
  /** stated by the source, or inferred. */
  reason_basis: string | null;
  /** Clinicians of ours of that specialty that day. */
  considered: number | null;
  /** Of these, meeting every limit. */
  fitting: number | null;
  /** Days to the third open slot of the soonest of them. */
  wait_days: number | null;
  /** A way to stay existed, whatever the patient preferred. */
  option_existed: boolean | null;
  /** Of those that left: allowed amount of the outside visits, or the site's own figure. */
  dollars: number | null;
  /** Low end. */
  dollars_low: number | null;
  /** High end. */
  dollars_high: number | null;
  /** claims, estimate (the site's table of visit values), or unknown. */
  dollars_basis: string | null;
}

/** One row per clinician's name that a source wrote without an NPI, with the organization and specialty written beside it: whom of those known by number it fits best, how well, and the runner-up. Below the threshold, or with two that fit alike, nobody is meant. */
export interface CoreNameMatch {
  /** Name as written, folded. */
  written_name: string;
  /** Organization written beside it, folded; unknown where none is. */
  organization_key: string;
  /** Specialty beside it; Unknown where none is. */
  specialty: string;
  /** Rows that write it so. */
  mentions: number | null;
  /** Who is meant; empty below the threshold or where two fit alike. */
  provider_key: string | null;
  /** Who fits best. */
  best_provider_key: string | null;
  /** How well, 0 to 1: nine tenths the name, the rest specialty and organization. */
  score: number | null;
  /** Who fits next. */
  runner_up_provider_key: string | null;
  /** How well. */
  runner_up_score: number | null;
}

/** One row per party, payer, plan and day that some referral or visit asks about: did it belong to our system, was it in the payer's network, by what the newest roster says of that day. */
export interface CoreNetworkDay {
  /** A clinician, a clinician in a group, a group, an organization or a place of the roster; unlisted for a number that no roster lists. */
  party: string;
  /** Payer. */
  payer: string;
  /** Plan. */
  plan: string;
  /** Day. */
  day: string;
  /** Belonged to our system that day; empty where the roster does not say or its lines disagree. */
  affiliated: boolean | null;
  /** Was in that payer's network that day; empty where the roster does not know the payer, or of a group some take it and some do not. */
  contracted: boolean | null;
}

/** One row per number that stands in an NPI field of any source: whether it can be one, and where it is used. The check digit is Luhn's over the prefix 80840 and the first nine digits, as NPPES issues them. */
export interface CoreNpi {
  /** The number as written. */
  npi: string;
  /** Ten digits with a right check digit; anything else identifies nobody. */
  valid: boolean | null;
  /** Some roster file lists it. */
  listed: boolean | null;
  /** Lines of all roster files. */
  roster_lines: number | null;
  /** Referrals that name it. */
  referrals: number | null;
  /** Appointments that name it. */
  appointments: number | null;
  /** Encounters and claim lines that it rendered. */
  visit_lines: number | null;
}

/** One row per clinician of ours and question that a referral out of the network puts: this specialty, payer and plan on this day. Whether the clinician was in that payer's network and took new patients, and how long the wait was. */
export interface CoreOffer {
  /** Specialty asked for. */
  specialty: string;
  /** Payer; Unknown where none is stated. */
  payer: string;
  /** Plan; Unknown where none is stated. */
  plan: string;
  /** Day of the order. */
  day: string;
  /** Clinician of ours of that specialty, on the roster that day. */
  provider_key: string;
  /** Name. */
  provider: string | null;
  /** Since when the roster says of the clinician what it said that day. */
  listed_from: string | null;
  /** In that payer's network; empty where the payer is unknown. */
  takes_payer: boolean | null;
  /** Took new patients of that payer, by the roster and by the sample. */
  accepting: boolean | null;
  /** Youngest age seen, where stated. */
  age_from: number | null;
  /** Oldest age seen, where stated. */
  age_to: number | null;
  /** Languages spoken, folded. */
  languages: string | null;
  /** Sample of open slots that spoke for that day; empty where none did. */
  sampled_on: string | null;
  /** Days to the third open slot by that sample; empty where none was in sight. */
  wait_days: number | null;
}

/** One row per organization of the roster, and whether all, none or some of its lines belong to our system. */
export interface CoreOrganization {
  /** Name, folded. */
  organization_key: string;
  /** Name as the roster writes it. */
  name: string | null;
  /** Belongs to our system; empty where its lines disagree or do not say. */
  affiliated: boolean | null;
  /** Some lines say so and some do not. */
  mixed: boolean | null;
  /** Clinicians and places listed. */
  providers: number | null;
  /** Tax numbers. */
  tins: number | null;
  /** Places of practice. */
  locations: number | null;
}

/** One row per way in which referrals name where they come from: the clinician by number, or else the organization or place, as far as the roster knows them. Rosters list who takes referrals: a number that none of them lists may still be one of ours, and tells nothing. Empty until a roster is loaded. */
export interface CoreOrigin {
  /** NPI of the referring clinician as written; blank where none is. */
  npi: string;
  /** Organization as written; blank where none is. */
  organization: string;
  /** Department or site as written; blank where none is. */
  location: string;
  /** Who stands for it in the roster: a clinician, an organization, a place; empty where the roster knows none of them. */
  party: string | null;
}

/** One row per person that a patient feed knows, merges and aliases resolved, with the newest of each value. */
export interface CorePatient {
  /** The person: key of the record that others were merged into. */
  patient_key: string;
  /** Patient records that mean this person. */
  records: number | null;
  /** Administrative sex. */
  sex: string | null;
  /** First three digits of the postal code. */
  postal_area: string | null;
  /** Preferred language. */
  language: string | null;
  /** An interpreter is needed. */
  interpreter_needed: boolean | null;
  /** A ride is needed. */
  transport_needed: boolean | null;
  /** Barrier to care, in the source's words. */
  barrier: string | null;
  /** Miles from home to the place of care. */
  distance_miles: number | null;
  /** Primary care clinician the patient is attributed to. */
  attributed_npi: string | null;
  /** Day of death. */
  deceased_on: string | null;
  /** A test patient. */
  test_record: boolean | null;
  /** Channels opted out of, separated by semicolons. */
  contact_opt_out: string | null;
}

/** One row per clinician or organization that a roster lists, or that a referral, an appointment or a visit names by a valid NPI. */
export interface CoreProvider {
  /** NPI, or the roster's identifier where that is none. */
  provider_key: string;
  /** NPI, where it is valid. */
  npi: string | null;
  /** Name, the roster's first. */
  name: string | null;
  /** individual or organization. */
  kind: string | null;
  /** Specialty, the roster's first, then that of a group of one specialty. */
  specialty: string | null;
  /** Organization. */
  organization: string | null;
  /** Tax number of the group. */
  tin: string | null;
  /** Place of practice. */
  location: string | null;
  /** The roster lists it, at whatever time. */
  listed: boolean | null;
}

/** One row per referral: its keys, dates and dimensions, when each step was taken, its current state on every axis, and the words that it came from. */
export interface CoreReferral {
  /** Referral, unique across sources. */
  referral_key: string;
  /** Identifier in its source. */
  referral_id: string | null;
  /** System that the identifier belongs to. */
  system: string | null;
  /** Source of the newest row. */
  source: string | null;
  /** Patient (keyed hash), merges and aliases resolved. */
  patient_key: string | null;
  /** Patient as the newest row names it: joins the identity that the source knows. */
  recorded_patient_key: string | null;
  /** When the order was signed: the first clock starts here. */
  ordered_at: string | null;
  /** Day of the order. */
  ordered_on: string | null;
  /** Month of the order, as its first day. */
  ordered_month: string | null;
  /** When it came under observation: the as-of of the first list, where it already stood there; else the order. */
  entry_at: string | null;
  /** When the request went out. */
  sent_at: string | null;
  /** When the receiver got it: the second clock starts here. */
  received_at: string | null;
  /** When the referral runs out. */
  expires_at: string | null;
  /** Date by which it should be scheduled. */
  schedule_by: string | null;
  /** Kind of referral, mapped. */
  referral_type: string | null;
  /** Kind in the source's words. */
  type_raw: string | null;
  /** Class in the source's words: internal, incoming, outgoing. See core.direction. */
  class: string | null;
  /** Direction in the source's words. */
  direction: string | null;
  /** Urgency, mapped. */
  priority: string | null;
  /** Urgency in the source's words. */
  priority_raw: string | null;
  /** Specialty by the crosswalk; Unmapped where it lacks the word. */
  specialty: string | null;
  /** Specialty in the source's words. */
  specialty_raw: string | null;
  /** Reason for referral. */
  reason: string | null;
  /** Diagnosis code of the order. */
  diagnosis_code: string | null;
  /** Procedure or service ordered. */
  procedure_code: string | null;
  /** Clinician who refers. */
  referring_provider: string | null;
  /** NPI of the referring clinician. */
  referring_npi: string | null;
  /** Department or site that refers. */
  referring_location: string | null;
  /** Organization that refers. */
  referring_organization: string | null;
  /** Clinician referred to. */
  receiving_provider: string | null;
  /** NPI of the clinician referred to. */
  receiving_npi: string | null;
  /** Department or site referred to. */
  receiving_location: string | null;
  /** Organization referred to. */
  receiving_organization: string | null;
  /** Payer. */
  payer: string | null;
  /** Plan of the payer. */
  plan: string | null;
  /** The payer wants an authorization first. */
  authorization_required: boolean | null;
  /** Authorization number. */
  authorization_number: string | null;
  /** First day of the authorization. */
  authorized_from: string | null;
  /** Last day of the authorization. */
  authorized_to: string | null;
  /** Preferred language. */
  language: string | null;
  /** An interpreter is needed. */
  interpreter_needed: boolean | null;
  /** A ride is needed. */
  transport_needed: boolean | null;
  /** Barrier to care, in the source's words. */
  barrier: string | null;
  /** Miles from home to the place of care. */
  distance_miles: number | null;
  /** Referral this one was split or re-routed from. */
  parent_referral_key: string | null;
  /** Referral this one replaces. */
  replaces_referral_key: string | null;
  /** Worklist it stands on. */
  queue: string | null;
  /** Staff member or team that works it. */
  assigned_to: string | null;
  /** Why this destination, in the source's words. */
  destination_reason: string | null;
  /** The source's own leaked flag. */
  leaked_asserted: boolean | null;
  /** The source's own in-network flag. */
  in_network_asserted: boolean | null;
  /** When coverage was verified. */
  coverage_verified_at: string | null;
  /** When the referrer was told that no visit will follow. */
  referrer_notified_at: string | null;
  /** Falls under 42 CFR Part 2. */
  sensitive: boolean | null;
  /** Newest status in the source's words. */
  status_raw: string | null;
  /** Newest scheduling status in the source's words. */
  scheduling_status_raw: string | null;
  /** Newest reason in the source's words. */
  close_reason_raw: string | null;
  /** Mapped reason of the newest row: of closing, returning or waiting. */
  close_reason: string | null;
  /** Attempts to reach the patient, as the list counts them. */
  contact_attempts: number | null;
  /** Latest attempt, as the list shows it. */
  last_contact_at: string | null;
  /** Current state of the request axis. */
  request: string | null;
  /** Current state of the authorization axis. */
  authorization_state: string | null;
  /** Current state of the scheduling axis. */
  scheduling: string | null;
  /** Current state of the visit axis. */
  visit: string | null;
  /** Current state of the information axis. */
  information: string | null;
  /** The reader's one word for where it stands. */
  stage: string | null;
  /** When that stage began. */
  stage_from: string | null;
  /** Still open work. */
  is_open: boolean | null;
  /** First attempt to reach the patient. */
  first_contact_at: string | null;
  /** Where that is only seen between two files: it was made after this, up to first_contact_at. */
  first_contact_after: string | null;
  /** First attempt at which somebody answered. */
  reached_at: string | null;
  /** First accept, return or redirect by the receiver, or first booking; a bare "received" is none. */
  first_response_at: string | null;
  /** First submission to the payer. */
  authorization_submitted_at: string | null;
  /** First decision of the payer. */
  authorization_decided_at: string | null;
  /** When the first appointment was made. */
  scheduled_at: string | null;
  /** Where that is only seen between two files: it was made after this, up to scheduled_at. */
  scheduled_after: string | null;
  /** Start of the first appointment. */
  first_appointment_at: string | null;
  /** First attended visit. */
  visit_at: string | null;
  /** Where the visit's time is only seen between two files: it took place after this, up to visit_at. */
  visit_after: string | null;
  /** First final note or result that came back on or after the day of the visit (of the order, where no visit is known). */
  note_received_at: string | null;
  /** When the referring clinician acknowledged it. */
  note_acknowledged_at: string | null;
  /** When its record was closed for the first time. */
  first_closed_at: string | null;
  /** When its record was closed, as it stands; null while it is open, whether or not a visit took place. */
  closed_at: string | null;
  /** User or job that closed it, where the source says. */
  closed_by: string | null;
  /** Closed once, then open again. */
  reopened: boolean | null;
  /** Closed as if done: no visit and no note is known. */
  closed_without_evidence: boolean | null;
  /** completed, declined, canceled, returned, unreachable, expired, denied or closed_unknown; null while open. */
  outcome: string | null;
  /** When that happened. */
  outcome_at: string | null;
  /** staff, or system where a job closed it; null where the source names nobody, and for a visit. */
  outcome_actor: string | null;
  /** Appointments made. */
  appointments: number | null;
  /** Appointments missed. */
  no_shows: number | null;
  /** Attempts to reach the patient. */
  attempts: number | null;
  /** First list that no longer showed it, though it was open; its outcome is unknown until a source says. */
  left_list_at: string | null;
  /** When it last came back to a list that it had left. */
  reappeared_at: string | null;
  /** Days it was missing before that. */
  absent_days: number | null;
  /** Newest list or export that showed it. */
  last_seen_at: string | null;
  /** Why it is left out of every metric; null where it counts. */
  exclusion: string | null;
}

/** One row per referral, axis and stretch of time in one state, closed by the next change; axis `stage` is the reader's one word. Request and stage cover each referral from its order on. On every axis a span ends where the next begins: proved of all referrals up to 100,000, and beyond that of a share of about as many. */
export interface CoreReferralSpan {
  /** Referral, unique across sources. */
  referral_key: string;
  /** request, authorization, scheduling, visit, information or stage. */
  axis: string;
  /** State during the span; unmapped where no mapping row matched the source's word. */
  value: string | null;
  /** When it began, or was first seen. */
  span_from: string;
  /** Where only seen between two files: it began after this, up to span_from. */
  span_after: string | null;
  /** When the next began; null while it lasts. */
  span_to: string | null;
  /** The stage that followed; null while it lasts, and on the other axes. */
  next_value: string | null;
  /** Row of core.statement: what the source said; null for the stage. */
  statement: number | null;
  /** A job rather than staff closed it; null where the source names nobody. */
  by_job: boolean | null;
}

/** One row per provider, place, TIN, payer, plan and time: what held then, by what the newest roster says. A line that the next roster dropped ended there; a line that ends before it begins never held; where lines overlap, the one that began later holds. */
export interface CoreRoster {
  /** Clinician or organization: its NPI, or the roster's identifier where that is none. */
  provider_key: string;
  /** NPI, where it is one. */
  npi: string | null;
  /** Place of practice. */
  location: string;
  /** Tax number of the group, without punctuation. */
  tin: string;
  /** Payer; Any where the line holds for all. */
  payer: string;
  /** Plan of the payer; Any where the line holds for all. */
  plan: string;
  /** First day. */
  valid_from: string;
  /** Last day; empty while it goes on. */
  valid_to: string | null;
  /** Name as the roster writes it. */
  name: string | null;
  /** individual or organization. */
  kind: string | null;
  /** Organization. */
  organization: string | null;
  /** Specialty: by the site's taxonomy table, else by the roster's word. */
  specialty: string | null;
  /** Specialty in the roster's words. */
  specialty_raw: string | null;
  /** Provider taxonomy code. */
  taxonomy_code: string | null;
  /** Belongs to our system. */
  affiliated: boolean | null;
  /** In this payer's network; a line that names a payer says so unless it says otherwise. */
  contracted: boolean | null;
  /** Network tier. */
  tier: string | null;
  /** Takes new patients of this payer. */
  accepting: boolean | null;
  /** Languages spoken, separated by semicolons. */
  languages: string | null;
  /** Youngest age seen, years. */
  age_from: number | null;
  /** Oldest age seen, years. */
  age_to: number | null;
  /** Postal code of the place. */
  postal_code: string | null;
  /** Latitude of the place, degrees. */
  latitude: number | null;
  /** Longitude of the place, degrees. */
  longitude: number | null;
  /** Source of the line. */
  source: string | null;
  /** Roster that says so. */
  known_at: string | null;
  /** The next roster no longer listed it: its end is the day before that roster. */
  dropped: boolean | null;
}

/** One row per way in which a source says something about a referral: the field, its word, and the mapping row that gave it a meaning. */
export interface CoreStatement {
  /** Number that events and appointments carry. */
  statement: number;
  /** Source. */
  source: string | null;
  /** Field of the contract. */
  field: string | null;
  /** The source's word; empty where a time says it all. */
  raw_value: string | null;
  /** Row of statuses.csv that mapped it; empty where none did. */
  mapping_row: string | null;
}

/**
 * One row per system that referrals come from: which steps its exports ever tell of.
 *
 * Where they tell of no attempt to reach a patient, or of no booking, of any referral, whether one was made is unknown: it is not "no".
 */
export interface CoreSystem {
  /** System of the referrals. */
  system: string;
  /** They tell of attempts to reach patients. */
  tells_attempts: boolean | null;
  /** They tell of appointments made. */
  tells_bookings: boolean | null;
}

/** Words without a mapping row, field by field, with the number of records and the first file that used them. */
export interface CoreUnmappedWord {
  /** Source that uses it. */
  source: string;
  /** Entity of the field. */
  entity: string;
  /** Field of the contract. */
  field: string;
  /** The word, folded; (free text) for whatever may name a person. */
  raw_value: string;
  /** The three commonest ways in which it is written. */
  examples: string | null;
  /** Referrals, and rows of other feeds, that say it. */
  records: number | null;
  /** As-of of the first file that said it; of the newest rows, for kind, urgency, specialty and direction. */
  first_seen: string | null;
}

/** One row per visit: the lines of claims and encounters of one person with one clinician (or, where none is named, one group) on one day. What a claim and an encounter both tell is one visit. */
export interface CoreVisit {
  /** Visit: the first of its encounters or claim lines. */
  visit_key: string;
  /** Person. */
  patient_key: string | null;
  /** Day. */
  day: string | null;
  /** visit, or the kind of service that is none. */
  service: string | null;
  /** Clinician, where one is known. */
  provider_key: string | null;
  /** Tax number of the group. */
  tin: string | null;
  /** Organization, folded. */
  organization_key: string | null;
  /** Department or site. */
  location: string | null;
  /** Specialty, where known. */
  specialty: string | null;
  /** Payer. */
  payer: string | null;
  /** Plan. */
  plan: string | null;
  /** A claim tells of it. */
  claimed: boolean | null;
  /** An encounter tells of it. */
  encountered: boolean | null;
  /** No line was paid. */
  denied: boolean | null;
  /** First day a line was paid. */
  paid_on: string | null;
  /** Encounters and claim lines. */
  lines: number | null;
  /** Allowed amount in dollars, the room included, laboratory and imaging by the way left out. */
  allowed_amount: number | null;
  /** Referral that a source names. */
  referral_key: string | null;
  /** Referral number on a claim. */
  referral_number: string | null;
  /** Authorization number on a claim. */
  authorization_number: string | null;
  /** Referring NPI on a claim. */
  referring_npi: string | null;
  /** A source's own in-network flag. */
  in_network_asserted: boolean | null;
  /** A line was reduced for being outside the payer's network (reason 242). */
  denied_out_of_network: boolean | null;
  /** Who stands for it in the roster: the clinician in that group, the clinician, the group, the organization; unlisted where a number is known that no roster lists. */
  party: string | null;
}

/** One row per visit that answers a referral or follows from one: by which rule, how sure, and which referral came next. A visit answers at most one referral; a referral may own many visits. */
export interface CoreVisitMatch {
  /** Visit. */
  visit_key: string;
  /** Referral it answers or follows from. */
  referral_key: string | null;
  /** Episode of that referral. */
  episode_key: string | null;
  /** Day of the visit. */
  day: string | null;
  /** What decided: the source names the referral; equal referral or authorization number; the attended day a source states; the clinician referred to; that clinician's group; the specialty. */
  rule: string | null;
  /** stated by a source, or inferred by a rule. */
  evidence: string | null;
  /** 0 to 1; an equal referring NPI adds a hundredth and only breaks ties. */
  score: number | null;
  /** 1 answers the episode; later ones follow. */
  ordinal: number | null;
  /** Referrals that came into question. */
  candidates: number | null;
  /** Referral that came next. */
  runner_up_referral_key: string | null;
  /** Rule that spoke for it. */
  runner_up_rule: string | null;
  /** How sure. */
  runner_up_score: number | null;
}

/** One row per visit: in the network or outside it, and what it was: an answer to a referral, a follow-up, sent on by a specialist of ours, the continuation of known care, or self-directed. */
export interface CoreVisitRole {
  /** Visit. */
  visit_key: string;
  /** Person. */
  patient_key: string | null;
  /** Clinician, where one is known. */
  provider_key: string | null;
  /** Day. */
  day: string | null;
  /** Month, as its first day. */
  month: string | null;
  /** Specialty. */
  specialty: string | null;
  /** Department or site of the clinician the person is attributed to. */
  referring_location: string | null;
  /** Payer. */
  payer: string | null;
  /** in or out by the roster of that day. */
  network: string | null;
  /** Was in the payer's network that day. */
  contracted: boolean | null;
  /** What it was; excluded: laboratory, imaging, anesthesia, emergency, inpatient, facility only. */
  role: string | null;
  /** Episode it belongs to. */
  episode_key: string | null;
  /** A specialist visit. */
  is_specialist: boolean | null;
  /** A claim tells of it. */
  claimed: boolean | null;
  /** The person is attributed to a primary care clinician. */
  attributed: boolean | null;
  /** The payer covered the person the whole month. */
  covered: boolean | null;
  /** Allowed amount. */
  dollars: number | null;
}

/** One row per stretch of a referral's wait: who held it. Each day from the order to the visit's note, or to its other end, belongs to one holder. The referrer gets it out and sends what is missing; the payer decides; the receiver reviews and schedules; the patient is looked for, declined a slot or fell through; capacity is the time to the slot, or on a waiting list; returning is from the visit to the note. */
export interface CoreWait {
  /** Referral. */
  referral_key: string;
  /** First day of the stretch. */
  wait_from: string;
  /** Day after its last; the as-of day where it lasts. */
  wait_to: string | null;
  /** Days. */
  days: number | null;
  /** referrer, payer, receiver, patient, capacity or returning. */
  holder: string | null;
}

export interface SeedsCalendar {
  day: string | null;
  business_day: boolean | null;
  business_days_before: number | null;
}

export interface SeedsFieldCoverage {
  source: string | null;
  entity: string | null;
  field: string | null;
  rows: number | null;
  filled: number | null;
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

export interface SeedsMatchWindow {
  priority: string | null;
  days: number | null;
}

export interface SeedsMeasureSet {
  measure: string | null;
  role: string | null;
  title: string | null;
  oid: string | null;
  value_set: string | null;
  version: string | null;
  codes: number | null;
}

export interface SeedsNetwork {
  roster: string | null;
  name_score: number | null;
  distance_miles: number | null;
  language: string | null;
  capacity_days: number | null;
  chain_days: number | null;
  continuity_days: number | null;
}

export interface SeedsPlace {
  place: string | null;
  latitude: number | null;
  longitude: number | null;
}

export interface SeedsPolicy {
  policy: string | null;
  rank: number | null;
  label: string | null;
  rule: number | null;
  specialty: string | null;
  referral_type: string | null;
  priority: string | null;
  payer: string | null;
  diagnosis: string | null;
  location: string | null;
  effective_from: string | null;
  effective_to: string | null;
}

export interface SeedsPolicyLimit {
  policy: string | null;
  stage: string | null;
  priority: string | null;
  days: number | null;
  business: boolean | null;
  effective_from: string | null;
  effective_to: string | null;
  rule: string | null;
  sentence: string | null;
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
  signal_run: number | null;
}

export interface SeedsSlice {
  first_no: string | null;
  last_no: string | null;
}

export interface SeedsSource {
  source: string | null;
  label: string | null;
  system: string | null;
  entity: string | null;
  rows: string | null;
  expect_days: number | null;
  coded: boolean | null;
  covers: string | null;
}

export interface SeedsSpecialty {
  raw: string | null;
  specialty: string | null;
}

export interface SeedsStatusMap {
  source: string | null;
  entity: string | null;
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

export interface SeedsTarget {
  metric: string | null;
  target: number | null;
}

export interface SeedsTaxonomy {
  code: string | null;
  specialty: string | null;
}

export interface SeedsValueSetCode {
  value_set: string | null;
  title: string | null;
  system: string | null;
  code: string | null;
  direct: boolean | null;
}

export interface SeedsVisitValue {
  specialty: string | null;
  dollars: number | null;
  low: number | null;
  high: number | null;
}

/** Tables by name, as Kysely wants them. */
export interface Warehouse {
  "marts.access_gap": MartsAccessGap;
  "marts.assertion_disagreement": MartsAssertionDisagreement;
  "marts.bottleneck": MartsBottleneck;
  "marts.capacity": MartsCapacity;
  "marts.capacity_demand": MartsCapacityDemand;
  "marts.claims_completion": MartsClaimsCompletion;
  "marts.closure_audit": MartsClosureAudit;
  "marts.cms50": MartsCms50;
  "marts.cms50_difference": MartsCms50Difference;
  "marts.cms50_rate": MartsCms50Rate;
  "marts.cut_value": MartsCutValue;
  "marts.dropout": MartsDropout;
  "marts.equity": MartsEquity;
  "marts.field_coverage": MartsFieldCoverage;
  "marts.incidence": MartsIncidence;
  "marts.leakage": MartsLeakage;
  "marts.leakage_by_wait": MartsLeakageByWait;
  "marts.leakage_opportunity": MartsLeakageOpportunity;
  "marts.leakage_reason": MartsLeakageReason;
  "marts.metric": MartsMetric;
  "marts.metric_definition": MartsMetricDefinition;
  "marts.month_end": MartsMonthEnd;
  "marts.open_age": MartsOpenAge;
  "marts.open_referral": MartsOpenReferral;
  "marts.provider_comparison": MartsProviderComparison;
  "marts.referral_month": MartsReferralMonth;
  "marts.run_out": MartsRunOut;
  "marts.self_directed": MartsSelfDirected;
  "marts.signal": MartsSignal;
  "marts.source_health": MartsSourceHealth;
  "marts.stage_count": MartsStageCount;
  "marts.stage_move": MartsStageMove;
  "marts.unmapped_value": MartsUnmappedValue;
  "marts.wait_time": MartsWaitTime;
  "core.alternative": CoreAlternative;
  "core.appointment": CoreAppointment;
  "core.attended": CoreAttended;
  "core.authorization": CoreAuthorization;
  "core.capacity_sample": CoreCapacitySample;
  "core.chain": CoreChain;
  "core.claim_line": CoreClaimLine;
  "core.cms50_patient": CoreCms50Patient;
  "core.cms50_referral": CoreCms50Referral;
  "core.cms50_report": CoreCms50Report;
  "core.cms50_visit": CoreCms50Visit;
  "core.contact": CoreContact;
  "core.coverage": CoreCoverage;
  "core.destination": CoreDestination;
  "core.direction": CoreDirection;
  "core.document": CoreDocument;
  "core.episode": CoreEpisode;
  "core.episode_member": CoreEpisodeMember;
  "core.intended": CoreIntended;
  "core.kind_limit": CoreKindLimit;
  "core.leakage": CoreLeakage;
  "core.name_match": CoreNameMatch;
  "core.network_day": CoreNetworkDay;
  "core.npi": CoreNpi;
  "core.offer": CoreOffer;
  "core.organization": CoreOrganization;
  "core.origin": CoreOrigin;
  "core.patient": CorePatient;
  "core.provider": CoreProvider;
  "core.referral": CoreReferral;
  "core.referral_span": CoreReferralSpan;
  "core.roster": CoreRoster;
  "core.statement": CoreStatement;
  "core.system": CoreSystem;
  "core.unmapped_word": CoreUnmappedWord;
  "core.visit": CoreVisit;
  "core.visit_match": CoreVisitMatch;
  "core.visit_role": CoreVisitRole;
  "core.wait": CoreWait;
  "seeds.calendar": SeedsCalendar;
  "seeds.field_coverage": SeedsFieldCoverage;
  "seeds.file": SeedsFile;
  "seeds.holiday": SeedsHoliday;
  "seeds.match_window": SeedsMatchWindow;
  "seeds.measure_set": SeedsMeasureSet;
  "seeds.network": SeedsNetwork;
  "seeds.place": SeedsPlace;
  "seeds.policy": SeedsPolicy;
  "seeds.policy_limit": SeedsPolicyLimit;
  "seeds.rejected_record": SeedsRejectedRecord;
  "seeds.run": SeedsRun;
  "seeds.slice": SeedsSlice;
  "seeds.source": SeedsSource;
  "seeds.specialty": SeedsSpecialty;
  "seeds.status_map": SeedsStatusMap;
  "seeds.system_user": SeedsSystemUser;
  "seeds.target": SeedsTarget;
  "seeds.taxonomy": SeedsTaxonomy;
  "seeds.value_set_code": SeedsValueSetCode;
  "seeds.visit_value": SeedsVisitValue;
}
