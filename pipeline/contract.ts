// The contract: what keepage can know about a referral, one table for every entity a source may feed.
// Raw tables, settings schemas, `keepage draft` and the docs are all made from this; nothing else lists fields.

/**
 * - `id`        text from first to last: never a number, leading zeros kept
 * - `text`      trimmed text
 * - `code`      a raw status word; `statuses.csv` maps it to an axis, the raw value is kept
 * - `timestamp` wall-clock time in the workspace's time zone; a date without a time is its midnight
 * - `date`      calendar date
 * - `integer`, `decimal`, `boolean`
 * - `npi`       ten digits with a valid check digit; anything else is kept as text and counted as unmatched
 */
export type FieldType = "id" | "text" | "code" | "timestamp" | "date" | "integer" | "decimal" | "boolean" | "npi";

export interface Field {
  readonly type: FieldType;
  /** One sentence, in the words of the field. */
  readonly about: string;
  /** The row is rejected when this is empty. */
  readonly required?: true;
  /** Identifies a person: kept in `identity.patient` of the private state file, never in `raw` or a warehouse. */
  readonly identity?: true;
}

export interface Entity {
  readonly about: string;
  /** Fields that tell one record of a source from another. */
  readonly key: readonly string[];
  readonly fields: Readonly<Record<string, Field>>;
}

const f = (type: FieldType, about: string): Field => ({ type, about });
const must = (type: FieldType, about: string): Field => ({ type, about, required: true });
const who = (type: FieldType, about: string): Field => ({ type, about, identity: true });

/** Personal fields that any export may carry beside its own; all of them go to `identity.patient`. */
const person = {
  patient_name: who("text", "Name of the patient as the source writes it."),
  patient_mrn: who("id", "Medical record number shown to staff, where it differs from patient_id."),
  patient_birth_date: who("date", "Date of birth."),
  patient_phone: who("text", "Telephone number to call."),
  patient_email: who("text", "E-mail address."),
  patient_address: who("text", "Street address."),
} as const;

/** What a visit needs arranged and what keeps a patient from it. */
const needs = {
  language: f("text", "Preferred language of the patient."),
  interpreter_needed: f("boolean", "An interpreter is needed."),
  transport_needed: f("boolean", "A ride is needed."),
  barrier: f("text", "Barrier to care, in the source's words."),
  distance_miles: f("decimal", "Distance from the patient's home to the place of care, in miles."),
} as const;

const coverage = {
  payer: f("text", "Payer that covers the service."),
  plan: f("text", "Plan of the payer."),
} as const;

export const contract = {
  referral: {
    about: "A request by one clinician or program for another to see a patient or deliver a service.",
    key: ["referral_id"],
    fields: {
      referral_id: must("id", "Identifier of the referral in its source."),
      patient_id: f("id", "Identifier of the patient in its source; becomes a keyed hash."),
      ...person,
      ordered_at: must("timestamp", "When the order was signed: the first clock starts here."),
      ordered_precision: f("text", "How exactly ordered_at is known: year, month, day or time."),
      entered_at: f("timestamp", "When the record was entered."),
      sent_at: f("timestamp", "When the request went out to the receiver."),
      received_at: f("timestamp", "When the receiver got it: the second clock starts here."),
      status: f("code", "Status of the referral as a whole."),
      substatus: f("code", "Finer status, where the source has one."),
      status_reason: f("code", "Reason of the current status."),
      status_at: f("timestamp", "When the current status was set."),
      status_by: f("text", "User or job that set the current status."),
      scheduling_status: f("code", "Where scheduling stands."),
      authorization_status: f("code", "Where the payer's authorization stands."),
      visit_status: f("code", "What became of the visit."),
      information_status: f("code", "Where the consult note or result stands."),
      pend_reason: f("code", "Why the referral waits."),
      close_reason: f("code", "Why it was closed."),
      closed_at: f("timestamp", "When it was closed."),
      closed_by: f("text", "User or job that closed it."),
      expires_at: f("timestamp", "When the referral runs out."),
      schedule_by: f("date", "Date by which it should be scheduled."),
      first_contact_at: f("timestamp", "First attempt to reach the patient."),
      last_contact_at: f("timestamp", "Latest attempt to reach the patient."),
      contact_attempts: f("integer", "Attempts to reach the patient so far."),
      appointment_made_at: f("timestamp", "When an appointment was booked."),
      appointment_at: f("timestamp", "Start of the appointment shown on the referral."),
      appointment_status: f("code", "State of that appointment."),
      visit_at: f("timestamp", "Attended visit that answered the referral."),
      report_received_at: f("timestamp", "When the consult note or result came back."),
      report_acknowledged_at: f("timestamp", "When the referring clinician acknowledged it."),
      referrer_notified_at: f("timestamp", "When the referring clinician was told that no visit will follow."),
      type: f(
        "text",
        "Kind of referral: specialist visit, diagnostic service, behavioral health, social need, eConsult.",
      ),
      class: f("text", "Class in the source's words: internal, incoming, outgoing."),
      direction: f("text", "Direction in the source's words, where it is told beside or instead of a class."),
      priority: f("text", "Urgency in the source's words."),
      specialty: f("text", "Specialty referred to, in the source's words."),
      reason: f("text", "Reason for referral, a category rather than prose."),
      diagnosis_code: f("text", "Diagnosis code of the order."),
      procedure_code: f("text", "Procedure or service ordered."),
      codes: f("text", "Codes of the order as system|code, separated by blanks."),
      intent: f("text", "FHIR intent, where the source is FHIR."),
      referring_provider: f("text", "Clinician who refers."),
      referring_npi: f("npi", "NPI of the referring clinician."),
      referring_location: f("text", "Department or site that refers."),
      referring_organization: f("text", "Organization that refers."),
      receiving_provider: f("text", "Clinician referred to, where one is named."),
      receiving_npi: f("npi", "NPI of the clinician referred to."),
      receiving_location: f("text", "Department or site referred to."),
      receiving_organization: f("text", "Organization referred to."),
      ...coverage,
      authorization_required: f("boolean", "The payer wants an authorization first."),
      authorization_number: f("id", "Authorization number."),
      authorized_from: f("date", "First day of the authorization."),
      authorized_to: f("date", "Last day of the authorization."),
      visits_authorized: f("integer", "Visits authorized."),
      ...needs,
      parent_referral_id: f("id", "Referral this one was re-routed or split from."),
      replaces_referral_id: f("id", "Referral this one replaces."),
      updated_at: f("timestamp", "When the source last changed the record: of several copies the newest counts."),
      queue: f("text", "Worklist the referral stands on."),
      assigned_to: f("text", "Staff member or team that works it."),
      destination_reason: f(
        "text",
        "Why this destination: patient choice, continuity, payer mandate, service not offered.",
      ),
      leaked_asserted: f("boolean", "The source's own leaked flag."),
      in_network_asserted: f("boolean", "The source's own in-network flag."),
      coverage_verified_at: f("timestamp", "When coverage was verified."),
      sensitive: f("boolean", "Falls under 42 CFR Part 2."),
      not_a_referral: f("boolean", "Authorization-only, test or administrative record that is not a referral."),
      test_record: f("boolean", "Belongs to a test patient."),
    },
  },
  referral_event: {
    about: "A dated change of one referral, from a source that keeps its own history.",
    key: ["referral_id", "event_at", "field", "value", "event_id"],
    fields: {
      referral_id: must("id", "Identifier of the referral in its source."),
      event_id: f("id", "Identifier or line of the event."),
      event_at: must("timestamp", "When it happened."),
      field: f("text", "Which field changed; named as in the contract (status, scheduling_status ...)."),
      value: f("code", "New raw value."),
      previous_value: f("text", "Raw value before."),
      reason: f("code", "Reason given."),
      event_by: f("text", "User or job."),
    },
  },
  appointment: {
    about: "A booking, kept or not.",
    key: ["appointment_id"],
    fields: {
      appointment_id: must("id", "Identifier of the appointment in its source."),
      referral_id: f("id", "Referral it was booked for."),
      patient_id: f("id", "Identifier of the patient in its source; becomes a keyed hash."),
      ...person,
      made_at: f("timestamp", "When it was booked."),
      starts_at: must("timestamp", "When it starts."),
      status: f("code", "State of the appointment."),
      status_at: f("timestamp", "When that state was set."),
      status_by: f("text", "User or job that set it."),
      canceled_at: f("timestamp", "When it was canceled."),
      cancel_reason: f("code", "Why it was canceled."),
      checked_in_at: f("timestamp", "When the patient arrived."),
      first_offered_for: f("date", "Day of the first slot offered to the patient."),
      provider: f("text", "Clinician booked."),
      provider_npi: f("npi", "NPI of the clinician booked."),
      location: f("text", "Department or site."),
      specialty: f("text", "Specialty of the slot, in the source's words."),
      visit_type: f("text", "Type of visit."),
      modality: f("text", "In person, video, telephone."),
      ...coverage,
      reminders: f("integer", "Reminders sent."),
      interpreter_arranged: f("boolean", "An interpreter is booked."),
      transport_arranged: f("boolean", "A ride is booked."),
      coverage_verified_at: f("timestamp", "When coverage was verified."),
    },
  },
  authorization: {
    about: "A payer's decision on a referral.",
    key: ["authorization_id"],
    fields: {
      authorization_id: must("id", "Identifier or number of the authorization request."),
      authorization_number: f("id", "Number issued by the payer."),
      referral_id: f("id", "Referral it is for."),
      patient_id: f("id", "Identifier of the patient in its source; becomes a keyed hash."),
      ...person,
      status: must("code", "State of the request."),
      status_at: f("timestamp", "When that state was set."),
      expedited: f("boolean", "Expedited rather than standard."),
      submitted_at: f("timestamp", "When it was submitted to the payer."),
      decided_at: f("timestamp", "When the payer decided."),
      appealed_at: f("timestamp", "When a denial was appealed."),
      denial_reason: f("code", "Reason of a denial."),
      valid_from: f("date", "First day it is valid."),
      valid_to: f("date", "Last day it is valid."),
      visits_requested: f("integer", "Visits asked for."),
      visits_approved: f("integer", "Visits approved."),
      ...coverage,
    },
  },
  contact: {
    about: "An attempt to reach the patient, or a word to the referring clinician.",
    key: ["referral_id", "attempted_at", "channel", "contact_id"],
    fields: {
      contact_id: f("id", "Identifier of the attempt."),
      referral_id: must("id", "Referral it was for."),
      patient_id: f("id", "Identifier of the patient in its source; becomes a keyed hash."),
      ...person,
      attempted_at: must("timestamp", "When it was made."),
      channel: f("code", "Telephone, text, e-mail, portal, letter."),
      outcome: f("code", "What came of it."),
      purpose: f("code", "Scheduling, reminder, no-show follow-up, telling the referrer."),
      language: f("text", "Language used."),
      contacted_by: f("text", "User or job."),
    },
  },
  document: {
    about: "A consult note, result or other paper that belongs to a referral.",
    key: ["document_id"],
    fields: {
      document_id: must("id", "Identifier of the document."),
      referral_id: f("id", "Referral it answers."),
      patient_id: f("id", "Identifier of the patient in its source; becomes a keyed hash."),
      ...person,
      type: f("code", "Consult note, test result, interim note, records, referral letter."),
      status: f("code", "Interim, final, entered in error."),
      codes: f("text", "Codes of the document as system|code, separated by blanks."),
      performed_from: f("timestamp", "Start of the work it reports."),
      performed_to: f("timestamp", "End of the work it reports."),
      performed_precision: f("text", "How exactly performed_to is known: year, month, day or time."),
      answers: f("text", "Referrals it says it answers, separated by blanks."),
      updated_at: f("timestamp", "When the source last changed the record: of several copies the newest counts."),
      requested_at: f("timestamp", "When it was asked for."),
      received_at: f("timestamp", "When it came back."),
      acknowledged_at: f("timestamp", "When the referring clinician acknowledged it."),
      author: f("text", "Who wrote it."),
      author_npi: f("npi", "NPI of who wrote it."),
    },
  },
  visit: {
    about: "Care that took place: an encounter, or a line of a claim.",
    key: ["visit_id", "line"],
    fields: {
      visit_id: must("id", "Identifier of the encounter or claim."),
      line: f("id", "Line of the claim."),
      kind: f("text", "claim, encounter or procedure."),
      patient_id: f("id", "Identifier of the patient in its source; becomes a keyed hash."),
      ...person,
      referral_id: f("id", "Referral it answers, where the source says so."),
      status: f("code", "State of the encounter or claim."),
      started_at: must("timestamp", "Start, or day of service."),
      started_precision: f("text", "How exactly started_at is known: year, month, day or time."),
      ended_at: f("timestamp", "End, or last day of service."),
      ended_precision: f("text", "How exactly ended_at is known: year, month, day or time."),
      updated_at: f("timestamp", "When the source last changed the record: of several copies the newest counts."),
      codes: f("text", "Types and procedures as system|code, separated by blanks."),
      procedure_code: f("text", "Procedure code of the line."),
      modifier: f("text", "Procedure modifier."),
      revenue_code: f("text", "Revenue center code."),
      place_of_service: f("text", "Place-of-service code."),
      diagnosis_code: f("text", "First diagnosis."),
      specialty: f("text", "Specialty of the rendering clinician, in the source's words."),
      rendering_provider: f("text", "Clinician who gave the service."),
      rendering_npi: f("npi", "NPI of the clinician who gave the service."),
      rendering_tin: f("id", "Tax number of the clinician's group."),
      billing_npi: f("npi", "NPI that billed."),
      billing_tin: f("id", "Tax number that billed."),
      facility_npi: f("npi", "NPI of the facility."),
      referring_npi: f("npi", "Referring NPI on the claim: weak evidence."),
      location: f("text", "Department or site."),
      organization: f("text", "Organization that gave the service."),
      ...coverage,
      referral_number: f("id", "Referral number on the claim."),
      authorization_number: f("id", "Authorization number on the claim."),
      paid_on: f("date", "Day the payer paid."),
      allowed_amount: f("decimal", "Allowed amount in dollars."),
      paid_amount: f("decimal", "Paid amount in dollars."),
      adjustment: f("code", "Original, replacement or void."),
      adjusts_visit_id: f("id", "Claim that this one replaces or voids."),
      adjustment_reason: f("text", "Claim adjustment reason codes, separated by blanks."),
      in_network_asserted: f("boolean", "The source's own in-network flag."),
    },
  },
  provider: {
    about: "One line of a roster: a clinician or organization at a place, in a payer's network, for a time.",
    key: ["provider_id", "location", "tin", "payer", "plan", "effective_from"],
    fields: {
      provider_id: must("id", "Identifier in the roster; often the NPI."),
      npi: f("npi", "National Provider Identifier."),
      name: f("text", "Name."),
      kind: f("text", "individual or organization."),
      specialty: f("text", "Specialty, in the roster's words."),
      taxonomy_code: f("text", "Provider taxonomy code."),
      organization: f("text", "Organization."),
      tin: f("id", "Tax number of the group."),
      location: f("text", "Place of practice."),
      postal_code: f("id", "Postal code of the place of practice."),
      latitude: f("decimal", "Latitude of the place of practice, degrees."),
      longitude: f("decimal", "Longitude of the place of practice, degrees."),
      affiliated: f("boolean", "Belongs to our system."),
      ...coverage,
      contracted: f("boolean", "In this payer's network."),
      tier: f("text", "Network tier for this payer and plan."),
      effective_from: f("date", "First day this line holds."),
      effective_to: f("date", "Last day this line holds; empty while it goes on."),
      accepting: f("boolean", "Takes new patients of this payer."),
      languages: f("text", "Languages spoken, separated by semicolons."),
      age_from: f("integer", "Youngest age seen, years."),
      age_to: f("integer", "Oldest age seen, years."),
    },
  },
  capacity: {
    about: "A sample of open slots on one day.",
    key: ["sampled_on", "specialty", "location", "provider_id", "visit_type", "payer"],
    fields: {
      sampled_on: must("date", "Day of the sample."),
      specialty: f("text", "Specialty, in the source's words."),
      location: f("text", "Department or site."),
      provider_id: f("id", "Clinician, where sampled per clinician."),
      provider_npi: f("npi", "NPI of the clinician."),
      visit_type: f("text", "Type of visit."),
      payer: f("text", "Payer the slots are open to."),
      slots_total: f("integer", "Slots in the next 30 days."),
      slots_open: f("integer", "Of these, open."),
      third_next_available: f("date", "Day of the third open slot."),
      accepting: f("boolean", "Takes new patients."),
    },
  },
  patient: {
    about: "What is known of a patient, a link between two identifiers, or a merge.",
    key: ["patient_id", "alias_id", "coverage_from"],
    fields: {
      patient_id: must("id", "Identifier of the patient in its source; becomes a keyed hash."),
      ...person,
      sex: f("text", "Administrative sex."),
      birth_year: f(
        "integer",
        "Year of birth: enough to tell whom a clinician sees; the date itself stays with the person's identity.",
      ),
      postal_area: f("text", "First three digits of the postal code."),
      ...needs,
      ...coverage,
      coverage_from: f("date", "First day of coverage."),
      coverage_to: f("date", "Last day of coverage; empty while it goes on."),
      coverage_verified_at: f("timestamp", "When coverage was verified."),
      attributed_npi: f("npi", "Primary care clinician the patient is attributed to."),
      alias_system: f("text", "System in which alias_id identifies the same person."),
      alias_id: f("id", "Another identifier of the same person; becomes a keyed hash."),
      merged_into_id: f("id", "Identifier this one was merged into; becomes a keyed hash."),
      merged_at: f("timestamp", "When it was merged."),
      unmerged_at: f("timestamp", "When the merge was undone."),
      deceased_at: f("date", "Day of death."),
      test_record: f("boolean", "A test patient."),
      contact_opt_out: f("text", "Channels the patient opted out of, separated by semicolons."),
    },
  },
} as const satisfies Record<string, Entity>;

export type EntityName = keyof typeof contract;
export const entityNames = Object.keys(contract) as EntityName[];

/** The entity's declaration with its literal types widened, for code that walks fields. */
export function entity(name: EntityName): Entity {
  return contract[name];
}

/** Patient identifiers: hashed with the workspace's key before anything is stored outside `identity`. */
export const patientIds: Readonly<Record<string, string>> = {
  patient_id: "patient_key",
  alias_id: "alias_key",
  merged_into_id: "merged_into_key",
};

/** Column name in `raw.<entity>` of a contract field, or null where the field lives in `identity` only. */
export function rawColumn(name: string, field: Field): string | null {
  if (field.identity) return null;
  return patientIds[name] ?? name;
}

export const sqlType: Readonly<Record<FieldType, string>> = {
  id: "VARCHAR",
  text: "VARCHAR",
  code: "VARCHAR",
  npi: "VARCHAR",
  timestamp: "TIMESTAMP",
  date: "DATE",
  integer: "INTEGER",
  decimal: "DOUBLE",
  boolean: "BOOLEAN",
};

/** Columns that every `raw` table carries before the contract's own. */
export const rawSystemColumns = {
  file_id: "INTEGER", // ledger.file
  row_number: "INTEGER", // nth record of that file, from 1
} as const;

/** Columns and types of `raw.<entity>`. */
export function rawTable(name: EntityName): Record<string, string> {
  const columns: Record<string, string> = { ...rawSystemColumns };
  for (const [field, declared] of Object.entries(entity(name).fields)) {
    const column = rawColumn(field, declared);
    if (column) columns[column] = sqlType[declared.type];
  }
  return columns;
}
