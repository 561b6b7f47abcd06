// Made by `npm run generate` from models/ and the seed tables: do not edit; a test fails when this is stale.
// Values are as getRowObjectsJson() of DuckDB's client gives them: dates, times and decimals are text.

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

/** One row per open referral, ready for a worklist: how old it is, where it stands, since when, and what to look at first. */
export interface MartsOpenReferral {
  /** Referral, unique across sources. */
  referral_key: string;
  /** Identifier in its source. */
  referral_id: string | null;
  /** Source of the newest row. */
  source: string | null;
  /** Patient (keyed hash). */
  patient_key: string | null;
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
  /** Days within which a file should come; null where none is declared. */
  expect_days: number | null;
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

/** Words of the sources that no mapping row knows: counted and shown, never put into another bucket. */
export interface MartsUnmappedValue {
  /** Source that uses it. */
  source: string;
  /** Entity of the field. */
  entity: string;
  /** Field of the contract. */
  field: string;
  /** The word, folded. */
  raw_value: string;
  /** Records whose newest row says it, or observations for a status. */
  records: number | null;
  /** As-of of the first file that said it. */
  first_seen: string | null;
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
  /** When it starts. */
  starts_at: string | null;
  /** State of the visit axis; outcome_unknown where the day passed and nothing was recorded. */
  outcome: string | null;
  /** The source's word. */
  status_raw: string | null;
  /** Row of statuses.csv that mapped it. */
  mapping_row: string | null;
  /** When it was canceled; where the source does not say, when it was first seen so. */
  canceled_at: string | null;
  /** Mapped reason of the cancellation. */
  cancel_reason: string | null;
  /** The source's words for it. */
  cancel_reason_raw: string | null;
  /** Canceled less than 24 hours before its start. */
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

/** One row per request to a payer: what was asked, what was decided, and when. */
export interface CoreAuthorization {
  /** Request, unique across sources. */
  authorization_key: string;
  /** Referral it is for, where the source says. */
  referral_key: string | null;
  /** Patient (keyed hash). */
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
  /** When the payer decided. */
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
  /** schedule, reminder, no_show, records, notify_referrer or authorization. */
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
  /** Counts the attempts of one referral, and its other contacts, each from 1. */
  attempt: number | null;
}

/** One row per consult note, result or other paper that belongs to a referral. */
export interface CoreDocument {
  /** Document, unique across sources. */
  document_key: string;
  /** Referral it answers, where the source says. */
  referral_key: string | null;
  /** Patient (keyed hash). */
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
}

/** One row per episode: the orders for one need, and what became of it. */
export interface CoreEpisode {
  /** Episode: the referral_key of its first order. */
  episode_key: string;
  /** Orders in it. */
  orders: number | null;
  /** Patient (keyed hash). */
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
  /** Department or site referred to. */
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
  /** When the receiver got it: the second clock starts here. */
  received_at: string | null;
  /** First attempt to reach the patient. */
  first_contact_at: string | null;
  /** First attempt at which somebody answered. */
  reached_at: string | null;
  /** First accept, decline, return or booking by the receiver; a bare "received" is none. */
  first_response_at: string | null;
  /** First submission to the payer. */
  authorization_submitted_at: string | null;
  /** First decision of the payer. */
  authorization_decided_at: string | null;
  /** Current state of the authorization axis. */
  authorization_state: string | null;
  /** When the first appointment was made. */
  scheduled_at: string | null;
  /** Start of the first appointment. */
  first_appointment_at: string | null;
  /** First attended visit. */
  visit_at: string | null;
  /** First final note or result that came back on or after the visit. */
  note_received_at: string | null;
  /** When the referring clinician acknowledged it. */
  note_acknowledged_at: string | null;
  /** When it was closed; null while open. */
  closed_at: string | null;
  /** completed, declined, canceled, returned, unreachable, expired, denied or closed_unknown; null while open. */
  outcome: string | null;
  /** When that happened. */
  outcome_at: string | null;
  /** staff, or system where a job closed it; null where unknown. */
  outcome_actor: string | null;
  /** The reader's one word for where it stands. */
  stage: string | null;
  /** When that stage began. */
  stage_from: string | null;
  /** Still open work. */
  is_open: boolean | null;
  /** First list that no longer showed an open order of it. */
  left_list_at: string | null;
  /** When it came under observation: later than the order where it was already open at the first load of its source. */
  entry_at: string | null;
  /** Closed once, then open again. */
  reopened: boolean | null;
  /** Appointments made. */
  appointments: number | null;
  /** Appointments missed. */
  no_shows: number | null;
  /** Attempts to reach the patient. */
  attempts: number | null;
  /** Why it is left out of every metric; null where it counts. */
  exclusion: string | null;
}

/** One row per order: the episode it belongs to. Orders for one patient, specialty and referring organization within the window of the episode's first order are one episode, unless separately completed. */
export interface CoreEpisodeMember {
  /** Episode: the referral_key of its first order. */
  episode_key: string | null;
  /** Order. */
  referral_key: string;
  /** Place among the episode's orders, from 1. */
  ordinal: number | null;
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

/** One row per referral: its keys, dates, dimensions, current state on every axis, and the words that it came from. */
export interface CoreReferral {
  /** Referral, unique across sources. */
  referral_key: string;
  /** Identifier in its source. */
  referral_id: string | null;
  /** System that the identifier belongs to. */
  system: string | null;
  /** Source of the newest row. */
  source: string | null;
  /** Patient (keyed hash). */
  patient_key: string | null;
  /** When the order was signed: the first clock starts here. */
  ordered_at: string | null;
  /** Day of the order. */
  ordered_on: string | null;
  /** Month of the order, as its first day. */
  ordered_month: string | null;
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
  /** Internal, incoming or outgoing, as the source asserts. */
  class: string | null;
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
  /** Why this destination. */
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
  /** Newest close reason in the source's words. */
  close_reason_raw: string | null;
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
  /** First list of its scope that no longer showed it; its outcome is unknown until a source says. */
  left_list_at: string | null;
  /** Newest list or export that showed it. */
  last_seen_at: string | null;
  /** Why it is left out of every metric; null where it counts. */
  exclusion: string | null;
}

/** One row per change of one axis of a referral, from whichever source tells it best. */
export interface CoreReferralEvent {
  /** Referral, unique across sources. */
  referral_key: string;
  /** request, authorization, scheduling, visit or information. */
  axis: string;
  /** State from here on; unmapped where no mapping row matched the source's word. */
  value: string | null;
  /** When it happened, or was first seen. */
  event_at: string | null;
  /** Where only observed: it happened after this, up to event_at. */
  event_after: string | null;
  /** stated by a source with its time, or observed between two files. */
  evidence: string | null;
  /** Source of the evidence. */
  source: string | null;
  /** Field of the evidence. */
  field: string | null;
  /** The source's word. */
  raw_value: string | null;
  /** Row of statuses.csv that mapped it. */
  mapping_row: string | null;
  /** staff, or system where a job did it; empty where unknown. */
  actor_type: string | null;
  /** Order of the events of this referral and axis. */
  sequence: number;
}

/** One row per referral, axis and stretch of time in one state, closed by the next change; axis `stage` is the reader's one word. */
export interface CoreReferralSpan {
  /** Referral, unique across sources. */
  referral_key: string;
  /** request, authorization, scheduling, visit, information or stage. */
  axis: string;
  /** State during the span. */
  value: string | null;
  /** When it began. */
  span_from: string;
  /** Where only observed: it began after this, up to span_from. */
  span_after: string | null;
  /** stated or observed. */
  evidence: string | null;
  /** When the next began; null while it lasts. */
  span_to: string | null;
}

/** Words without a mapping row, field by field, with the number of records and the first file that used them. */
export interface CoreUnmappedWord {
  /** Source that uses it. */
  source: string;
  /** Entity of the field. */
  entity: string;
  /** Field of the contract. */
  field: string;
  /** The word, folded. */
  raw_value: string;
  /** Rows or observations that say it. */
  records: number | null;
  /** As-of of the first file that said it. */
  first_seen: string | null;
}

/** One row per change of a referral's visit axis: from its appointments, from visits that name it, and from words on the referral itself. */
export interface CoreVisitEvent {
  /** Referral. */
  referral_key: string;
  /** State of the visit axis from here on. */
  value: string | null;
  /** When it happened, or was first seen. */
  event_at: string | null;
  /** Where only observed: it happened after this, up to event_at. */
  event_after: string | null;
  /** stated by a source with its time, or observed between two files. */
  evidence: string | null;
  /** Source of the evidence. */
  source: string | null;
  /** Field of the evidence. */
  field: string | null;
  /** The source's word. */
  raw_value: string | null;
  /** Row of statuses.csv that mapped it. */
  mapping_row: string | null;
  /** staff or system, where known. */
  actor_type: string | null;
  /** Order of the referral's visit events. */
  sequence: number;
}

/** One row per stretch of a referral's wait: who held it. Each day from the order on belongs to one holder. */
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

export interface SeedsMeasureSet {
  measure: string | null;
  role: string | null;
  title: string | null;
  oid: string | null;
  value_set: string | null;
  version: string | null;
  codes: number | null;
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
}

export interface SeedsSource {
  source: string | null;
  label: string | null;
  system: string | null;
  entity: string | null;
  rows: string | null;
  expect_days: number | null;
  coded: boolean | null;
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

export interface SeedsValueSetCode {
  value_set: string | null;
  title: string | null;
  system: string | null;
  code: string | null;
  direct: boolean | null;
}

/** Tables by name, as Kysely wants them. */
export interface Warehouse {
  "marts.cms50": MartsCms50;
  "marts.cms50_difference": MartsCms50Difference;
  "marts.cms50_rate": MartsCms50Rate;
  "marts.open_age": MartsOpenAge;
  "marts.open_referral": MartsOpenReferral;
  "marts.referral_month": MartsReferralMonth;
  "marts.source_health": MartsSourceHealth;
  "marts.stage_count": MartsStageCount;
  "marts.unmapped_value": MartsUnmappedValue;
  "core.appointment": CoreAppointment;
  "core.authorization": CoreAuthorization;
  "core.cms50_patient": CoreCms50Patient;
  "core.cms50_referral": CoreCms50Referral;
  "core.cms50_report": CoreCms50Report;
  "core.cms50_visit": CoreCms50Visit;
  "core.contact": CoreContact;
  "core.document": CoreDocument;
  "core.episode": CoreEpisode;
  "core.episode_member": CoreEpisodeMember;
  "core.patient": CorePatient;
  "core.referral": CoreReferral;
  "core.referral_event": CoreReferralEvent;
  "core.referral_span": CoreReferralSpan;
  "core.unmapped_word": CoreUnmappedWord;
  "core.visit_event": CoreVisitEvent;
  "core.wait": CoreWait;
  "seeds.calendar": SeedsCalendar;
  "seeds.file": SeedsFile;
  "seeds.holiday": SeedsHoliday;
  "seeds.measure_set": SeedsMeasureSet;
  "seeds.policy": SeedsPolicy;
  "seeds.policy_limit": SeedsPolicyLimit;
  "seeds.rejected_record": SeedsRejectedRecord;
  "seeds.run": SeedsRun;
  "seeds.source": SeedsSource;
  "seeds.specialty": SeedsSpecialty;
  "seeds.status_map": SeedsStatusMap;
  "seeds.system_user": SeedsSystemUser;
  "seeds.value_set_code": SeedsValueSetCode;
}
