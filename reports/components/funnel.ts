// A funnel plot: rates of providers or places against how many they rest on, inside limits that widen where there are few.
// Not a league table: whoever lies within the limits does not differ from the others by more than chance.
import { axisX, axisY, dot, gridY, line, plot, pointer, ruleY, text, tip } from "@observablehq/plot";
import { figure } from "./figure.ts";
import { count, percent, rate } from "./format.ts";

export interface FunnelPoint {
  readonly label: string;
  readonly n: number;
  readonly rate: number;
  /** Outside the outer limits. */
  readonly signal?: "improvement" | "concern";
}

/** Limits at a number of cases; computed where the data is, not here. */
export interface FunnelLimit {
  readonly n: number;
  readonly low95: number;
  readonly high95: number;
  readonly low998: number;
  readonly high998: number;
}

export interface FunnelOptions {
  readonly title: string;
  readonly subtitle?: string;
  readonly points: readonly FunnelPoint[];
  readonly limits: readonly FunnelLimit[];
  readonly center: number;
  /** What is counted along the bottom, "appointments". */
  readonly unit: string;
  readonly empty?: string;
}

const tone = { improvement: "var(--improvement)", concern: "var(--concern)" } as const;

export function funnel(options: FunnelOptions): HTMLElement {
  const { title, subtitle, points, limits, center, unit } = options;
  const outside = points.filter((point) => point.signal);
  return figure<FunnelPoint>({
    title,
    ...(subtitle && { subtitle }),
    ...(options.empty && { empty: options.empty }),
    description: `${points.length} dots; ${outside.length} outside the limits${outside.length ? `: ${outside.map(({ label }) => label).join(", ")}` : ""}. Overall ${rate(center)}.`,
    rows: points,
    columns: [
      { label: "Name", value: (point) => point.label },
      { label: `Number of ${unit}`, number: true, value: (point) => point.n, show: (point) => count(point.n) },
      { label: "Rate", number: true, value: (point) => point.rate, show: (point) => rate(point.rate) },
      {
        label: "Against the limits",
        value: (point) =>
          point.signal === "concern" ? "worse than chance" : point.signal ? "better than chance" : "within",
      },
    ],
    draw: (width) =>
      plot({
        width,
        height: Math.round(Math.min(400, Math.max(240, width * 0.5))),
        marginLeft: 44,
        marginRight: 16,
        marginBottom: 40,
        style: { fontFamily: "inherit", fontSize: "12px", background: "none", overflow: "visible" },
        x: { label: `Number of ${unit}`, zero: true, nice: true },
        y: { label: null, nice: true },
        marks: [
          gridY({ stroke: "var(--line)", strokeOpacity: 1, ticks: 5 }),
          axisY({ ticks: 5, tickSize: 0, tickFormat: percent, fill: "var(--muted)" }),
          axisX({
            ticks: width < 480 ? 4 : 8,
            tickSize: 0,
            fill: "var(--muted)",
            labelAnchor: "center",
            labelArrow: "none",
          }),
          ruleY([center], { stroke: "var(--muted)" }),
          ...(["low95", "high95"] as const).map((y) =>
            line(limits, { x: "n", y, stroke: "var(--line-strong)", strokeDasharray: "3 3" }),
          ),
          ...(["low998", "high998"] as const).map((y) => line(limits, { x: "n", y, stroke: "var(--line-strong)" })),
          dot(
            points.filter((point) => !point.signal),
            { x: "n", y: "rate", r: 3.5, fill: "var(--rest)" },
          ),
          dot(outside, {
            x: "n",
            y: "rate",
            r: 5,
            symbol: (point: FunnelPoint) => (point.signal === "concern" ? "triangle" : "diamond"),
            fill: (point: FunnelPoint) => tone[point.signal!],
          }),
          // On the side where there is room.
          ...(["start", "end"] as const).map((textAnchor) =>
            text(
              outside.filter(({ n }) => n * 2 > Math.max(...points.map((point) => point.n)) === (textAnchor === "end")),
              { x: "n", y: "rate", text: "label", dx: textAnchor === "end" ? -9 : 9, textAnchor, fill: "var(--ink)" },
            ),
          ),
          tip(
            points,
            pointer({
              x: "n",
              y: "rate",
              title: (point: FunnelPoint) => `${point.label}\n${rate(point.rate)} of ${count(point.n)} ${unit}`,
              fill: "var(--surface)",
              stroke: "var(--line-strong)",
            }),
          ),
        ],
      }),
  });
}
