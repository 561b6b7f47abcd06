// Numbers of a site that stand in no table of counts: medians, curves, pairs, words, the official measure. Each is held against the rule
// by which it may be told; a number that no rule knows is an error, so that nothing new is published unasked.
import { rows as ask, type Database } from "../pipeline/duckdb.ts";
import type { FactData } from "../reports/components/facts.ts";
import { firstDay } from "../reports/data/calendar.ts";
import { addressed, isFact, isObject, type Json, type Published } from "./published.ts";

/** Numbers that count no people, by where they stand. */
const harmless = [
  /^\.run\./,
  /^\.(mature|claimsMature)$/,
  /\.(maturityDays|end|target|lag|warn)$/,
  /^\[\]\.(lag|days)$/, // of a definition
  /\.(steps\[\]\.(low|high)|step\[\]|value\[\])$/,
  /\.(curves|holds|signals)\[\]\.(value|days\[\]|limit|month\[\])$/,
  /^\.sources\[\]\.(expectDays|everyDays|daysOld|files|filesHeld|filesSuperseded|months\[\]\.files)$/,
  /^\.(gaps|held|feeds)\[\]\.(days|files|filesHeld|daysOld|expectDays|everyDays)$/,
  /^\.unmapped\.words$/,
  // Open slots and clinicians are no patients.
  /^\.waits\[\]\./,
  /^\.clinicians\./,
  /^\.(pairs|gaps)\[\]\.(contracted|accepting|soonest|days)$/,
  /^\.cms50\[\]\.(year|first|last)$/,
];

/** What is wrong, in words. */
export async function loose(truth: Database, contents: Published, limit: number): Promise<string[]> {
  const found: string[] = [];
  const may = (ok: boolean, what: string) => {
    if (!ok) found.push(what);
  };
  const enough = (people: number) => people === 0 || people >= limit;
  const known = new Set<string>();
  const each = (json: Json | undefined, path: string, of: (one: { readonly [key: string]: Json }) => void) => {
    known.add(path);
    for (const one of Array.isArray(json) ? json : []) if (isObject(one)) of(one);
  };
  const people = new Map<string, number>();
  const quantiles = await ask<{ key: string; people: number }>(
    truth.connection,
    `select concat_ws('|', metric, cut, value, case period when 'month' then strftime(month, '%Y-%m-01') else period end) as key, denominator as people
     from marts.metric where period in ('month', 'last 12 months', 'now') and second_value = ''
     union all select concat_ws('|', stage, cut, value), departed from marts.bottleneck
     union all select concat_ws('|', 'way', cut, value), max(ordered) from marts.dropout group by cut, value
     union all select concat_ws('|', 'spread', metric, cut), sum(denominator)::integer from marts.provider_comparison group by metric, cut
     union all select concat_ws('|', 'late', stage, cut, value), round(late_share * departed)::integer from marts.bottleneck
     union all select concat_ws('|', 'curve', cut, value), max(at_risk) from marts.incidence group by cut, value`,
  );
  for (const { key, people: count } of quantiles) people.set(key, count);
  const ends = new Map(
    (
      await ask<{ day: string; open: number; arrived: number; ended: number }>(
        truth.connection,
        "select strftime(month, '%Y-%m-01') as day, open, arrived, ended from marts.month_end where cut = 'total'",
      )
    ).map((row) => [row.day, row]),
  );
  const limited = new Map(
    (
      await ask<{ key: string; months: string }>(
        truth.connection,
        `select concat_ws('|', metric, cut, value) as key, string_agg(year(month) * 12 + month(month) - 1, ' ' order by month) as months
         from marts.signal where preferred group by 1`,
      )
    ).map(({ key, months }) => [key, months.split(" ").map(Number)]),
  );
  const { nameOf } = await addressed(truth, contents);
  for (const [file, content] of contents) {
    const name = (cut: string, code: Json | undefined) => (cut === "all" ? "All" : nameOf(cut, Number(code)));
    const cutOf = (cut: Json | undefined) => (cut === "all" ? "total" : String(cut));
    each(content.days, ".days[].tables", ({ key, steps, tables }) => {
      for (const [cut, table] of Object.entries(isObject(tables) ? tables : {})) {
        if (!isObject(table) || !Array.isArray(table.step)) continue;
        const column = (of: string) => table[of] as readonly (number | null)[];
        table.step.forEach((step, row) => {
          const { label, low } = (steps as readonly { label: string; low: number }[])[Number(step)]!;
          const period = label === "month" ? firstDay(low) : label;
          const of = people.get([key, cutOf(cut), name(cut, column("value")[row]), period].join("|")) ?? 0;
          may(column("median")[row] === null || of >= 2 * limit, `${file}: median of ${of}`);
          may(column("p90")[row] === null || of >= 10 * limit, `${file}: 90th percentile of ${of}`);
        });
      }
    });
    each(content.holds, ".holds[]", ({ cut, value, stage, median, p90, late, over }) => {
      const of = people.get([stage, cutOf(cut!), name(String(cut), value)].join("|")) ?? 0;
      may(median === null || of >= 2 * limit, `${file}: median of ${of} stays`);
      may(p90 === null || of >= 10 * limit, `${file}: 90th percentile of ${of} stays`);
      may(late == null || (of >= 100 * limit && isShare(late, 100)), `${file}: a share of late ones of ${of} stays`);
      const beyond = people.get(["late", stage, cutOf(cut!), name(String(cut), value)].join("|")) ?? 0;
      may(over == null || (beyond >= limit && of - beyond >= limit), `${file}: days of ${beyond} late of ${of} stays`);
    });
    each(content.ways, ".ways[]", ({ cut, value, ordered, passed, lost }) => {
      const of = people.get(["way", cutOf(cut!), name(String(cut), value)].join("|")) ?? 0;
      may(of >= 100 * limit && ordered === 100, `${file}: a way of ${of}, told of ${ordered}`);
      for (const count of [passed, lost].flatMap((one) => one as readonly number[]))
        may(Number.isInteger(count), `${file}: ${count} of 100 on a way`);
    });
    each(content.spreads, ".spreads[]", ({ metric, cut, center }) => {
      const of = people.get(["spread", metric, cut].join("|")) ?? 0;
      may(isShare(center!, of >= 1000 * limit ? 1000 : 100) && of >= 100 * limit, `${file}: a center of ${of}`);
    });
    each(content.monthEnds, ".monthEnds[]", ({ month, open }) => {
      const truth = ends.get(firstDay(Number(month)));
      may(truth?.open === open, `${file}: ${open} open at a month's end, in truth ${truth?.open}`);
      for (const count of [truth?.open, truth?.arrived, truth?.ended])
        may(enough(count ?? 0), `${file}: ${count} at or between the ends of months`);
    });
    each(content.curves, ".curves[]", ({ cut, value, completed, refused, others, unexplained }) => {
      const of = people.get(["curve", cutOf(cut!), name(String(cut), value)].join("|")) ?? 0;
      may(of >= 100 * limit, `${file}: a percent of a curve is ${of / 100} people`);
      for (const share of [completed, refused, others, unexplained].flatMap((of) => of as readonly number[]))
        may(isShare(share, 100), `${file}: a curve with ${share}`);
    });
    for (const [inside, figures] of Object.entries({
      "": content,
      ".figures": content.figures,
      ".places": content.places,
    })) {
      if (!isObject(figures)) continue;
      each(figures.signals, `${inside}.signals[]`, ({ metric, cut, value, month, center, low, high }) => {
        const share = (figures.shares as readonly { key: string; fact: Json }[]).find(({ key }) => key === metric)!;
        const fact: FactData = JSON.parse(JSON.stringify(share.fact));
        const table = fact.tables[String(cut)]!;
        const exact = table.step.flatMap((step, row) =>
          table.counts.met![row] != null && (table.value?.[row] ?? 0) === value ? [fact.steps[step]!] : [],
        );
        const months = month as readonly number[];
        for (const at of months)
          may(
            exact.some(({ low, high }) => low === at && high === at + 1),
            `${file}: limits of ${metric} for a month that is not published`,
          );
        // Limits rest on all months of a series: those within a quarter are published together, and then limits are rounded.
        const series = limited.get([metric, cutOf(cut!), name(String(cut), value)].join("|")) ?? [];
        for (const at of series)
          may(
            exact.some(({ low, high }) => low <= at && at < high),
            `${file}: limits of ${metric} rest on a month of which nothing is published`,
          );
        if (months.length < series.length)
          for (const of of [center, low, high].flatMap((one) => one as readonly number[]))
            may(isShare(of, 200), `${file}: ${of} is a limit of ${metric} that rests on a month within a quarter`);
      });
    }
    for (const key of ["pairs", "gaps"])
      each(content[key], `.${key}[].episodes`, ({ episodes }) =>
        may(enough(Number(episodes ?? 0)), `${file}: ${episodes} of a pair`),
      );
    let told = 0;
    each(content.filled, ".filled[].percent", ({ percent }) =>
      may(Number(percent) % 5 === 0 || percent === 2 || percent === 98, `a field's share of ${percent}%`),
    );
    each(content.words, ".words[].records", ({ records, word }) => {
      told += Number(records);
      may(Number(records) >= Math.max(limit, 11), `${file}: "${word}" of ${records} records`);
    });
    known.add(".unmapped.records");
    if (isObject(content.unmapped) && content.unmapped.records !== null)
      may(
        enough(Number(content.unmapped.records) - told),
        `${file}: ${Number(content.unmapped.records) - told} records left`,
      );
    each(content.cms50, ".cms50[]", ({ numerator, denominator, closed, reasons, others }) => {
      for (const count of [
        Number(numerator),
        Number(denominator) - Number(numerator),
        Number(others),
        ...(closed === null
          ? []
          : [Number(closed), Number(denominator) - Number(closed), Number(closed) - Number(numerator)]),
        ...(reasons as readonly { patients: number }[]).map(({ patients }) => patients),
      ])
        may(enough(count), `${file}: ${count} patients of CMS50`);
    });
    numbers(content, "", (path) => {
      const is = harmless.some((pattern) => pattern.test(path)) || [...known].some((of) => path.startsWith(of));
      may(is, `${file}: a number at ${path} that no rule knows`);
    });
  }
  return [...new Set(found)];
}

/** Whether a share is told in whole parts of so many. */
const isShare = (share: Json, parts: number) =>
  Math.abs(Number(share) * parts - Math.round(Number(share) * parts)) < 1e-9;

function numbers(json: Json | undefined, path: string, visit: (path: string) => void) {
  const table: boolean = isFact(json);
  if (table) return;
  if (typeof json === "number") visit(path);
  else if (isObject(json))
    for (const [key, one] of Object.entries(json))
      numbers(one, path.endsWith(".tables") ? path : `${path}.${key}`, visit);
  else if (isList(json)) for (const one of json) numbers(one, `${path}[]`, visit);
}

const isList = (json: Json | undefined): json is readonly Json[] => Array.isArray(json);
