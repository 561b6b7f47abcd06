// Targets: what an organization aims for, by metric. They stand beside the figure and are drawn across its trend.
import { join } from "node:path";
import { z } from "zod";
import { home } from "../config.ts";
import { KeepageError, nearest } from "../errors.ts";
import { publishedNames, readMetrics } from "../metrics/metrics.ts";
import { placeOf } from "./yaml.ts";

const target = z
  .string({ error: 'is not a target such as "65%" or "14 days"' })
  .regex(/^(\d+(\.\d+)?%|\d+ days?)$/, { error: 'is not a target such as "65%" or "14 days"' })
  .transform((text) =>
    text.endsWith("%")
      ? { format: "percent" as const, value: Math.round(Number.parseFloat(text) * 1e6) / 1e8 }
      : { format: "days" as const, value: Number.parseInt(text, 10) },
  );

/** `targets` in keepage.yaml. */
export const targetSettings = z.record(z.string(), target).default({});
export type Targets = z.output<typeof targetSettings>;

/** Metrics that can have a target, with how their figures are written. */
export function targetable(): Map<string, string> {
  const metrics = readMetrics(join(home, "models/metrics"))?.grains.flatMap((grain) => grain.metrics) ?? [];
  return new Map(
    metrics
      .filter(({ format }) => format === "percent" || format === "days")
      .flatMap((metric) => publishedNames(metric).map((name) => [name, metric.format] as const)),
  );
}

/** What is wrong with the targets of a keepage.yaml: names that no metric has, percent where days are counted. */
export function proveTargets(file: string, targets: Targets): KeepageError[] {
  const entries = Object.entries(targets);
  if (entries.length === 0) return [];
  const known = targetable();
  return entries.flatMap(([name, { format, value }]) => {
    const wrong = (code: "E003" | "E004", text: string) => {
      const place = placeOf(file, ["targets", name]);
      return [new KeepageError(code, `${place ? `${place}: ` : ""}${text}`, place ? { place } : {})];
    };
    const wanted = known.get(name);
    if (!wanted) {
      const near = nearest(name, known.keys());
      return wrong("E003", `targets: no metric is called "${name}"${near ? `; the nearest is "${near}"` : ""}.`);
    }
    if (wanted !== format)
      return wrong(
        "E004",
        `"targets.${name}" is counted in ${wanted === "days" ? 'days: such as "14 days"' : 'percent: such as "65%"'}.`,
      );
    return value > 1 && format === "percent" ? wrong("E004", `"targets.${name}" is more than 100%.`) : [];
  });
}
