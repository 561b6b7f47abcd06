// Draws a trend with Plot.
import { areaY, axisX, axisY, dot, gridY, lineY, plot, pointerX, rectY, ruleY, tip } from "@observablehq/plot";
import type { TrendLimits, TrendPoint } from "./trend.ts";

interface Drawing {
  readonly points: readonly TrendPoint[];
  readonly kind: "bars" | "line";
  readonly limits?: TrendLimits | readonly (TrendLimits | null)[];
  readonly target?: number | null;
  readonly format: (value: number) => string;
  readonly axis: (value: number) => string;
  readonly width: number;
}

const color = {
  improvement: "var(--improvement)",
  concern: "var(--concern)",
} as const;
const fill = (point: TrendPoint) => (point.signal ? color[point.signal] : "var(--accent)");
/** A signal has a shape as well as a color. */
const symbol = (point: TrendPoint) => (point.signal === "concern" ? "triangle" : point.signal ? "diamond" : "circle");
const daysLong = (point: TrendPoint) => (point.to.getTime() - point.from.getTime()) / 86_400_000;
/** A stretch of several months stands as wide as they are and as high as one of them on average. */
const months = (point: TrendPoint) => Math.max(1, Math.round(daysLong(point) / 30.4));
const middle = (point: TrendPoint) => new Date((point.from.getTime() + point.to.getTime()) / 2);

export function barsOrLine({ points, kind, limits, target, format, axis, width }: Drawing): Element {
  const narrow = width < 480;
  const bars = kind === "bars";
  const height = (point: TrendPoint) => (bars ? point.value / months(point) : point.value);
  const finished = points.filter((point) => point.state === "final");
  const rest = points.filter((point) => point.state !== "final");
  const inset = narrow ? 0.75 : 1.5;
  const bar = { x1: "from", x2: "to", y: height, insetLeft: inset, insetRight: inset } as const;
  const dots = { x: middle, y: height } as const;
  const each =
    limits &&
    points.flatMap((point, i) => {
      const own = "low" in limits ? limits : limits[i];
      return own ? [{ point, ...own }] : [];
    });
  const place = { x: ({ point }: { point: TrendPoint }) => middle(point) };
  const limitsMarks = each
    ? [
        areaY(each, { ...place, y1: "low", y2: "high", fill: "var(--band)", curve: "step" }),
        lineY(each, {
          ...place,
          y: (limit: TrendLimits) => limit.center ?? null,
          stroke: "var(--muted)",
          strokeDasharray: "2 3",
          curve: "step",
        }),
      ]
    : [];
  if (target != null) limitsMarks.push(ruleY([target], { stroke: "var(--ink)", strokeDasharray: "6 3" }));
  const marks = bars
    ? [
        rectY(finished, { ...bar, fill }),
        dot(
          finished.filter((point) => point.signal),
          { ...dots, dy: -9, r: 4, symbol, fill },
        ),
        rectY(rest, { ...bar, fill: "var(--accent-faint)", stroke: fill, strokeDasharray: "3 2" }),
      ]
    : [
        lineY(finished, { ...dots, stroke: "var(--accent)", strokeWidth: 1.75 }),
        dot(finished, {
          ...dots,
          r: (p: TrendPoint) => (p.signal ? 5 : 2.5),
          symbol,
          fill,
        }),
        dot(rest, { ...dots, r: 3, fill: "var(--surface)", stroke: "var(--accent)", strokeDasharray: "2 1.5" }),
      ];
  const ticks = narrow ? "6 months" : "3 months";
  return plot({
    width,
    height: Math.round(Math.min(300, Math.max(190, width * 0.36))),
    marginLeft: 44,
    marginRight: 8,
    marginBottom: 28,
    style: { fontFamily: "inherit", fontSize: "12px", background: "none", overflow: "visible" },
    x: { type: "utc" },
    y: { nice: true, zero: bars, label: null },
    marks: [
      gridY({ stroke: "var(--line)", strokeOpacity: 1, ticks: 4 }),
      axisY({ ticks: 4, tickSize: 0, tickFormat: axis, fill: "var(--muted)" }),
      axisX({ ticks, tickSize: 0, fill: "var(--muted)" }),
      ...limitsMarks,
      ...marks,
      ruleY(bars ? [0] : [], { stroke: "var(--ink)" }),
      tip(
        points,
        pointerX({
          x: middle,
          y: height,
          title: (point: TrendPoint) =>
            [point.label, point.hint ?? format(point.value), point.state === "final" ? "" : "not final"]
              .filter(Boolean)
              .join("\n"),
          fill: "var(--surface)",
          stroke: "var(--line-strong)",
        }),
      ),
    ],
  });
}
