/**
 * What a report says, said again over plain lists, figure by figure: no tallies, no code shared with the report. Days and hours are
 * asked of the calendar for each order.
 */
import { CDNOW, instantOf, totalOf, type GivenCustomer, type GivenOrder, type World } from "./report-world";

const DAY = 86_400_000;
const COMPANY = "Europe/Warsaw";

type Bought = { who: number; zone: string; at: number; day: string; order: GivenOrder };

export function evaluate(world: World, asOf: number) {
  const people = world.customers.map((customer, who) => boughtBy(customer, who, asOf)).filter((orders) => orders.length > 0);
  const all = people.flat();
  return {
    within: (days: number, from: number, to: number) => {
      const over = people.filter(([first]) => first!.at + days * DAY > from && first!.at + days * DAY <= to);
      return { days, customers: over.length, again: over.filter(([first, second]) => second && second.at - first!.at <= days * DAY).length };
    },
    standing: (at: number) => standing(people, at),
    cell: (months: 1 | 3, start: string, after: number) =>
      people.filter((orders) => indexOf(orders[0]!.day, months) === indexOf(start, months) && orders.some(({ day }) => indexOf(day, months) - indexOf(start, months) === after)).length,
    habits: (from: number, to: number) => habits(world, people, all.filter(({ at }) => at > from && at <= to)),
    pair: (of: (sku: string) => string | null, one: string, other: string) => {
      const baskets = all.filter(({ at }) => at > asOf - 365 * DAY).map(({ order }) => new Set(order.lines.map(({ sku }) => of(sku))));
      return baskets.filter((basket) => basket.has(one) && basket.has(other)).length;
    },
  };
}

function boughtBy({ orders, zone, gone }: GivenCustomer, who: number, asOf: number): Bought[] {
  if (gone) return [];
  return orders
    .filter((order) => instantOf(order.at) <= asOf && (order.createdAt ?? 0) <= asOf && (order.cancelledAt === undefined || order.cancelledAt > asOf))
    .map((order) => ({ who, zone, at: instantOf(order.at), day: dayIn(COMPANY, instantOf(order.at)), order }))
    .toSorted((a, b) => a.at - b.at);
}

function dayIn(timeZone: string, at: number): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(at);
}

function indexOf(day: string, months: number): number {
  const [year, month] = day.split("-").map(Number);
  return Math.floor((year! * 12 + month! - 1) / months);
}

function standing(people: readonly Bought[][], at: number) {
  const then = people.map((orders) => orders.filter((one) => one.at <= at)).filter((orders) => orders.length > 0);
  const chances = then.flatMap((orders) => {
    const days = [...new Set(orders.map(({ day }) => day))];
    return days.length > 1 ? [chance(days, dayIn(COMPANY, at))] : [];
  });
  const active = then.filter((orders) => orders.at(-1)!.at > at - 365 * DAY);
  const tenure = (orders: Bought[]) => Math.floor((at - orders[0]!.at) / DAY);
  return {
    customers: then.length,
    repeaters: then.filter((orders) => orders.length >= 2).length,
    active: active.length,
    median: { all: median(then.map(tenure)), active: median(active.map(tenure)) },
    risk: { low: chances.filter((p) => p >= 0.8).length, some: chances.filter((p) => p >= 0.5 && p < 0.8).length, high: chances.filter((p) => p >= 0.2 && p < 0.5).length, gone: chances.filter((p) => p < 0.2).length },
    once: then.length - chances.length,
  };
}

function chance(days: readonly string[], today: string): number {
  const weeks = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / DAY / 7;
  const [x, tx, T] = [days.length - 1, weeks(days[0]!, days.at(-1)!), weeks(days[0]!, today)];
  return 1 / (1 + (CDNOW.a / (CDNOW.b + x - 1)) * ((CDNOW.alpha + T) / (CDNOW.alpha + tx)) ** (CDNOW.r + x));
}

function habits(world: World, people: readonly Bought[][], orders: readonly Bought[]) {
  const gaps = people.flatMap((own) => {
    const days = [...new Set(own.map(({ day }) => day))];
    return days.slice(1).flatMap((day, i) => (orders.some((one) => one.who === own[0]!.who && one.day === day && one === own.find((o) => o.day === day)) ? [Math.round((Date.parse(day) - Date.parse(days[i]!)) / DAY)] : []));
  });
  const ours = orders.filter(({ order }) => (order.currency ?? "EUR") === "EUR");
  const hours: Record<string, number> = {};
  for (const { at, zone } of orders) {
    const name = new Intl.DateTimeFormat("en-GB", { timeZone: zone, weekday: "short", hour: "2-digit", hourCycle: "h23" }).format(at);
    hours[name] = (hours[name] ?? 0) + 1;
  }
  const categories = [...new Set(orders.flatMap(({ order }) => order.lines.map(({ sku }) => world.products[sku] ?? null)))].map((category) => {
    const has = (order: GivenOrder) => order.lines.some(({ sku }) => (world.products[sku] ?? null) === category);
    const having = orders.filter(({ order }) => has(order));
    const spendMinor = ours.flatMap(({ order }) => order.lines).filter(({ sku }) => (world.products[sku] ?? null) === category).reduce((sum, { minor }) => sum + minor, 0);
    return { category, orders: having.length, customers: new Set(having.map(({ who }) => who)).size, spendMinor };
  });
  return {
    orders: orders.length,
    customers: new Set(orders.map(({ who }) => who)).size,
    interval: { count: gaps.length, median: median(gaps) },
    value: { count: ours.length, median: median(ours.map(({ order }) => totalOf(order))) },
    units: median(orders.filter(({ order }) => order.lines.length).map(({ order }) => order.lines.reduce((sum, { quantity }) => sum + quantity, 0))),
    hours,
    categories: categories.toSorted((a, b) => String(a.category).localeCompare(String(b.category))),
  };
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.ceil(sorted.length / 2) - 1]! + sorted[Math.floor(sorted.length / 2)]!) / 2;
}
