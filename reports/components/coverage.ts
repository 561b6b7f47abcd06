// Which months each feed covers: a grid with a mark per feed and month, so that a hole is seen before it is believed.
import { axisX, axisY, cell, plot } from "@observablehq/plot";
import { figure } from "./figure.ts";
import { months, plural } from "./format.ts";

export interface Covered {
  readonly label: string;
  /** "2026-04-01" */
  readonly month: string;
  readonly files: number;
  readonly state: "covered" | "current" | "held" | "nothing";
}

export interface CoverageOptions {
  readonly title: string;
  readonly subtitle?: string;
  readonly cells: readonly Covered[];
  readonly empty?: string;
}

const words = { covered: "in use", current: "none due", held: "held", nothing: "nothing came" } as const;
const start = (month: string) => new Date(`${month}T00:00:00Z`);

export function coverage({ title, subtitle, cells, empty }: CoverageOptions): HTMLElement {
  const labels = [...new Set(cells.map(({ label }) => label))];
  const all = [...new Set(cells.map(({ month }) => month))].sort();
  const holes = cells.filter(({ state }) => state === "held" || state === "nothing");
  return figure<Covered>({
    title,
    ...(subtitle && { subtitle }),
    ...(empty && { empty }),
    description: `${plural(labels.length, "feed")} over ${plural(all.length, "month")}. ${holes.length ? `Without a file in use: ${plural(holes.length, "month")} of a feed.` : "No month without a file."}`,
    rows: cells,
    columns: [
      { label: "Feed", value: (one) => one.label },
      { label: "Month", value: (one) => one.month, show: (one) => months(start(one.month), 1) },
      { label: "Files", number: true, value: (one) => one.files },
      { label: "State", value: (one) => words[one.state] },
    ],
    draw: (width) => {
      const left = Math.min(200, Math.max(104, width * 0.3));
      return plot({
        width,
        height: 34 + labels.length * 24,
        marginLeft: left,
        marginRight: 4,
        marginTop: 4,
        marginBottom: 26,
        style: { fontFamily: "inherit", fontSize: "12px", background: "none", overflow: "visible" },
        x: { domain: all, label: null, padding: 0.15 },
        y: { domain: labels, label: null, padding: 0.3 },
        marks: [
          axisY({ tickSize: 0, fill: "var(--ink)", lineWidth: (left - 12) / 12, textOverflow: "ellipsis" }),
          axisX({
            ticks: all.filter((month) => /-(01|07)-/.test(month)),
            tickFormat: (month: string) => months(start(month), 1),
            tickSize: 0,
            fill: "var(--muted)",
          }),
          cell(
            cells.filter(({ state }) => state === "covered"),
            { x: "month", y: "label", fill: "var(--accent)" },
          ),
          cell(
            cells.filter(({ state }) => state === "current"),
            { x: "month", y: "label", fill: "var(--accent-faint)" },
          ),
          cell(holes, {
            x: "month",
            y: "label",
            fill: "none",
            stroke: (one: Covered) => (one.state === "held" ? "var(--breach)" : "var(--line-strong)"),
            strokeWidth: (one: Covered) => (one.state === "held" ? 2 : 1),
            strokeDasharray: "2 2",
            inset: 1,
          }),
        ],
      });
    },
  });
}
