// The register of traps: what exports of referrals do to whoever reads them, each with the tests that show what becomes of it here.
// A test that is renamed or goes is missed here.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** Test file, and the beginning of the test's title. */
type Shown = readonly [file: string, title: string];

const traps: readonly (readonly [trap: string, ...shown: Shown[]])[] = [
  [
    "lists are no events: a row that leaves a list is not closed, and a list cut short proves nothing",
    [
      "lifecycle-history",
      "is told with the time that the list states, else with the interval in which it must have happened",
    ],
    ["lifecycle-history", "left the list: still open, its outcome unknown, since the first list without it"],
    ["lifecycle-history", "moved to another queue: on that list, it has not left"],
    ["lifecycle-traps", "gone from the worklist, then told by a later full extract"],
    ["lifecycle-traps", "past its expiry date and still on the list, a referral is open"],
    ["run", "is held when a snapshot shrinks by more than half, until someone accepts it"],
  ],
  [
    "lists without an id",
    ["cast", "names its records by what they are made of, the same in every list"],
    ["cast", "tells records that are alike apart by their order"],
    ["draft-odd", "a list without numbers: none is made of those that some rows lack"],
  ],
  [
    "what happens between two lists is lost: only what was seen counts, and how often files come is told",
    ["lifecycle-feeds", "a reopening within a week, which no list could show"],
    ["lifecycle-history", "a source of changes says nothing by silence"],
    ["health", "a source's rhythm and what its exports leave out"],
  ],
  [
    "reopened: first and last close are both kept, and the gap in a list",
    ["lifecycle-history", "first and last close are both kept, and whether it was open between"],
    ["lifecycle-history", "reappeared: when, and how long it was missing; the gap is no close"],
    ["lifecycle-wait", "nobody while it is closed: the days between a close and its reopening are left out"],
  ],
  [
    "one need, several orders: resent, reissued, another consultant, re-routed, several receivers",
    ["lifecycle-episodes", "within 90 days of the first are one episode"],
    ["lifecycle-episodes", "a visit of any order completes it; the duplicate's cancellation is no outcome"],
    ["lifecycle-traps", "another consultant: the old one is canceled, a new one started"],
    ["lifecycle-traps", "two orders in one minute are one episode, counted as two orders"],
    ["lifecycle-traps", "re-routed: the parent is redirected, the child goes on"],
    ["lifecycle-traps", "sent to several receivers, a row each"],
  ],
  [
    "ids that two systems share, leading zeros, an authorization's number where a referral's should be",
    ["lifecycle-history", "ids with the same number in two systems are two referrals; leading zeros are part of an id"],
    ["cast", "an identifier keeps its digits, and a word for nothing is none"],
    ["draft-odd", "a list without numbers: none is made of those that some rows lack"],
  ],
  [
    "one referral with many visits, one visit of several referrals, a row for each appointment",
    ["lifecycle-traps", "the first attended visit completes it; later ones move nothing"],
    ["lifecycle-visits", "row-per-referral-x-appointment exports are folded"],
    ["leakage-visits", "one visit and two referrals it might answer"],
  ],
  [
    "the state of an appointment: rebooked, missed then seen, a day that passed without a word",
    ["lifecycle-visits", "cancelled then rebooked ends as rebooked"],
    ["lifecycle-visits", "no-show then attended is completed, with the no-show kept"],
    [
      "lifecycle-visits",
      "an appointment date passed without an outcome is unknown from the next day on, not completed",
    ],
  ],
  [
    "what jobs do is nobody's work: nightly closes, auto-completion, calls by robots",
    ["lifecycle-traps", "auto-completed by a job after the day of the appointment"],
    [
      "lifecycle-status",
      "a condition on a second field: Closed with Expired-Auto Closed means expired; a nightly job is not staff",
    ],
    ["lifecycle-feeds", "attempts are counted; a word to the referrer is none, and a robot's call is marked"],
    ["metrics-episode", "closed without evidence: neither a visit nor a document, by staff and by jobs"],
  ],
  [
    "a visit is no closed loop, nor is a draft of a note, nor one from before the referral",
    ["lifecycle-visits", "a completed visit is not closure: without a note the loop stays open"],
    ["lifecycle-visits", "an interim note, records sent along, a note in error and an unknown paper are no closure"],
    ["lifecycle-visits", "a note before the referral, or before the visit, does not count"],
  ],
  [
    "time: UTC beside local, nights on which clocks change, days without an hour, business days",
    ["lifecycle-traps", "trap: clocks."],
    ["cast", "of another zone is told in the workspace's, across both changes of the clock"],
    ["lifecycle-visits", "date-only: a note of the day of the visit counts"],
    ["metrics-bottleneck", "business days leave out week-ends and holidays, calendar days do not"],
  ],
  [
    "backdating and entry lag: received before ordered, edited expiry, retrospective authorizations, created closed",
    ["lifecycle-traps", "received before it was ordered, answered before it was received"],
    ["lifecycle-traps", "an expiry date edited at the close moves neither the close nor its reason"],
    ["lifecycle-traps", "an authorization that was granted before the order counts from the order on"],
    ["lifecycle-traps", "a record that is closed when it is first seen was open from its order on"],
    ["lifecycle-history", "backdated: a stated time before the list that still showed the old state is not believed"],
  ],
  [
    "patients that are merged, unmerged, in chains and in cycles; a referral moved to another patient",
    ["lifecycle-episodes", "merges, chains and aliases resolve to the survivor; an undone merge does not"],
    ["lifecycle-episodes", "merges in a cycle terminate, at one person"],
    ["lifecycle-traps", "moved to another patient: the newest row says whose it is"],
  ],
  [
    "rows that are no referrals are left out for a stated reason, and counted",
    [
      "lifecycle-episodes",
      "entered in error, test patients, records that are no referral, patients deceased before first contact",
    ],
    ["metrics-episode", "trap: whom a denominator keeps."],
  ],
  [
    "what an export leaves out: each source says it, and every page tells it with its rates",
    ["health", "a source's rhythm and what its exports leave out"],
    ["lifecycle-history", "what already stood on the first list came under observation then"],
  ],
  [
    "denominators: who stays in, and numerator, excluded, immature and unknown beside each rate",
    ["metrics-episode", "trap: whom a denominator keeps."],
    ["metrics-episode", "only mature cohorts count"],
  ],
  [
    "names instead of ids: matched with a score; what is not resolved is unknown, not leaked",
    ["network-roster", "a name is taken for the clinician it fits, in any of the forms that people type"],
    ["network-roster", "below the threshold nobody is meant, and the score says how near it came"],
    ["leakage-destination", "unknown is never in or out: a name that fits nobody"],
  ],
  [
    "what only a note says is not known, and how many rows fill each field is told",
    ["lifecycle-traps", "a denial that no field tells is not known"],
    ["run", "counts how many rows of each source fill each field that it maps"],
  ],
  [
    "outgoing against incoming in one row: the two ends tell, the claims are kept, disagreements counted",
    ["network-direction", "trap: outgoing against incoming in one row."],
    ["network-direction", "which way a referral goes is told by its two ends, whatever the source says"],
    ["network-direction", "disagreements are counted per source"],
    ["demo-truth", "trap 19: rows whose direction contradicts their class are found"],
  ],
  [
    "privacy: no identifier outside the private state and the worklists, no small cell, fixtures of nobody",
    ["run", "keeps identities out of the warehouse and worklists to their owner"],
    ["cli", "nothing that is printed names a patient"],
    ["site-privacy", "publish true numbers, none of them small"],
    ["organization", "knows no real person"],
  ],
];

const texts = new Map<string, string>();
const textOf = (file: string) => {
  const name = file.startsWith("demo-") ? `${file}.ts` : `${file}.test.ts`;
  if (!texts.has(file)) texts.set(file, readFileSync(join(import.meta.dirname, name), "utf8"));
  return texts.get(file)!;
};

/** Every way in which a test of that title begins. */
const openings = (title: string) =>
  ["test", "it", "describe"].flatMap((f) => [`${f}("${title}`, `${f}(\n    "${title}`]);

test.each(traps.map(([trap, ...shown], n) => [n + 1, trap, shown] as const))("trap %i: %s", (_, _trap, shown) => {
  const missing = shown.filter(([file, title]) => !openings(title).some((opening) => textOf(file).includes(opening)));
  expect(missing).toEqual([]);
});

test("there are twenty of them", () => expect(traps).toHaveLength(20));
