// Closing the loop: how many referrals end with an answer to the clinician who asked, how long that takes, and what is only called closed.
import { html } from "htl";
import { bars } from "./bars.ts";
import { numberColumn, shareColumn, shareText } from "./columns.ts";
import { define } from "./define.ts";
import { type Dimension, Fact, type FactData } from "./facts.ts";
import { empty } from "./figure.ts";
import { type Finding, findings } from "./findings.ts";
import { count, date, months, plural, rate } from "./format.ts";
import { headlines } from "./headline.ts";
import { Kit, type PageData, spanLabel } from "./kit.ts";
import type { SiteData } from "./page.ts";
import { type Filters, live } from "./state.ts";
import { table } from "./table.ts";

/** The official measure of one calendar year; counts are null where they are too small to publish. */
export interface Cms50 {
  readonly year: number;
  /** Months that the exports cover so far: 1 and 12 for a whole year. */
  readonly first: number;
  readonly last: number;
  /** Value sets that are missing or incomplete. */
  readonly missing: string | null;
  readonly denominator: number | null;
  readonly numerator: number | null;
  /** Of the denominator, those with any referral of the year closed by our own rule. */
  readonly closed: number | null;
  /** Why patients of the denominator are not in the numerator, and those of reasons with too few patients together. */
  readonly reasons: readonly { readonly reason: string; readonly patients: number }[];
  readonly others: number | null;
}

export interface LoopData extends PageData {
  /** Orders closed, by whom: with and without evidence. */
  readonly audit: { readonly fact: FactData; readonly dimension: Dimension };
  readonly cms50: readonly Cms50[];
}

const missing = "No referrals are old enough to tell, or no visits and notes have been loaded.";
const noNotes = "No visit has a note yet: no feed of consult notes or results has been loaded.";

export function loopPage(site: SiteData, data: LoopData) {
  const kit = new Kit(site, data);
  const { figures } = kit;
  return {
    filters: kit.filters(),
    headlines: live((filters) =>
      headlines([
        kit.share("loop_closed", filters),
        kit.share("loop_visit", filters),
        kit.share("loop_acknowledged", filters),
        kit.share("note_open_14", filters),
      ]),
    ),
    findings: live((filters) => findings(found(kit, filters))),
    trend: kit.trend("loop_closed", {
      title: "Do more referrals come back with an answer?",
      subtitle: "Share of referrals closed within 90 days, by month of order",
      missing,
    }),
    nested: live((filters) => {
      const steps = (["loop_visit", "loop_closed", "loop_acknowledged"] as const).flatMap((key) => {
        const metric = figures.share(key);
        const share = metric.over(filters, kit.span(metric, filters).now);
        return share ? [{ label: metric.data.label, value: share.rate }] : [];
      });
      return bars({
        title: "Where is the answer lost?",
        subtitle: "Share of referrals within 90 days; each line asks for more than the one above",
        unit: "Share",
        format: rate,
        bars: steps.length === 3 ? steps : [],
        empty: figures.share("loop_visit").known ? kit.tooFew(filters) : missing,
      });
    }),
    late: live((filters) => {
      const open = ([7, 14, 30] as const).flatMap((days) => {
        const metric = figures.share(`note_open_${days}`);
        const share = metric.over(filters, kit.span(metric, filters).now);
        return share ? [{ label: `${days} days after the visit`, value: share.rate }] : [];
      });
      return bars({
        title: "How long do notes take?",
        subtitle: "Share of attended visits whose note is not back",
        unit: "No note yet",
        format: rate,
        bars: open.length === 3 ? open : [],
        empty: figures.share("note_open_14").known ? kit.tooFew(filters) : noNotes,
      });
    }),
    specialty: kit.bars("loop_closed", "specialty", {
      title: "Which specialties answer least?",
      missing,
    }),
    audit: kit.trend("closed_without_evidence", {
      title: "How many are called closed without evidence?",
      subtitle: "Closed as completed or without a reason, with neither a visit nor a document; by month of closing",
      missing: "Nothing has been closed yet.",
    }),
    table: live((filters) =>
      kit.table({
        by: "specialty",
        caption: `Specialties, ordered ${spanLabel(kit.span(figures.share("loop_closed"), filters).now)}`,
        file: "closing-the-loop",
        columns: [
          kit.ofColumn("loop_closed", "specialty", filters, "Referrals"),
          kit.shareColumn("loop_visit", "specialty", filters),
          kit.shareColumn("loop_closed", "specialty", filters),
          kit.shareColumn("loop_acknowledged", "specialty", filters, "Acknowledged"),
          kit.shareColumn("note_open_14", "specialty", filters, "No note after 14 days"),
          kit.daysColumn("days_to_note", "specialty", "Days to the note"),
        ],
        missing,
      }),
    ),
    closers: closers(data.audit),
    cms50: official(data.cms50),
  };
}

/** Said only when certain. */
function found(kit: Kit, filters: Filters): Finding[] {
  const result: Finding[] = [];
  const at = (key: string) => {
    const metric = kit.figures.share(key);
    return metric.over(filters, kit.span(metric, filters).now);
  };
  const visit = at("loop_visit");
  const closed = at("loop_closed");
  if (visit && closed && visit.rate - closed.rate >= 0.05) {
    const lost = visit.met !== null && closed.met !== null ? visit.met - closed.met : null;
    result.push({
      tone: "concern",
      sentence: `Of 100 referrals, ${Math.round(100 * (visit.rate - closed.rate))} have had their visit, or will have none, and the clinician who asked was not told.`,
      figures: `${shareText(visit)} closed by a visit or a refusal, ${shareText(closed)} answered${lost === null ? "" : `: ${plural(lost, "referral")} apart`}.`,
    });
  }
  const open = at("note_open_30");
  if (open && open.rate >= 0.1) {
    result.push({
      tone: "concern",
      sentence: `${shareText(open)} of visits have no note 30 days later.`,
      figures: open.of === null ? "" : `${count(open.met ?? 0)} of ${count(open.of)} visits.`,
    });
  }
  return result;
}

/** Who closes, and how much of it without a visit and without a note. */
function closers({ fact, dimension }: LoopData["audit"]): HTMLElement {
  const audit = new Fact(fact, [dimension]);
  const at = (name: string, part: string) => audit.total({ closer: name }, undefined, part);
  const known = dimension.values.filter((name) => at(name, "all") !== null);
  if (known.length === 0) return empty("Too few records have been closed to tell by whom.");
  const number = (label: string, part: string) => numberColumn<string>(label, (name) => at(name, part));
  return table<string>({
    caption: "Who closes records, all orders so far",
    file: "closure-audit",
    columns: [
      { label: dimension.label, value: (name) => name },
      number("Closed", "all"),
      number("With a visit or a note", "with"),
      number("With neither, as if done", "without"),
      shareColumn("Share with neither", (name) => {
        const [all, without] = [at(name, "all"), at(name, "without")];
        return all && without !== null ? without / all : null;
      }),
    ],
    rows: known,
  });
}

const what =
  "Medicare's quality measure CMS50: patients of a calendar year whose first referral, ordered by October 31, was answered by a report before the year's end. One referral for each patient, so it is not the rate above. By our own rule any referral of the year counts, whenever its answer came.";

function official(years: readonly Cms50[]): HTMLElement {
  if (years.length === 0)
    return empty(
      "CMS50 needs an export of FHIR resources and its value sets; none has been loaded. The rates above need neither.",
    );
  const lacking = years.find(({ missing }) => missing)?.missing;
  if (lacking) return empty(`CMS50 cannot be counted: these value sets are missing or incomplete: ${lacking}.`);
  const share = (part: number | null, of: number | null) => (part !== null && of ? part / of : null);
  const rates = table<Cms50>({
    caption: "CMS50, closing the referral loop",
    file: "cms50",
    columns: [
      { label: "Year", value: spanOf, short: true },
      numberColumn("Patients", (one) => one.denominator),
      numberColumn("Report back", (one) => one.numerator),
      numberColumn("Rate", (one) => share(one.numerator, one.denominator), { show: rate }),
      numberColumn("By our own rule", (one) => share(one.closed, one.denominator), { show: rate }),
    ],
    rows: years,
  });
  const open = years.find(({ last }) => last < 12);
  const said =
    open && `${open.year} is not over: referrals until October 31 and reports until December 31 still count.`;
  return html`<div>${define("What CMS50 is", what)}${rates}${said ? html`<p>${said}</p>` : ""}${unanswered(years)}</div>`;
}

const rare = "other reasons";

/** Why patients are counted without an answer, year beside year; in each year the rare reasons are told together. */
function unanswered(years: readonly Cms50[]): HTMLElement | string {
  const patients = ({ reasons }: Cms50, reason: string) =>
    reasons.find((one) => one.reason === reason)?.patients ?? null;
  const all = (reason: string) => years.reduce((sum, year) => sum + (patients(year, reason) ?? 0), 0);
  const told = new Set(years.flatMap(({ reasons }) => reasons.map(({ reason }) => reason)));
  const rows = [...told].sort((a, b) => all(b) - all(a));
  if (years.some(({ others }) => others !== null)) rows.push(rare);
  if (rows.length === 0) return "";
  return table<string>({
    caption: "CMS50: why a referral counts as unanswered, patients",
    file: "cms50-unanswered",
    columns: [
      { label: "Reason", value: (reason) => `${reason[0]!.toUpperCase()}${reason.slice(1)}` },
      ...years.map((year) =>
        numberColumn<string>(spanOf(year), (reason) => (reason === rare ? year.others : patients(year, reason))),
      ),
    ],
    rows,
  });
}

/** "2025", or the months of it that the exports cover: "Jan–Sep 2026". */
const spanOf = ({ year, first, last }: Cms50) =>
  first === 1 && last === 12
    ? String(year)
    : months(date(`${year}-${String(first).padStart(2, "0")}-01`), last - first + 1);
