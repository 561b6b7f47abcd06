// What becomes of 100 referrals as days pass: stacked curves of competing outcomes, the rest still open.
import { areaY, axisX, axisY, gridY, plot, ruleX, text } from "@observablehq/plot";
import { figure } from "./figure.ts";
import { percent, rate } from "./format.ts";

export interface Curve {
  readonly label: string;
  /** Our aim is drawn in the accent; everything else in greys. */
  readonly aim?: boolean;
  /** Share at the end of each day, from day 0. */
  readonly points: readonly { readonly day: number; readonly share: number }[];
}

export interface CurvesOptions {
  readonly title: string;
  readonly subtitle?: string;
  readonly curves: readonly Curve[];
  /** Days at which the table tells the shares. */
  readonly days: readonly number[];
  readonly empty?: string;
}

interface Line {
  readonly day: number;
  readonly shares: readonly number[];
}

const greys = ["var(--rest)", "var(--line-strong)", "var(--line)", "var(--muted)", "var(--accent-faint)"];

export function curves(options: CurvesOptions): HTMLElement {
  const { title, subtitle, curves, days } = options;
  const at = ({ points }: Curve, day: number) => points.findLast((point) => point.day <= day)?.share ?? 0;
  const last = Math.max(0, ...curves.flatMap(({ points }) => points.map(({ day }) => day)));
  const rows: Line[] = curves.length
    ? days.filter((day) => day <= last).map((day) => ({ day, shares: curves.map((curve) => at(curve, day)) }))
    : [];
  const grey = curves.filter(({ aim }) => !aim);
  const fill = (curve: Curve) => (curve.aim ? "var(--accent)" : greys[grey.indexOf(curve) % greys.length]!);
  // A few days of a curve are joined; every day of it is a staircase.
  const sparse = curves.every(({ points }) => points.length < 30);
  const layers = curves.map((curve, i) => {
    const below = (day: number) => curves.slice(0, i).reduce((sum, other) => sum + at(other, day), 0);
    return { curve, band: curve.points.map(({ day, share }) => ({ day, low: below(day), high: below(day) + share })) };
  });
  return figure<Line>({
    title,
    ...(subtitle && { subtitle }),
    ...(options.empty && { empty: options.empty }),
    description: `By day ${last}: ${curves.map((curve) => `${curve.label} ${rate(at(curve, last))}`).join(", ")}.`,
    rows,
    columns: [
      { label: "Days since the order", number: false, value: (line) => line.day },
      ...curves.map((curve, i) => ({
        label: curve.label,
        number: true,
        value: (line: Line) => line.shares[i]!,
        show: (line: Line) => rate(line.shares[i]!),
      })),
    ],
    draw: (width) => {
      const side = width < 480 ? 96 : 150;
      return plot({
        width,
        height: Math.round(Math.min(360, Math.max(240, width * 0.45))),
        marginLeft: 44,
        marginRight: side,
        marginBottom: 40,
        style: { fontFamily: "inherit", fontSize: "12px", background: "none", overflow: "visible" },
        x: { label: "Days since the order", domain: [0, last] },
        y: { label: null, domain: [0, 1] },
        marks: [
          gridY({ stroke: "var(--line)", strokeOpacity: 1, ticks: 4 }),
          axisY({ ticks: 4, tickSize: 0, tickFormat: percent, fill: "var(--muted)" }),
          axisX({
            ticks: days.filter((day) => day <= last),
            tickSize: 0,
            fill: "var(--muted)",
            labelAnchor: "center",
            labelArrow: "none",
          }),
          ...layers.map(({ curve, band }) =>
            areaY(band, {
              x: "day",
              y1: "low",
              y2: "high",
              curve: sparse ? "linear" : "step-after",
              fill: fill(curve),
              stroke: "var(--paper)",
              strokeWidth: 0.75,
            }),
          ),
          ruleX([0], { stroke: "var(--ink)" }),
          text(
            spread(
              layers.map(({ curve, band }) => ({
                label: `${curve.label} ${sparse ? percent(at(curve, last)) : rate(at(curve, last))}`,
                y: ((band.at(-1)?.low ?? 0) + (band.at(-1)?.high ?? 0)) / 2,
              })),
              width < 480 ? 0.21 : 0.1, // long labels take three lines where there is little room
            ),
            {
              x: () => last,
              y: "y",
              text: "label",
              dx: 8,
              textAnchor: "start",
              lineWidth: side / 12 - 1,
              fill: "var(--ink)",
            },
          ),
        ],
      });
    },
  });
}

/** Moves labels apart so that none covers another, keeping their order. */
function spread(labels: { label: string; y: number }[], gap: number): { label: string; y: number }[] {
  const placed = labels.map((label) => ({ ...label }));
  for (let i = 1; i < placed.length; i++) placed[i]!.y = Math.max(placed[i]!.y, placed[i - 1]!.y + gap);
  const over = (placed.at(-1)?.y ?? 0) - 1;
  if (over > 0)
    for (let i = placed.length - 1, limit = 1; i >= 0; i--, limit -= gap) placed[i]!.y = Math.min(placed[i]!.y, limit);
  return placed;
}
