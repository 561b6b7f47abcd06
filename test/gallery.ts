// Every component with invented numbers, for the tests and for looking at: what a page builder can choose from.
import { bars } from "../reports/components/bars.ts";
import { curves } from "../reports/components/curves.ts";
import { define } from "../reports/components/define.ts";
import { empty } from "../reports/components/figure.ts";
import { findings } from "../reports/components/findings.ts";
import { flow } from "../reports/components/flow.ts";
import { percent, rate } from "../reports/components/format.ts";
import { type FunnelLimit, funnel } from "../reports/components/funnel.ts";
import { headlines } from "../reports/components/headline.ts";
import { intervals } from "../reports/components/intervals.ts";
import { split } from "../reports/components/split.ts";
import { type TrendPoint, trend } from "../reports/components/trend.ts";

const month = (i: number) => new Date(Date.UTC(2024, i, 1));
const points = (value: (i: number) => number): TrendPoint[] =>
  Array.from({ length: 24 }, (_, i) => ({
    label: month(i).toISOString().slice(0, 7),
    from: month(i),
    to: month(i + 1),
    value: value(i),
    state: i === 23 ? "partial" : i > 20 ? "immature" : "final",
    ...(i === 9 && { signal: "concern" as const }),
    ...(i === 16 && { signal: "improvement" as const }),
  }));
const wave = (i: number) =>
  0.62 + 0.05 * Math.sin(i * 1.7) - (i === 9 ? 0.15 : 0) + (i === 16 ? 0.14 : 0) - (i > 20 ? 0.1 * (i - 20) : 0);
const theta = 0.12;
const limits: FunnelLimit[] = Array.from({ length: 60 }, (_, i) => {
  const n = 20 + i * 12;
  const at = (z: number) => z * Math.sqrt((theta * (1 - theta)) / n);
  return {
    n,
    low95: Math.max(0, theta - at(1.96)),
    high95: theta + at(1.96),
    low998: Math.max(0, theta - at(3.09)),
    high998: theta + at(3.09),
  };
});
const curve = (share: number, speed: number) =>
  Array.from({ length: 121 }, (_, day) => ({ day, share: share * (1 - Math.exp(-day / speed)) }));

document.querySelector("main")!.append(
  headlines([
    { label: "Referrals", value: "12,854", compare: "+4.2% on the 12 months before" },
    {
      label: define("Completed in 90 days", "Episodes with an attended visit within 90 days of the order."),
      value: "58.1%",
      compare: "target 65%",
    },
    { label: "Urgent, not triaged", value: "14", breach: "Over the limit.", compare: "limit 0 after one business day" },
  ]),
  findings([
    {
      tone: "concern",
      sentence: "Dermatology scheduling fell below its limits in March.",
      figures: "41.0% of 188, expected 49–63%.",
    },
    {
      tone: "improvement",
      sentence: "Cardiology notes come back faster since January.",
      figures: "Median 9 days, before 14.",
    },
  ]),
  trend({
    title: "Are more patients scheduled within 90 days?",
    subtitle: "Share of episodes by month of order; hollow: outcomes not all in",
    description: "A line.",
    points: points(wave),
    kind: "line",
    format: rate,
    axis: percent,
    limits: { center: 0.62, low: 0.52, high: 0.72 },
    target: 0.65,
  }),
  trend({
    title: "Do more calls go out?",
    description: "Bars.",
    points: points((i) => 400 + 30 * Math.sin(i) - (i === 9 ? 160 : 0) + (i === 16 ? 160 : 0)),
  }),
  trend({
    title: "Is anything known yet?",
    description: "Nothing.",
    points: [],
    empty: "No outreach feed has been loaded since January 2026.",
  }),
  funnel({
    title: "Does any clinic miss more visits than chance explains?",
    unit: "appointments",
    center: theta,
    limits,
    points: [
      ...Array.from({ length: 24 }, (_, i) => ({
        label: `Clinic ${i + 1}`,
        n: 40 + ((i * 137) % 640),
        rate: theta + 0.03 * Math.sin(i * 2.3),
      })),
      { label: "School-Based Clinic", n: 160, rate: 0.24, signal: "concern" as const },
      { label: "Telehealth Hub", n: 420, rate: 0.05, signal: "improvement" as const },
    ],
  }),
  curves({
    title: "What becomes of a referral as days pass?",
    days: [0, 14, 30, 60, 90, 120],
    curves: [
      { label: "Visit attended", aim: true, points: curve(0.55, 40) },
      { label: "Declined", points: curve(0.08, 30) },
      { label: "Canceled", points: curve(0.1, 60) },
      { label: "Not reached", points: curve(0.05, 80) },
    ],
  }),
  flow({
    title: "Of 100 referrals, how many reach each step?",
    steps: [
      {
        label: "ordered",
        count: 12_854,
        days: 3,
        leave: [
          { label: "returned", count: 640 },
          { label: "canceled", count: 900 },
        ],
      },
      {
        label: "scheduled",
        count: 9_100,
        days: 18,
        leave: [
          { label: "did not come", count: 1_100 },
          { label: "canceled", count: 800 },
        ],
      },
      { label: "attended", count: 7_050, days: 9, leave: [{ label: "no note yet", count: 2_000 }] },
      { label: "note back", count: 5_020, leave: [] },
    ],
  }),
  intervals({
    title: "Do patients who speak other languages wait longer?",
    overall: 0.58,
    intervals: [
      { label: "English", rate: 0.6, low: 0.58, high: 0.62, n: 8_200 },
      { label: "Spanish", rate: 0.49, low: 0.45, high: 0.53, n: 1_900 },
      { label: "Other or not recorded", rate: 0.57, low: 0.5, high: 0.64, n: 310 },
    ],
  }),
  split({
    title: "Where did the visits take place?",
    answer: "18.2% went outside, between 15.1% and 27.4% whatever the unknown ones did.",
    parts: [
      { label: "In network", count: 5_800, kind: "ours" },
      { label: "Outside", count: 1_290, kind: "other" },
      { label: "Not known", count: 870, kind: "unknown" },
      { label: "No visit", count: 540, kind: "none" },
    ],
  }),
  bars({
    title: "Which specialties?",
    unit: "Referrals",
    beforeLabel: "A year before",
    bars: [
      { label: "Cardiology", value: 1_997, before: 1_801 },
      {
        label: "A specialty with a name that is rather long",
        value: 1_204,
        before: 1_402,
        breach: "Over its limit of 1,000",
      },
      { label: "Others", value: 300, rest: true },
    ],
  }),
  empty("No claims feed has been loaded."),
);
