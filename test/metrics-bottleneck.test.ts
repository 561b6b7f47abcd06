// Days beyond the policies' limits, stage by stage: by priority, in calendar or business days, across holidays, and as the policy
// changes on a date. The run is as of 28 September 2026.
import { expect, test } from "vitest";
import { policiesOf } from "../pipeline/seeds.ts";
import { limitRows, policyRows } from "../pipeline/settings/policies.ts";
import { rowsOf } from "./figures.ts";
import { files } from "./workspace.ts";

const table = (columns: readonly string[], lines: readonly (readonly (string | number | boolean | null)[])[]) =>
  [columns, ...lines.map((line) => line.map((cell) => (cell === null ? "" : String(cell))))]
    .map((cells) => cells.map((cell) => (/[|\n]/.test(cell) ? "" : cell)).join(" | "))
    .join("\n");

/** Seed rows of the policies that ship and of these, as a run would write them. */
function policies(own: Readonly<Record<string, string>> = {}): Record<string, string> {
  const list = policiesOf({
    dir: files(Object.fromEntries(Object.entries(own).map(([name, text]) => [`sources/policies/${name}.yaml`, text]))),
  });
  const policy =
    "policy rank label rule specialty referral_type priority payer diagnosis location effective_from effective_to";
  const limit = "policy stage priority days business effective_from effective_to rule sentence";
  return {
    "seeds.policy": table(policy.split(" "), policyRows(list)),
    "seeds.policy_limit": table(limit.split(" "), limitRows(list)),
    "seeds.calendar": table(["day", "business_day", "business_days_before"], calendar()),
  };
}

/** Counted here by itself: 2026 from June on, with Juneteenth, the third of July and Labor Day. */
function calendar(): [string, boolean, number][] {
  const days = Array.from({ length: 130 }, (_, n) => new Date(Date.UTC(2026, 5, 1 + n)));
  const off = (day: Date) =>
    [0, 6].includes(day.getUTCDay()) || ["06-19", "07-03", "09-07"].includes(day.toISOString().slice(5, 10));
  return days.map((day) => [
    day.toISOString().slice(0, 10),
    !off(day),
    days.filter((other) => other < day && !off(other)).length,
  ]);
}

interface Order {
  readonly [column: string]: string;
}
interface Stay {
  readonly order: string;
  readonly stage: string;
  readonly from: string;
  readonly to?: string;
  readonly next?: string;
}

function given(orders: Readonly<Record<string, Order>>, stays: readonly Stay[]): Record<string, string> {
  const columns = [...new Set(Object.values(orders).flatMap((o) => Object.keys(o)))];
  return {
    "core.referral": table(
      ["referral_key", ...columns],
      Object.entries(orders).map(([key, order]) => [key, ...columns.map((c) => order[c] ?? null)]),
    ),
    "core.referral_span": table(
      ["referral_key", "axis", "value", "span_from", "span_to", "next_value"],
      stays.map((s) => [s.order, "stage", s.stage, s.from, s.to ?? null, s.next ?? null]),
    ),
  };
}

const routine: Order = {
  specialty: "cardiology",
  referral_type: "specialist_visit",
  priority: "routine",
  receiving_location: "North",
  ordered_on: "2026-06-01",
};

async function stages(input: Record<string, string>, cut = "total", value = "All") {
  const rows = await rowsOf("marts.bottleneck", input);
  return Object.fromEntries(
    rows
      .filter((r) => r.cut === cut && r.value === value)
      .map((r) => [r.stage, { limit: r.limit_days, over: r.days_over_limit, is: r.is_bottleneck === "true" }]),
  );
}

test("the same stay is within the limit of one priority and beyond that of another", async () => {
  // Shipped: routine visits may be pending 7 days; urgent cardiology one business day; others of no priority 14 days.
  const pending = (order: string): Stay => ({
    order,
    stage: "pending",
    from: "2026-06-08",
    to: "2026-06-12",
    next: "scheduled",
  });
  const one = async (order: Order) => (await stages({ ...policies(), ...given({ a: order }, [pending("a")]) })).pending;
  expect(await one(routine)).toEqual({ limit: "7", over: "0", is: false });
  // Monday to Friday: four business days, three beyond the limit.
  expect(await one({ ...routine, priority: "urgent" })).toEqual({ limit: "1", over: "3", is: true });
  expect(await one({ ...routine, priority: "unknown" })).toEqual({ limit: "14", over: "0", is: false });
});

test("a policy that hangs on the diagnosis, the payer or the place holds for those orders alone", async () => {
  const own = {
    payers: "rank: 5\nmatch: { payer: Plan B, location: South }\nlimits: { pending: 2 days }\n",
  };
  const orders = {
    plain: routine,
    failure: { ...routine, diagnosis_code: "I50.9" },
    payer: { ...routine, payer: " plan b", receiving_location: "South" },
    elsewhere: { ...routine, payer: "Plan B" },
  };
  const from = "2026-06-08";
  for (const [order, limit, over] of [
    ["plain", "7", "0"],
    ["failure", "1", "3"],
    ["payer", "2", "2"],
    ["elsewhere", "7", "0"],
  ] as const)
    expect(
      await stages({
        ...policies(own),
        ...given(orders, [{ order, stage: "pending", from, to: "2026-06-12", next: "scheduled" }]),
      }),
    ).toEqual({ pending: { limit, over, is: over !== "0" } });
});

test("business days leave out week-ends and holidays, calendar days do not", async () => {
  // A no-show of Thursday 2 July: the Friday is a holiday. Limit 2 business days: Monday and Tuesday; one beyond on Wednesday.
  const missed = (to: string): Stay => ({ order: "a", stage: "no_showed", from: "2026-07-02", to, next: "scheduled" });
  const over = async (to: string) =>
    (await stages({ ...policies(), ...given({ a: routine }, [missed(to)]) })).no_showed;
  expect(await over("2026-07-07")).toEqual({ limit: "2", over: "0", is: false });
  expect(await over("2026-07-08")).toEqual({ limit: "2", over: "1", is: true });
  // The same days against 7 calendar days.
  const pending: Stay = { order: "a", stage: "pending", from: "2026-07-02", to: "2026-07-11", next: "scheduled" };
  expect((await stages({ ...policies(), ...given({ a: routine }, [pending]) })).pending?.over).toBe("2");
});

test("work that still waits counts up to the as-of day, across Labor Day", async () => {
  // Waiting for records since Friday 4 September: 15 business days to Monday 28 September, ten beyond five.
  const stay: Stay = { order: "a", stage: "awaiting_information", from: "2026-09-04" };
  const [row] = await rowsOf("marts.bottleneck", { ...policies(), ...given({ a: routine }, [stay]) });
  expect(row).toMatchObject({
    backlog: "1",
    backlog_late: "1",
    departed: "0",
    late_share: null,
    days_over_limit: "10",
  });
});

test("a limit that changes on a date: the one that held when the stay began; a policy by the day of the order", async () => {
  const own = {
    hearts: `rank: 5
match: { specialty: cardiology }
effective: { from: 2026-07-01, to: 2026-07-31 }
limits:
  pending: 3 days
  awaiting_authorization:
    - { within: 7 days, to: 2026-07-31 }
    - { within: 2 days, from: 2026-08-01 }
`,
  };
  const orders = Object.fromEntries(
    ["2026-06-30", "2026-07-01", "2026-07-31", "2026-08-01"].map((day) => [day, { ...routine, ordered_on: day }]),
  );
  const over = async (order: string, stage: string, from: string, to: string) =>
    (await stages({ ...policies(own), ...given(orders, [{ order, stage, from, to, next: "scheduled" }]) }))[stage];
  // Shipped limit of 7 days before and after, 3 days for orders of July.
  for (const [order, limit] of [
    ["2026-06-30", "7"],
    ["2026-07-01", "3"],
    ["2026-07-31", "3"],
    ["2026-08-01", "7"],
  ] as const)
    expect(await over(order, "pending", "2026-08-01", "2026-08-11"), order).toEqual({
      limit,
      over: String(10 - Number(limit)),
      is: true,
    });
  expect(await over("2026-07-31", "awaiting_authorization", "2026-07-31", "2026-08-10")).toMatchObject({
    limit: "7",
    over: "3",
  });
  expect(await over("2026-07-31", "awaiting_authorization", "2026-08-01", "2026-08-11")).toMatchObject({
    limit: "2",
    over: "8",
  });
});

test("the bottleneck of each specialty and place is the stage with the most days beyond limits, not the slowest one", async () => {
  const orders = {
    a: routine,
    b: routine,
    c: { ...routine, receiving_location: "South" },
    d: { ...routine, specialty: "dermatology", receiving_location: "South" },
  };
  const stays: Stay[] = [
    // Booked for 30 days, which no limit is set on; at North five days too long pending and four at the payer, at South seven at the payer.
    { order: "a", stage: "pending", from: "2026-06-01", to: "2026-06-13", next: "scheduled" },
    { order: "a", stage: "scheduled", from: "2026-06-13", to: "2026-07-13", next: "completed" },
    { order: "b", stage: "awaiting_authorization", from: "2026-06-01", to: "2026-06-12", next: "denied" },
    { order: "c", stage: "awaiting_authorization", from: "2026-06-01", to: "2026-06-15", next: "scheduled" },
    { order: "d", stage: "no_showed", from: "2026-06-15", to: "2026-06-18", next: "scheduled" },
    { order: "d", stage: "pending", from: "2026-06-01", to: "2026-06-08", next: "scheduled" },
  ];
  const input = { ...policies(), ...given(orders, stays) };
  expect(await stages(input, "specialty", "cardiology")).toEqual({
    pending: { limit: "7", over: "5", is: false },
    scheduled: { limit: null, over: "0", is: false },
    awaiting_authorization: { limit: "7", over: "11", is: true },
  });
  expect(await stages(input, "specialty", "dermatology")).toMatchObject({
    no_showed: { over: "1", is: true },
    pending: { over: "0", is: false },
  });
  expect(await stages(input, "receiving_location", "North")).toMatchObject({
    pending: { over: "5", is: true },
    awaiting_authorization: { over: "4", is: false },
  });
  expect(await stages(input, "receiving_location", "South")).toMatchObject({
    awaiting_authorization: { over: "7", is: true },
  });
});

test("an open referral is due on the last day within its limit, and late by the bottleneck's count from the next", async () => {
  const urgent = { ...routine, priority: "urgent" };
  const due = async (order: Order, stage: string, from: string) => {
    const open = { ...order, stage, stage_from: from, is_open: "true" };
    const orders = { "core.referral": given({ a: open }, [])["core.referral"]! };
    const [row] = await rowsOf("marts.open_referral", { ...policies(), ...orders });
    return [row!.due_on, row!.limit_rule];
  };
  const rule = (name: string) => `high-risk-cardiology/${name}`;
  // One business day from a Monday, over a week-end, and over Labor Day from a Friday and from a Saturday.
  expect(await due(urgent, "pending", "2026-09-14")).toEqual(["2026-09-15", rule("pending/urgent")]);
  expect((await due(urgent, "pending", "2026-09-18"))[0]).toBe("2026-09-21");
  expect((await due(urgent, "pending", "2026-09-04"))[0]).toBe("2026-09-08");
  expect((await due(urgent, "pending", "2026-09-05"))[0]).toBe("2026-09-09");
  // Calendar days, in the future too; no limit for a stage that no policy limits.
  expect((await due(routine, "pending", "2026-09-25"))[0]).toBe("2026-10-02");
  expect(await due(urgent, "scheduled", "2026-09-14")).toEqual([null, null]);

  // The day it is due nothing is over; the day after it is.
  const over = async (to: string) => {
    const stay = { order: "a", stage: "pending", from: "2026-09-05", to, next: "scheduled" };
    return (await stages({ ...policies(), ...given({ a: urgent }, [stay]) })).pending!.over;
  };
  expect([await over("2026-09-09"), await over("2026-09-10")]).toEqual(["0", "1"]);
});
