// Labels that columns go by, field by field, as exports of the field write them. `keepage draft` recognizes headers by this list; add a
// label when a site's export has one that means the same everywhere. Case, blanks, underscores and abbreviations need no entries.
import type { EntityName } from "../contract.ts";

/** Ways to write a word. "nothing" is left out. */
export const spellings = `
  appointment: appt | appts | apt | appointments
  authorization: auth | authorisation | preauth | precert | authorizations
  location: dept | dep | department | facility | clinic | site | loc
  diagnosis: dx | icd | icd10
  procedure: px | proc | cpt | hcpcs
  provider: prov | doctor | dr | clinician | physician | phys | practitioner
  organization: org | organisation | practice
  patient: pt | pat | client | person | pats
  received: rcvd | recvd | recd | receive
  acknowledged: ack | acknowledge | reviewed
  referral: rfl | referal | ref | refer | referrals | referred | refd
  reason: rsn | reasons
  scheduling: sched | schedule
  status: stat | state | disposition
  specialty: spec | speciality
  number: num | no | nbr | nr | guid | uuid
  required: reqd | req
  phone: tel | telephone | mobile | cell
  email: mail
  insurance: ins
  payer: payor | insurer | carrier
  birth date: dob | birthdate | birthday | bday | born
  language: lang
  interpreter: interp
  transport: transportation | ride
  address: addr
  workqueue: wq
  service: svc
  service date: dos
  date: dttm | datetime | dt | dtm | timestamp | instant | day | on | at | when | dates
  expires: exp | expiration | expiry | expire
  canceled: cancelled | cancel
  attempt: attempts
  barrier: barriers
  visit: visits | encounter | enc
  document: doc | docs | documents
  created: create | creation
  entered: entry | enter
  made: booked | make
  code: cd | codes
  priority: urgency
  amount: amt
  last name: lname | lastname | surname
  first name: fname | firstname
  first: 1st
  sub status: substatus
  nothing: the | of | a | an | was | is | yn | flag | ind | s
`;

export const labels: Readonly<Record<EntityName | "person", string>> = {
  person: `
    patient_id: Patient ID | MRN | Patient MRN | PAT_MRN_ID | Medical Record Number | Medical Record # | Chart Number | Chart # | CMRN | Client ID | Member ID | Patient Number | Account Number
    patient_mrn: MRN | Patient MRN | PAT_MRN_ID | Medical Record Number | Medical Record # | Chart Number | Chart #
    patient_name: Patient | Patient Name | Patient Full Name | Full Name | Client | Client Name | Member Name
    patient_birth_date: DOB | Date of Birth | Birth Date | Patient DOB
    patient_phone: Phone | Phone Number | Home Phone | Patient Phone | Contact Number | Contact Phone | Cell Phone
    patient_email: Email | E-mail | Email Address | Patient Email
    patient_address: Address | Street | Street Address | Home Address | Patient Address
    language: Language | Preferred Language | Primary Language | Spoken Language
    interpreter_needed: Interpreter | Interpreter Needed | Needs Interpreter | Interpreter Required
    transport_needed: Transport | Transport Needed | Needs Transport | Transportation Needed
    barrier: Barrier | SDOH Barrier | Barrier to Care | Barriers
    distance_miles: Miles | Distance | Distance Miles
    payer: Payer | Payer Name | Insurance | Insurance Name | Primary Insurance | Primary Payer | Insurance Company | Payor ID Payor Name
    plan: Plan | Plan Name | Benefit Plan | Insurance Plan | Benefit Plan Name | Insurance Package Name
  `,
  referral: `
    referral_id: Referral Number | Referral No. | Ref # | Reference # | Referral Key | Referral Epic Id | Order ID | Referral SID | Case ID | Case Number | Referral Ref | Log #
    ordered_at: Ordered | Order Date | Date Ordered | Entry Date | Entered | Created | Created Date | Creation Date | Date Created | Referral Date | Date Referred | Date | Written Date | Referral Written Date | Date of Referral | Requested Date | Authored On | Start Instant
    entered_at: Entered | Entry Date | Date Entered | Create Date
    sent_at: Sent | Sent Date | Date Sent | Faxed | Date Faxed | Submitted | Submitted Date | Referral Sent
    received_at: Received | Received Date | Date Received | Referral Received | Referral Received Date
    status: Referral Status | Status | Order Status | Current Status | Case Status | Outcome
    substatus: Sub Status | Triage | Triage Decision | Status Detail
    status_reason: Status Reason | Reason for Status | Referral Status Reason
    status_at: Status Date | Status Update Date | Status Changed | Status Change Date | Last Status Date | Last Updated | Decision Date
    status_by: Status By | Status User | Status Changed By | Updated By | Last Updated By
    scheduling_status: Sched Status | Scheduling Status
    authorization_status: Auth Status | Authorization Status | Approval Status | Prior Auth Status | Prior Authorization Status
    visit_status: Visit Status | Encounter Status | Attended | Visit Outcome | Kept | Appt Kept
    information_status: Report Status | Consult Note Status | Note Status | Is Consult Note Attached | Consult Note Attached
    pend_reason: Pend Reason | Pending Reason | Hold Reason
    close_reason: Close Reason | Closed Reason | Closure Reason | Reason Closed | Discharge Reason
    closed_at: Closed | Closed Date | Date Closed | Close Date | Discharge Date | Completed Date | Date Completed | Date Done
    closed_by: Closed By
    expires_at: Expires | Exp Date | Expiration Date | Expires On | End Date | Referral End Date | Ref End Date
    schedule_by: Schedule By | Sched By Date | Due Date | Schedule By Date | Service By Date | Due
    first_contact_at: First Contact | First Contact Date | First Call | First Attempt | First Call Made
    last_contact_at: Last Contact | Last Contact Date | Last Call | Last Attempt | Date of Last Contact
    contact_attempts: # Attempts | Attempts | Number of Attempts | Contact Attempts | # Calls | Call Attempts
    appointment_made_at: Appt Made | Appointment Made | Date Scheduled | Scheduled Date | Appt Made Date | Date Booked | Scheduled On
    appointment_at: Appt | Appt Date | Appointment | Appointment Date | Appt Time | Intake Date | First Appt | First Appointment | Next Appointment | Intake Appt
    appointment_status: Appt Status | Appointment Status
    visit_at: Visit Date | Seen | Date Seen | Seen On | Visit | Completed Visit Date | Date of Visit
    report_received_at: Report Rcvd | Report Received | Date Report Received | Reply Date | Consult Note Received | Consult Received | Consult Report Received | Note Received | Note Sent | Results Received | Result Received | Rpt Received Date
    report_acknowledged_at: Report Ack | Report Acknowledged | Consult Reviewed Date | Report Reviewed
    referrer_notified_at: Referrer Notified | Referring Notified | PCP Notified | Notified
    type: Type | Referral Type | Order Type | Kind
    class: Class | Referral Class
    direction: Direction | Referral Direction | Referral Type | Ref Type | Type | Order Type
    priority: Priority | Urgency | Referral Priority | Urgent
    specialty: Specialty | Referred To Specialty | Referral To Specialty | Ref Specialty | Provider Specialty | Service | Medical Service | Program | Referral Specialty | Refd To Spec | Prov Spec | Specialty Requested
    reason: Reason | Reason for Referral | Referral Reason | Rsn for Rfl | Presenting Problem
    diagnosis_code: Dx | Diagnosis | Diagnosis Code | Primary Diagnosis | ICD-10 | Dx Code
    procedure_code: Procedure | Procedure Code | CPT | CPT Code | Service Code
    referring_provider: Referring Provider | Referred By Provider | Referred By | Referring | Ordering Provider | Ordered By | Ref From Name | Refer From | From Provider | PCP | Referring Doctor | Referral Source
    referring_npi: Referring NPI | Referred By NPI | Referring Provider NPI | Ordering NPI | Ref From NPI | Ref From P 2p NPI
    referring_location: Referring Dept | Referred By Dept | Referring Location | Referring Site | From Facility | Referring Clinic | From Dept | Sent By Dept
    referring_organization: Referring Organization | Referred By Org | Referring Agency | Referral Agency | Agency
    receiving_provider: Referred To Provider | Referred To | Refer To | Ref To Name | Receiving Provider | Consultant | Specialist | To Provider | Recipient | Therapist | Assigned Provider
    receiving_npi: Referred To NPI | Receiving NPI | Specialist NPI | Ref To NPI | Ref To P 2p NPI
    receiving_location: Referred To Dept | Receiving Dept | Receiving Location | Refd To Dept | Referred To Location | Received By Dept
    receiving_organization: Referred To Org | Receiving Organization | To Facility | Referred To Practice
    authorization_required: Auth Required | Authorization Required | Prior Auth Required | Approval Req | Approval Required | Needs Auth
    authorization_number: Auth # | Auth Number | Auth No | Authorization Number | Prior Auth Number
    authorized_from: Auth From | Authorized From | Auth Start Date | Authorization Start | Ref St Date
    authorized_to: Auth To | Authorized To | Auth End Date | Authorization End
    visits_authorized: Visits Auth | Visits Authorized | Visits Allowed | Authorized Visits | Visits Approved
    parent_referral_id: Parent Reference # | Parent Referral | Source Referral SID | Parent ID
    replaces_referral_id: Replaces | Replaced Referral | Old Referral ID
    queue: Workqueue | Queue | Work Queue | Worklist
    assigned_to: Assigned To | Owner | Coordinator | Referral Coordinator | Case Manager | Worker | Assigned | Liaison | Staff
    destination_reason: Dest Reason | Destination Reason
    leaked_asserted: Leaked? | Leaked | Is Leaked | Leakage
    in_network_asserted: In Network | In Network? | Network Status
    coverage_verified_at: Coverage Verified | Eligibility Verified | Insurance Verified | Verified Date
    sensitive: Part 2 | 42 CFR Part 2 | Sensitive | Confidential
    test_record: Test Pt | Test Patient
  `,
  referral_event: `
    referral_id: Referral Number | Referral # | Ref # | Order ID
    event_id: Event ID | Line | History ID | Hist ID | Change ID
    event_at: Event Date | Event Time | Change Date | Changed | Change Datetime | Change Local | Action Date | Activity Date | Rfl Change
    field: Field | Change Type | Field Name | Changed Field | Event Type | Action Type | Event
    value: New Value | Value | To Value | Event Status | To Status | New Rfl Status | New Status
    previous_value: Previous Value | Old Value | From Value | From Status
    reason: Reason | Change Reason
    event_by: Changed By | User | Change User | Change User ID | Event User | By
  `,
  appointment: `
    appointment_id: Appt ID | Appointment ID | Appointment Number | Appt # | CSN | PAT_ENC_CSN_ID | Visit ID | Appointment Key
    referral_id: Referral ID | Referral # | Ref # | Referral
    made_at: Appt Made | Appointment Made | Made | Booked On | Date Booked | Date Made | Created | Created Date
    starts_at: Appt | Appt Date | Appointment Date | Appt Time | Appointment Time | Start | Start Time | Starts | Date of Appointment | Start Date
    status: Appt Status | Appointment Status | Status
    status_at: Status Date | Status Changed
    status_by: Status By | Cancel Initiator | Canceled By
    canceled_at: Canceled | Cancel Date | Canceled On | Appt Cancel
    cancel_reason: Cancel Reason | Cancellation Reason | Reason Canceled | Cancelation Reason
    checked_in_at: Check-in | Checked In | Checkin | Check In Time | Arrival Time | Arrived
    first_offered_for: First Offered
    provider: Provider | Provider Name | Visit Provider | Resource | Seen By
    provider_npi: Provider NPI | NPI
    location: Department | Department Name | Location | Clinic | Site
    specialty: Specialty | PRC Specialty | Department Specialty | Provider Specialty
    visit_type: Visit Type | Appointment Type | Appt Type
    modality: Modality | Mode | Visit Mode
    reminders: Reminders | Reminders Sent
    interpreter_arranged: Interpreter Arranged | Interpreter Booked
    transport_arranged: Transport Arranged | Ride Arranged
    coverage_verified_at: Coverage Verified | Eligibility Verified
  `,
  authorization: `
    authorization_id: Auth ID | Authorization ID | Auth Request ID | Request ID | Tracking Number
    authorization_number: Auth # | Auth Number | Authorization Number | Payer Auth Number | Insurance Auth Number
    referral_id: Referral ID | Referral # | Ref #
    status: Auth Status | Authorization Status | Status | Determination | Decision
    status_at: Status Date
    expedited: Expedited | Urgent
    submitted_at: Submitted | Submitted Date | Request Date | Date Submitted | Requested
    decided_at: Decided | Decision Date | Determination Date | Approved Date
    appealed_at: Appealed | Appeal Date
    denial_reason: Denial Reason | Deny Reason | Reject Reason
    valid_from: Valid From | Auth From | Auth Start | Auth Start Date | Effective Date | From Date
    valid_to: Valid To | Auth To | Auth End | Auth End Date | Auth Expires | Expiration Date | To Date
    visits_requested: Visits Requested | Requested Visits
    visits_approved: Visits Approved | Approved Visits | Visits Auth
  `,
  contact: `
    contact_id: Contact ID | Call ID | Attempt ID | Outreach ID
    referral_id: Referral ID | Referral # | Ref #
    attempted_at: Contact Time | Contact Date | Call Date | Attempt Date | Date of Contact | Call Time | Outreach Date | Date Called | Attempted
    channel: Method | Contact Method | Channel | Contact Type | Mode
    outcome: Outcome | Result | Contact Result | Call Result | Call Outcome | Contact Outcome
    purpose: Purpose | Contact Reason | Call Reason | Call Purpose
    language: Language Used
    contacted_by: User | Caller | Called By | Contacted By | Staff
  `,
  document: `
    document_id: Document ID | Doc ID | Document Number
    referral_id: Referral ID | Referral # | Ref # | Ties to Order ID
    type: Document Type | Doc Type | Note Type | Type
    status: Document Status | Status
    performed_from: Performed | Service Date | Date of Service | Performed Date
    performed_to: Performed To
    requested_at: Requested | Requested Date
    received_at: Received | Received Date | Scanned | Date Received | Scan Date
    acknowledged_at: Acknowledged | Reviewed | Reviewed Date | Signed Date
    author: Author | Author Name | Written By
    author_npi: Author NPI
  `,
  visit: `
    visit_id: Claim ID | Claim Number | Claim # | Encounter ID | Visit ID | CUR_CLM_UNIQ_ID
    line: Line | Claim Line | Claim Line Number | Line Number | CLM_LINE_NUM
    kind: Kind | Record Type
    patient_id: Person ID | Member ID | Bene MBI ID
    referral_id: Referral ID
    status: Claim Status | Encounter Status | Visit Status | Status
    started_at: Service Date | Date of Service | DOS | From Date | Service From Date | Claim Start Date | Claim Line Start Date | Encounter Date | Visit Date | CLM_FROM_DT | Start Date
    ended_at: To Date | Service To Date | Claim End Date | Claim Line End Date | CLM_THRU_DT | End Date
    procedure_code: Procedure Code | CPT | CPT Code | HCPCS Code | HCPCS
    modifier: Modifier | HCPCS Modifier 1 | Modifier 1
    revenue_code: Revenue Code | Revenue Center Code
    place_of_service: Place of Service | POS | Place of Service Code
    diagnosis_code: Diagnosis Code 1 | Diagnosis Code | Dx | Dx 1 | Primary Diagnosis
    specialty: Specialty | Rendering Specialty | Provider Specialty
    rendering_provider: Rendering Provider | Rendering Provider Name | Servicing Provider
    rendering_npi: Rendering NPI | Rendering Provider NPI | RNDRG_PRVDR_NPI_NUM
    rendering_tin: Rendering TIN | CLM_RNDRG_PRVDR_TAX_NUM
    billing_npi: Billing NPI | Billing Provider NPI
    billing_tin: Billing TIN | Tax ID | TIN
    facility_npi: Facility NPI
    referring_npi: Referring NPI | X Referring NPI | Referring Provider NPI
    location: Location | Department | Department Name
    organization: Organization | Billing Organization
    referral_number: Referral Number
    authorization_number: Auth Number | Authorization Number | Prior Auth Number
    paid_on: Paid Date | Paid On | Date Paid
    allowed_amount: Allowed Amount | Allowed
    paid_amount: Paid Amount | Paid
    adjustment: Adjustment | Adjustment Type | CLM_ADJSMT_TYPE_CD
    adjusts_visit_id: Original Claim ID | Adjusted Claim ID
    adjustment_reason: CARC | Adjustment Reason | Adjustment Reason Codes
    in_network_asserted: In Network | In Network Flag
  `,
  provider: `
    provider_id: Provider ID | NPI | Roster ID
    npi: NPI | Provider NPI | Individual NPI
    name: Provider | Provider Name | Name | Practitioner Name
    kind: Entity Type | Provider Type | Kind
    specialty: Specialty | Primary Specialty | Taxonomy Description
    taxonomy_code: Taxonomy | Taxonomy Code | Primary Taxonomy Code
    organization: Group | Group Name | Organization | Practice Name
    tin: TIN | Tax ID | Group TIN
    location: Location | Location Name | Practice Location | Site
    postal_code: Zip | Zip Code | Postal Code
    latitude: Latitude | Lat
    longitude: Longitude | Lon | Lng
    affiliated: Affiliated | Employed | Affiliation
    contracted: Contracted | Participating | In Network | Par
    tier: Tier | Network Tier
    effective_from: Effective | Effective Date | Effective From | Start Date | Eff Date
    effective_to: Effective To | Term Date | Termination Date | End Date | Effective Through
    accepting: Accepting | Accepting New Patients | Accepting Patients | Panel Open
    languages: Languages | Languages Spoken
    age_from: Age From | Min Age | Youngest Age
    age_to: Age To | Max Age | Oldest Age
  `,
  capacity: `
    sampled_on: Sample Date | Sampled | As Of | As Of Date | Survey Date
    specialty: Specialty | Service
    location: Location | Department | Site
    provider_id: Provider ID | NPI
    provider_npi: NPI | Provider NPI
    visit_type: Visit Type | Appointment Type
    payer: Payer | Insurance
    slots_total: Slots | Total Slots | Slots Total | Slots Next 30
    slots_open: Open Slots | Slots Open | Available Slots | Open Next 30
    third_next_available: Third Next Available | TNA | 3rd Next Available | TNAA
    accepting: Accepting | Accepting New | Accepting New Patients
  `,
  patient: `
    sex: Sex | Gender
    postal_area: Zip3 | Postal Area
    coverage_from: Coverage From | Coverage Start | Coverage Start Date | Enrollment Start Date
    coverage_to: Coverage To | Coverage End | Coverage End Date | Enrollment End Date
    attributed_npi: PCP NPI | Attributed NPI
    alias_system: Alias System
    alias_id: Alias ID | Alias | Other ID
    merged_into_id: Merged Into | Surviving MRN | Merged To | CRNT_NUM
    merged_at: Merged | Merge Date
    unmerged_at: Unmerged
    deceased_at: Deceased | Death Date | Date of Death | Deceased Date
    test_record: Test Pt | Test Patient
    contact_opt_out: Opt Out | Do Not Contact
  `,
};
