// Rates with how sure we are of them, one row each, against the overall rate: for comparing groups without ranking chance.
import { axisX, axisY, dot, gridX, plot, ruleX, ruleY } from "@observablehq/plot";
import { figure } from "./figure.ts";
import { count, percent, rate } from "./format.ts";

export interface Interval {
  readonly label: string;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
  readonly n: number | null;
}

export interface IntervalsOptions {
  readonly title: string;
  readonly subtitle?: string;
  readonly intervals: readonly Interval[];
  readonly overall: number;
  readonly empty?: string;
}

const apart = ({ low, high }: Interval, overall: number) => low > overall || high < overall;

export function intervals(options: IntervalsOptions): HTMLElement {
  const { title, subtitle, intervals, overall } = options;
  const different = intervals.filter((interval) => apart(interval, overall));
  return figure<Interval>({
    title,
    ...(subtitle && { subtitle }),
    ...(options.empty && { empty: options.empty }),
    description: `Overall ${rate(overall)}. ${different.length ? `Different from it: ${different.map((one) => `${one.label} ${rate(one.rate)}`).join(", ")}.` : "None differs from it for certain."}`,
    rows: intervals,
    columns: [
      { label: "Group", value: (one) => one.label },
      { label: "Rate", number: true, value: (one) => one.rate, show: (one) => rate(one.rate) },
      { label: "From", number: true, value: (one) => one.low, show: (one) => rate(one.low) },
      { label: "To", number: true, value: (one) => one.high, show: (one) => rate(one.high) },
      { label: "Of", number: true, value: (one) => one.n, show: (one) => (one.n === null ? "–" : count(one.n)) },
    ],
    note: "The line is the 95% interval; the upright line the overall rate. A filled dot differs from it by more than chance.",
    draw: (width) =>
      plot({
        width,
        height: 44 + intervals.length * 26,
        marginLeft: Math.min(190, Math.max(90, width * 0.3)),
        marginRight: 16,
        style: { fontFamily: "inherit", fontSize: "12px", background: "none", overflow: "visible" },
        x: { label: null, nice: true },
        y: { label: null, domain: intervals.map(({ label }) => label) },
        marks: [
          gridX({ stroke: "var(--line)", strokeOpacity: 1, ticks: 5 }),
          axisX({ ticks: 5, tickSize: 0, tickFormat: percent, fill: "var(--muted)" }),
          axisY({ tickSize: 0, fill: "var(--ink)", lineWidth: Math.min(16, width * 0.026), textOverflow: "ellipsis" }),
          ruleX([overall], { stroke: "var(--ink)" }),
          ruleY(intervals, { y: "label", x1: "low", x2: "high", stroke: "var(--accent)", strokeWidth: 1.5 }),
          dot(intervals, {
            y: "label",
            x: "rate",
            r: 4.5,
            stroke: "var(--accent)",
            fill: (one: Interval) => (apart(one, overall) ? "var(--accent)" : "var(--paper)"),
          }),
        ],
      }),
  });
}
