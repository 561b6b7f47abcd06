// docs/metrics.md: what every metric counts, of which rows, under which date, made from the definitions themselves.
import type { Grain, Metric, Metrics } from "./metrics.ts";

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");

/** The page, one section for each grain. */
export function metricsPage({ cuts, grains }: Metrics): string {
  const parts = [
    "<!-- Made by `npm run generate` from models/metrics: do not edit; a test fails when this is stale. -->",
    "# Metrics",
    `Each metric is declared once, in \`models/metrics\`, and published in \`marts.metric\` by month, for the last 12 months and the
12 before, for every cut. An eligible row is excluded, immature, unknown or in the denominator; all five numbers are
published. With a window of days, every row is given that many days and the lag of the exports before it counts, so that a
recent month is immature rather than a fall. \`marts.metric_definition\` holds for each metric a query that counts it anew.`,
    `To add one, write its name and settings into the file of its grain and run again: nothing else is needed.`,
    `Cuts: ${cuts.map(({ label }) => label.toLowerCase()).join(", ")}. Headline metrics (**bold**) are also given for pairs of
${cuts
  .filter((cut) => cut.pairs)
  .map(({ label }) => label.toLowerCase())
  .join(", ")}, and watched for signals in every cut.`,
    ...grains.map(section),
  ];
  return `${parts.join("\n\n")}\n`;
}

function section({ name, metrics }: Grain): string {
  const rows = metrics.map((metric) =>
    [
      metric.headline ? `**${metric.name}**` : metric.name,
      metric.sentence,
      eligible(metric),
      metric.time,
      metric.days === null ? "" : String(metric.days),
      { up: "higher", down: "lower", neither: "" }[metric.good],
      [metric.source === "ours" ? "" : metric.source, metric.published ?? ""].filter(Boolean).join("; "),
    ].map(cell),
  );
  const header = ["metric", "what it counts", "of", "counted by", "window", "good", "source, published figures"];
  const lines = [header, header.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
  return `## By ${name}\n\n${lines.join("\n")}`;
}

function eligible({ eligible: of, excluded, unknown }: Metric): string {
  const code = (sql: string) => `\`${sql}\``;
  return [
    of === "true" ? "" : code(of),
    excluded === "false" ? "" : `excluded ${code(excluded)}`,
    unknown === "false" ? "" : `unknown ${code(unknown)}`,
  ]
    .filter(Boolean)
    .join("; ");
}
