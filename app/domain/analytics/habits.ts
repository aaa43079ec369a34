/** What people buy, how much of it, how often and when: counted customer by customer. */
import { Counts, type Spread } from "./counts";
import { forPeriods, isIn, mapPeriods, type Compared, type Period, type Window } from "./period";
import type { Basis, CountedOrder, Customer } from "./purchase";
import type { WallHour } from "./wall-clock";

/** Days between two purchases, each up to the next. */
export const INTERVALS = [1, 8, 15, 31, 61, 91, 181, 366] as const;
/** Pieces in an order. */
export const UNITS = [1, 2, 3, 4, 6, 11, 21] as const;
/** The rest stand together as "others". */
const MOST_CATEGORIES = 40;

/** `category` null: products without one, and lines of no product. */
export type CategoryShare = { category: string | null; orders: number; customers: number; spendMinor: number };

export type Habits = {
  orders: number;
  customers: number;
  /** In another currency than the company's: in no sum of money. */
  otherCurrency: number;
  /** Whole days between purchases of one customer that follow each other; orders of one day are one purchase. */
  interval: Spread & { buckets: number[] };
  lines: Spread;
  units: Spread & { buckets: number[] };
  /** Minor units. */
  value: Spread;
  /** The ones with most spend first. */
  categories: CategoryShare[];
  /** What all lines came to, in the company's currency. */
  spendMinor: number;
  /** Orders by weekday (Monday first) and hour, by the customer's own clock. */
  hours: number[][];
};

export class HabitsTally {
  private readonly tallies: Record<Period, Compared<WindowTally>>;
  private readonly all: WindowTally[];

  constructor(basis: Basis, private readonly clockOf: (zone: string) => (at: number) => WallHour) {
    this.tallies = forPeriods((window) => new WindowTally(window, basis.currency), basis.asOf);
    this.all = Object.values(this.tallies).flatMap(({ now, before }) => (before ? [now, before] : [now]));
  }

  add({ zone, orders }: Customer): void {
    const clock = this.clockOf(zone);
    const counted = orders.map((order, i) => ({ order, shape: shapeOf(order), wall: clock(order.at), gap: gapBefore(orders, i) }));
    for (const tally of this.all) tally.add(counted.filter(({ order }) => isIn(tally.window, order.at)));
  }

  result(): Record<Period, Compared<Habits>> {
    return mapPeriods(this.tallies, (tally) => tally.result());
  }
}

type Counted = { order: CountedOrder; shape: Shape; wall: WallHour; /** Days since the purchase before; null: none, or the same day. */ gap: number | null };
type Shape = { units: number; categories: Map<string | null, number> };

function shapeOf({ lines }: CountedOrder): Shape {
  const categories = new Map<string | null, number>();
  let units = 0;
  for (const line of lines) {
    units += line.quantity;
    categories.set(line.category, (categories.get(line.category) ?? 0) + line.minor);
  }
  return { units, categories };
}

function gapBefore(orders: readonly CountedOrder[], i: number): number | null {
  const gap = i === 0 ? 0 : orders[i]!.day - orders[i - 1]!.day;
  return gap > 0 ? gap : null;
}

class WindowTally {
  private orders = 0;
  private customers = 0;
  private otherCurrency = 0;
  private spendMinor = 0;
  private readonly counts = { interval: new Counts(), lines: new Counts(), units: new Counts(), value: new Counts() };
  private readonly categories = new Map<string | null, CategoryShare>();
  private readonly hours = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));

  constructor(readonly window: Window, private readonly currency: string) {}

  /** The orders of one customer in the window. */
  add(counted: readonly Counted[]): void {
    if (counted.length === 0) return;
    this.customers += 1;
    this.orders += counted.length;
    const theirs = new Set<string | null>();
    for (const one of counted) {
      this.addOrder(one);
      for (const category of one.shape.categories.keys()) theirs.add(category);
    }
    for (const category of theirs) this.shareOf(category).customers += 1;
  }

  private addOrder({ order, shape, wall, gap }: Counted): void {
    const isOurs = order.currency === this.currency;
    if (gap !== null) this.counts.interval.add(gap);
    if (order.lines.length > 0) {
      this.counts.lines.add(order.lines.length);
      this.counts.units.add(shape.units);
    }
    if (isOurs) this.counts.value.add(order.minor);
    else this.otherCurrency += 1;
    for (const [category, minor] of shape.categories) {
      const share = this.shareOf(category);
      share.orders += 1;
      if (!isOurs) continue;
      share.spendMinor += minor;
      this.spendMinor += minor;
    }
    const hours = this.hours[wall.weekday]!;
    hours[wall.hour] = hours[wall.hour]! + 1;
  }

  private shareOf(category: string | null): CategoryShare {
    let share = this.categories.get(category);
    if (!share) this.categories.set(category, (share = { category, orders: 0, customers: 0, spendMinor: 0 }));
    return share;
  }

  result(): Habits {
    const { interval, lines, units, value } = this.counts;
    const { orders, customers, otherCurrency, spendMinor, hours } = this;
    const categories = [...this.categories.values()].toSorted((a, b) => b.spendMinor - a.spendMinor || b.orders - a.orders || (a.category ?? "").localeCompare(b.category ?? ""));
    return {
      orders, customers, otherCurrency, spendMinor, hours,
      interval: { ...interval.spread(), buckets: interval.buckets(INTERVALS) },
      lines: lines.spread(),
      units: { ...units.spread(), buckets: units.buckets(UNITS) },
      value: value.spread(),
      categories: categories.slice(0, MOST_CATEGORIES),
    };
  }
}

/** What one customer's own orders say. */
export type OwnHabits = {
  purchases: number;
  /** Median, days; null before the second purchase. */
  interval: number | null;
  units: Spread;
  value: Spread;
  /** By spend; of equals the one that stands in more orders, then the first by name. Null: nothing with a category. */
  favourite: string | null;
  /** The three hours of the day, from this one on, in which most orders came; null before the third order. */
  hour: number | null;
};

export function ownHabits({ orders }: Customer, currency: string, clock: (at: number) => WallHour): OwnHabits {
  const [interval, units, value] = [new Counts(), new Counts(), new Counts()];
  for (const [i, order] of orders.entries()) {
    const gap = gapBefore(orders, i);
    if (gap !== null) interval.add(gap);
    if (order.lines.length > 0) units.add(shapeOf(order).units);
    if (order.currency === currency) value.add(order.minor);
  }
  return {
    purchases: new Set(orders.map(({ day }) => day)).size,
    interval: interval.spread().median,
    units: units.spread(),
    value: value.spread(),
    favourite: favouriteCategory(orders, currency),
    hour: orders.length < 3 ? null : usualHour(orders.map(({ at }) => clock(at).hour)),
  };
}

export function favouriteCategory(orders: readonly CountedOrder[], currency: string): string | null {
  const shares = new Map<string, { minor: number; orders: number }>();
  for (const order of orders)
    for (const [category, minor] of shapeOf(order).categories) {
      if (category === null) continue;
      const share = shares.get(category) ?? { minor: 0, orders: 0 };
      shares.set(category, { minor: share.minor + (order.currency === currency ? minor : 0), orders: share.orders + 1 });
    }
  const [best] = [...shares].toSorted(([a, one], [b, two]) => two.minor - one.minor || two.orders - one.orders || (a < b ? -1 : 1));
  return best?.[0] ?? null;
}

function usualHour(hours: readonly number[]): number {
  const within = (from: number) => hours.filter((hour) => (hour - from + 24) % 24 < 3).length;
  return Array.from({ length: 24 }, (_, from) => from).reduce((best, from) => (within(from) > within(best) ? from : best));
}
