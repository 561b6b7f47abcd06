// What a source's words may mean: the states of a referral on each axis, and the vocabularies of everything else that is mapped.

/** The axes of a referral's state and their values; `statuses.csv` may name no others. */
export const axes = {
  request: [
    "new",
    "in_review",
    "awaiting_information",
    "accepted",
    "returned",
    "redirected",
    "cancelled",
    "declined_by_patient",
    "unreachable",
    "expired",
    "entered_in_error",
    "closed_unknown",
  ],
  authorization: [
    "not_required",
    "required",
    "submitted",
    "approved",
    "partially_approved",
    "denied",
    "appealed",
    "expired",
  ],
  scheduling: ["not_ready", "ready", "contacting", "scheduled", "waitlisted", "do_not_schedule"],
  visit: [
    "none",
    "scheduled",
    "arrived",
    "completed",
    "no_show",
    "left_without_seen",
    "cancelled_by_patient",
    "cancelled_by_provider",
    "rescheduled",
    "outcome_unknown",
    "econsult_completed",
  ],
  information: ["none", "requested", "interim", "received", "acknowledged"],
} as const;

export type Axis = keyof typeof axes;

/** Raw words outside the five axes that are mapped the same way, value by value. */
export const vocabularies = {
  channel: ["telephone", "text", "email", "portal", "letter", "in_person", "fax"],
  outcome: [
    "reached",
    "left_message",
    "no_answer",
    "wrong_number",
    "undelivered",
    "opted_out",
    "declined",
    "scheduled",
  ],
  purpose: ["schedule", "reminder", "no_show", "records", "notify_referrer", "authorization"],
  document: ["consult_note", "result", "interim", "records", "letter", "entered_in_error"],
  adjustment: ["original", "replacement", "void"],
  claim: ["finished", "planned", "cancelled", "denied"],
  priority: ["emergency", "urgent", "soon", "routine"],
  // Of class and direction. Some systems tell only one end: sent by us (outgoing or internal), received by us (incoming or internal).
  direction: ["internal", "incoming", "outgoing", "sent", "received"],
  type: [
    "specialist_visit",
    "diagnostic_service",
    "behavioral_health",
    "home_care",
    "social_need",
    "econsult",
    "not_a_referral",
  ],
  reason: [
    "patient_choice",
    "continuity",
    "payer_mandate",
    "service_not_offered",
    "missing_information",
    "wrong_specialty",
    "no_capacity",
    "out_of_network",
    "no_longer_needed",
    "duplicate",
    "other",
  ],
} as const;
