// Control charts and funnels against published examples and sums made apart.
import { describe, expect, test } from "vitest";
import { rowsOf } from "./figures.ts";

type Row = Record<string, string | null>;

interface Series {
  readonly metric: string;
  readonly kind: "share" | "count" | "value";
  readonly good?: string;
  /** Numerator and denominator of each month, or its figure. */
  readonly months: readonly (readonly [number, number] | number)[];
}

const month = (n: number) => new Date(Date.UTC(2024, n, 1)).toISOString().slice(0, 10);

/** Rows of marts.metric and marts.metric_definition for series of months from January 2024. */
function given(series: readonly Series[]): Record<string, string> {
  const lines: string[] = [];
  const definitions: string[] = [];
  for (const { metric, kind, good = "up", months } of series) {
    const format = kind === "share" ? "percent" : kind === "count" ? "count" : "days";
    definitions.push(`${metric} | ${kind} | ${good}`);
    for (const [i, point] of months.entries()) {
      const [numerator, denominator, rate] =
        typeof point === "number" ? [0, 0, point] : [...point, point[0] / point[1]];
      lines.push(
        `${metric} | total | All | All | '' | month | ${month(i)} | ${format} | ${numerator} | ${denominator} | ${rate}`,
      );
    }
    lines.push(
      `${metric} | total | All | All | '' | last 12 months | ${month(months.length - 1)} | ${format} | 0 | 0 |`,
    );
    // A count's first month is seldom whole: a month before the series keeps it from being left out.
    if (kind === "count")
      lines.push(`${metric} | total | All | All | '' | month | ${month(-1)} | ${format} | 0 | 0 | 0`);
  }
  return {
    "marts.metric": `metric | cut | value | first_value | second_value | period | month | format | numerator | denominator | rate\n${lines.join("\n")}`,
    "marts.metric_definition": `metric | kind | good\n${definitions.join("\n")}`,
  };
}

const charts = async (...series: Series[]): Promise<Row[]> => {
  const rows = await rowsOf("marts.signal", given(series));
  return rows.sort((a, b) => (`${a.metric}${a.chart}${a.month}` < `${b.metric}${b.chart}${b.month}` ? -1 : 1));
};
const number = (row: Row | undefined, name: string) => Number(row?.[name]);
const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
const ranges = (list: readonly number[]) => list.slice(1).map((x, i) => Math.abs(x - list[i]!));

describe("XmR", () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2, flow rates: mean 50.81, mean moving range 1.8778,
  // limits 45.8159 and 55.8041 with 3 ÷ 1.128 = 2.6596 where we write 2.66. Repeated, to make up a year.
  const flow = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1];

  test("gives the limits of the NIST handbook's flow rates", async () => {
    const year = [...flow, 50.81, 50.81];
    const [first] = await charts({ metric: "flow", kind: "value", months: year });
    expect(number(first, "centre")).toBeCloseTo(50.81, 9);
    const range = mean(ranges(year));
    expect(number(first, "high")).toBeCloseTo(mean(year) + 2.66 * range, 9);
    expect(number(first, "low")).toBeCloseTo(mean(year) - 2.66 * range, 9);
    // The ten alone, by the same formula: within the rounding of 2.66 of the handbook's own.
    expect(50.81 + 2.66 * mean(ranges(flow))).toBeCloseTo(55.8041, 2);
    expect(50.81 - 2.66 * mean(ranges(flow))).toBeCloseTo(45.8159, 2);
  });

  test("says outside, run, trend and two of three, and which way is good", async () => {
    const calm = [10, 12, 9, 11, 10, 12, 9, 11, 10, 12, 9, 11];
    const shown = async (months: number[], good = "up") => {
      const rows = await charts({ metric: "m", kind: "value", good, months });
      return rows.map((r) => `${r.rule ?? "-"}${r.direction ? ` ${r.direction} ${r.verdict}` : ""}`);
    };
    expect(await shown(calm)).toEqual(calm.map(() => "-"));
    expect((await shown([...calm, 30])).at(-1)).toBe("outside up improvement");
    expect((await shown([...calm, 30], "down")).at(-1)).toBe("outside up concern");
    expect((await shown([...calm, 30], "neither")).at(-1)).toBe("outside up change");
    const shift = [1, 9, 2, 9, 1, 8, 2, 9, 1, 8, 7, 6, 7, 6, 7, 6, 7];
    const centre = mean(shift);
    expect(shift.slice(-8).every((x) => x > centre)).toBe(true);
    expect(await shown(shift)).toEqual([
      ...shift.slice(0, 9).map(() => "-"),
      ...shift.slice(-8).map(() => "run up improvement"),
    ]);
    const rising = [5, 1, 9, 2, 8, 1, 2, 3, 4, 5, 6, 7, 5, 1, 9, 2];
    expect((await shown(rising)).map((r) => r.split(" ")[0])).toEqual(
      rising.map((_, i) => (i >= 5 && i <= 11 ? "trend" : "-")),
    );
    const six = [5, 1, 9, 2, 8, 1, 2, 3, 4, 5, 6, 5, 5, 1, 9, 2];
    expect((await shown(six)).includes("trend up improvement")).toBe(false);
  });

  test("asks for as many on one side as the settings say", async () => {
    const months = [1, 9, 2, 9, 1, 8, 2, 9, 1, 8, 2, 9, 1, 2, 1, 2, 1];
    const length = async (run: number) => {
      const rows = await rowsOf("marts.signal", {
        ...given([{ metric: "m", kind: "value", months }]),
        "seeds.run": `signal_run\n${run}`,
      });
      return rows.filter((r) => r.in_run === "true").length;
    };
    expect([await length(5), await length(6)]).toEqual([5, 0]);
  });

  test("two of three near the same limit, with the third anywhere", async () => {
    const months = [10, 11, 10, 9, 10, 11, 10, 9, 10, 11, 10, 9, 12.2, 10, 12.2, 10, 7.9];
    const rows = await charts({ metric: "m", kind: "value", months });
    const centre = mean(months);
    const reach = 2.66 * mean(ranges(months));
    const near = months.map((x) => (x > centre + (2 * reach) / 3 ? 1 : x < centre - (2 * reach) / 3 ? -1 : 0));
    const expected = near.map((side, i) => side !== 0 && [i - 2, i - 1, i + 1, i + 2].some((j) => near[j] === side));
    expect(rows.map((r) => r.two_of_three === "true")).toEqual(expected);
  });

  test("needs a year, and takes the newest two", async () => {
    expect(await charts({ metric: "m", kind: "value", months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] })).toEqual([]);
    const long = Array.from({ length: 30 }, (_, i) => i % 3);
    const rows = await charts({ metric: "m", kind: "value", months: long });
    expect([rows.length, rows[0]?.month, rows[0]?.points]).toEqual([24, month(6), "24"]);
  });

  test("leaves out the first month of counts, which is seldom whole", async () => {
    const rows = await rowsOf("marts.signal", {
      "marts.metric": `metric | cut | value | second_value | period | month | format | rate
        ${Array.from({ length: 14 }, (_, i) => `n | total | All | '' | month | ${month(i)} | count | ${i === 0 ? 1 : 50 + (i % 2)}`).join("\n")}
        n | total | All | '' | last 12 months | ${month(13)} | count | 600`,
      "marts.metric_definition": "metric | kind | good\nn | count | up",
    });
    expect(rows.map((r) => r.month).sort()[0]).toBe(month(1));
    expect(rows.every((r) => r.rule === null)).toBe(true);
  });
});

describe("p and Laney's p′", () => {
  // D. C. Montgomery, Introduction to Statistical Quality Control, orange juice cans (also NIST handbook 6.3.3.2): 30 samples of
  // 50, p̄ = 347/1500 = 0.2313, limits 0.0524 and 0.4102. The first 24 of them here, as many as a baseline takes.
  const cans = [
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
  ];

  test("give the limits of Montgomery's orange juice cans", async () => {
    const p = 347 / 1500;
    expect(
      [p - 3 * Math.sqrt((p * (1 - p)) / 50), p + 3 * Math.sqrt((p * (1 - p)) / 50)].map((x) => x.toFixed(4)),
    ).toEqual(["0.0524", "0.4102"]);
    const first = cans.slice(0, 24);
    const rows = await charts({ metric: "cans", kind: "share", months: first.map((x) => [x, 50] as const) });
    const centre = first.reduce((a, b) => a + b, 0) / (24 * 50);
    const sigma = Math.sqrt((centre * (1 - centre)) / 50);
    const chart = rows.filter((r) => r.chart === "p");
    expect(chart).toHaveLength(24);
    for (const row of chart) {
      expect(number(row, "centre")).toBeCloseTo(centre, 12);
      expect(number(row, "low")).toBeCloseTo(centre - 3 * sigma, 12);
      expect(number(row, "high")).toBeCloseTo(centre + 3 * sigma, 12);
    }
    expect(chart.filter((r) => r.rule === "outside").map((r) => r.month)).toEqual([month(14), month(22)]);
  });

  test("with changing n: σ_z is the mean moving range of z ÷ 1.128 (Laney 2002), and limits stop at 0 and 1", async () => {
    const months = [
      [9012, 10000],
      [9150, 10060],
      [8990, 9900],
      [9210, 10110],
      [9050, 9890],
      [9300, 10220],
      [8870, 9930],
      [9120, 10080],
      [9034, 9971],
      [9251, 10140],
      [8940, 9860],
      [9188, 10090],
      [95, 100],
    ] as const;
    const rows = await charts({ metric: "m", kind: "share", months });
    const [x, n] = [0, 1].map((k) => months.reduce((sum, point) => sum + point[k]!, 0)) as [number, number];
    const centre = x / n;
    const sigma = months.map(([, size]) => Math.sqrt((centre * (1 - centre)) / size));
    const z = months.map(([hits, size], i) => (hits / size - centre) / sigma[i]!);
    const spread = mean(ranges(z)) / 1.128;
    const prime = rows.filter((r) => r.chart === "p_prime");
    for (const [i, row] of prime.entries()) {
      expect(number(row, "sigma_z")).toBeCloseTo(spread, 9);
      expect(number(row, "low")).toBeCloseTo(Math.max(0, centre - 3 * sigma[i]! * spread), 9);
      expect(number(row, "high")).toBeCloseTo(Math.min(1, centre + 3 * sigma[i]! * spread), 9);
    }
    expect(spread).toBeGreaterThan(1);
    expect(prime.every((r) => r.preferred === "true")).toBe(true);
    expect(number(rows.filter((r) => r.chart === "p").at(-1), "high")).toBeCloseTo(
      Math.min(1, centre + 3 * sigma.at(-1)!),
      9,
    );
  });

  test("are left out where nothing, or everything, counts", async () => {
    const months = Array.from({ length: 14 }, () => [0, 50] as const);
    expect(await charts({ metric: "m", kind: "share", months })).toEqual([]);
  });
});

describe("the funnel", () => {
  interface Provider {
    readonly x: number;
    readonly n: number;
  }
  const z95 = 1.959963984540054;
  const wilson = ({ x, n }: Provider) => {
    const p = x / n;
    const middle = p + z95 ** 2 / (2 * n);
    const half = z95 * Math.sqrt((p * (1 - p)) / n + z95 ** 2 / (4 * n * n));
    return [(middle - half) / (1 + z95 ** 2 / n), (middle + half) / (1 + z95 ** 2 / n)] as const;
  };
  const compare = async (list: readonly Provider[], good = "up"): Promise<Row[]> => {
    const lines = list.map(({ x, n }, i) => {
      const [low, high] = wilson({ x, n });
      return `m | receiving_provider | P${String(i).padStart(3, "0")} | '' | last 12 months | 2026-05-01 | percent | ${x} | ${n} | ${x / n} | ${low} | ${high}`;
    });
    const rows = await rowsOf("marts.provider_comparison", {
      "marts.metric": `metric | cut | value | second_value | period | month | format | numerator | denominator | rate | low | high\n${lines.join("\n")}`,
      "marts.metric_definition": `metric | kind | good\nm | share | ${good}`,
    });
    return rows.sort((a, b) => (a.value! < b.value! ? -1 : 1));
  };

  /** Binomial probabilities from whole numbers: choose(n, k) · x^k · (t−x)^(n−k) ÷ t^n. */
  function binomial(n: number, x: bigint, t: bigint): number[] {
    let choose = 1n;
    return Array.from({ length: n + 1 }, (_, k) => {
      if (k > 0) choose = (choose * BigInt(n - k + 1)) / BigInt(k);
      const numerator = choose * x ** BigInt(k) * (t - x) ** BigInt(n - k);
      return Number((numerator * 10n ** 30n) / t ** BigInt(n)) / 1e30;
    });
  }

  /** Spiegelhalter 2005, A.1.1: (r − α) ÷ n, r the first count whose cumulated probability reaches p, α the overshoot. */
  function exactLimit(probabilities: readonly number[], p: number): number {
    let sum = 0;
    for (const [r, probability] of probabilities.entries()) {
      sum += probability;
      if (sum >= p) return (r - (sum - p) / probability) / (probabilities.length - 1);
    }
    return 1;
  }

  test("has limits θ ± z·√(θ(1−θ)÷n) for large n and those of the binomial itself for small", async () => {
    const list = [
      { x: 150, n: 300 },
      { x: 98, n: 200 },
      { x: 20, n: 40 },
      { x: 6, n: 12 },
      { x: 1, n: 2 },
      { x: 275, n: 550 },
    ];
    const rows = await compare(list);
    const x = BigInt(list.reduce((sum, p) => sum + p.x, 0));
    const t = BigInt(list.reduce((sum, p) => sum + p.n, 0));
    const theta = Number(x) / Number(t);
    for (const [i, { n }] of list.entries()) {
      const row = rows[i];
      const s = Math.sqrt((theta * (1 - theta)) / n);
      const tails = [0.001000782476614, 0.0249978951482204, 0.9750021048517795, 0.998999217523386];
      const plain =
        n > 100
          ? [theta - 3.09 * s, theta - 1.96 * s, theta + 1.96 * s, theta + 3.09 * s]
          : tails.map((p) => exactLimit(binomial(n, x, t), p));
      expect(row?.is_exact).toBe(String(n <= 100));
      for (const [k, name] of ["plain_low_998", "plain_low_95", "plain_high_95", "plain_high_998"].entries())
        expect(number(row, name)).toBeCloseTo(Math.min(1, Math.max(0, plain[k]!)), 9);
      expect(number(row, "theta")).toBeCloseTo(theta, 12);
    }
    expect(rows.every((r) => r.place === "within" && r.verdict === "common")).toBe(true);
  });

  test("widens by √φ of winsorised z where providers vary more than chance, and shrinks by moments", async () => {
    const list = Array.from({ length: 20 }, (_, i) => ({ x: 60 + ((i * 37) % 90), n: 200 + 10 * ((i * 7) % 11) }));
    const rows = await compare(list, "down");
    const theta = list.reduce((s, p) => s + p.x, 0) / list.reduce((s, p) => s + p.n, 0);
    const z = list.map(({ x, n }) => (x / n - theta) / Math.sqrt((theta * (1 - theta)) / n));
    const sorted = [...z].sort((a, b) => a - b);
    // The quantile of R's type 7.
    const at = (q: number) => {
      const h = q * (sorted.length - 1);
      return sorted[Math.floor(h)]! + (h % 1) * (sorted[Math.ceil(h)]! - sorted[Math.floor(h)]!);
    };
    const phi = mean(z.map((v) => Math.min(Math.max(v, at(0.1)), at(0.9)) ** 2));
    expect(phi).toBeGreaterThan(1);
    // Kleinman 1973: ρ by moments with weights n.
    const total = list.reduce((s, p) => s + p.n, 0);
    const between = list.reduce((s, { x, n }) => s + n * (x / n - theta) ** 2, 0);
    const squares = list.reduce((s, p) => s + p.n ** 2, 0);
    const rho =
      (between - theta * (1 - theta) * (list.length - 1)) /
      (theta * (1 - theta) * (total - squares / total - (list.length - 1)));
    const weight = (1 - rho) / rho;
    for (const [i, { x, n }] of list.entries()) {
      const row = rows[i];
      const reach = Math.sqrt(phi * theta * (1 - theta) * (1 / n));
      expect(number(row, "z")).toBeCloseTo(z[i]!, 9);
      expect(number(row, "phi")).toBeCloseTo(phi, 9);
      expect(number(row, "high_998")).toBeCloseTo(Math.min(1, theta + 3.09 * reach), 9);
      expect(number(row, "low_95")).toBeCloseTo(Math.max(0, theta - 1.96 * reach), 9);
      expect(number(row, "shrunk")).toBeCloseTo((x + weight * theta) / (n + weight), 9);
    }
  });

  test("places who lies outside, by the direction that is good", async () => {
    const list = [...Array.from({ length: 12 }, () => ({ x: 100, n: 200 })), { x: 160, n: 200 }, { x: 40, n: 200 }];
    const place = async (good: string) => (await compare(list, good)).slice(-2).map((r) => `${r.place}: ${r.verdict}`);
    expect(await place("up")).toEqual(["above 99.8%: improvement", "below 99.8%: concern"]);
    expect(await place("down")).toEqual(["above 99.8%: concern", "below 99.8%: improvement"]);
  });
});

describe("intervals", () => {
  // R. G. Newcombe, Statistics in Medicine 17, 1998: single proportions (857–872, method 3) and differences (873–890, method 10).
  const groups = (...list: [value: string, x: number, n: number][]) => {
    const z2 = 1.959963984540054 ** 2;
    return list.map(([value, x, n]) => {
      const p = x / n;
      const half = Math.sqrt(z2) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
      const [low, high] = [(p + z2 / (2 * n) - half) / (1 + z2 / n), (p + z2 / (2 * n) + half) / (1 + z2 / n)];
      return `scheduled_90 | language | ${value} | '' | last 12 months | 2026-05-01 | percent | ${x} | ${n} | ${p} | ${low} | ${high}`;
    });
  };
  const head =
    "metric | cut | value | second_value | period | month | format | numerator | denominator | rate | low | high";
  const published: [a: [number, number], b: [number, number], low: string, high: string][] = [
    [[56, 70], [48, 80], "0.0524", "0.3339"],
    [[9, 10], [3, 10], "0.1705", "0.8090"],
    [[6, 7], [2, 7], "0.0582", "0.8062"],
    [[5, 56], [0, 29], "-0.0381", "0.1926"],
    [[0, 10], [0, 20], "-0.1611", "0.2775"],
    [[10, 10], [0, 20], "0.6791", "1.0000"],
  ];

  test.each(published)("of the difference %j − %j are Newcombe's", async (a, b, low, high) => {
    // The reference is the larger group: where that is the first, the difference turns its sign.
    const rows = await rowsOf("marts.equity", {
      "marts.metric": [head, ...groups(["a", ...a], ["b", ...b])].join("\n"),
      "marts.metric_definition": "metric | kind | good | place\nscheduled_90 | share | up | 1",
    });
    const row = rows.find((r) => r.is_reference === "false");
    const turned = row?.value === "b";
    const shown = [number(row, "difference_low"), number(row, "difference_high")].map((x) =>
      (turned ? -x : x).toFixed(4),
    );
    expect(turned ? shown.reverse() : shown).toEqual([low, high]);
  });
});
