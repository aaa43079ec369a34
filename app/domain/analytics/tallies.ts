/** Everything a report counts, customer by customer. */
import { BasketTally, turned, type Pair } from "./affinity";
import { favouriteCategory, HabitsTally } from "./habits";
import { LoyaltyTally, type AtRisk, type LoyaltyBasis } from "./loyalty";
import { DAY } from "./period";
import type { Customer } from "./purchase";
import type { ReportContent } from "./report";
import { wallClock, type WallHour } from "./wall-clock";

/** Pairs are looked for in the orders of so many days. */
export const PAIR_DAYS = 365;
/** Pairs that stand in the report itself. */
const MOST_SHOWN = 200;
/** Partners kept of each product. */
const MOST_PARTNERS = 20;

export type KeptPair = Pair<number> & { partnerAgain: number };
export type Counted = { content: ReportContent; atRisk: AtRisk[]; pairs: KeptPair[] };

export class Tallies {
  private readonly loyalty: LoyaltyTally;
  private readonly habits: HabitsTally;
  private readonly products: BasketTally<number>;
  private readonly categories: BasketTally<string>;
  /** By product: on how many customers' record it stands, and on how many on two days or more. */
  private readonly buyers = new Map<number, { all: number; again: number }>();
  private readonly clocks = new Map<string, (at: number) => WallHour>();
  private readonly pairsFrom: number;

  constructor(private readonly basis: LoyaltyBasis, among: { products: readonly number[]; categories: readonly string[] }) {
    this.loyalty = new LoyaltyTally(basis);
    this.habits = new HabitsTally(basis, (zone) => this.clockOf(zone));
    this.products = new BasketTally(among.products);
    this.categories = new BasketTally(among.categories);
    this.pairsFrom = basis.asOf - PAIR_DAYS * DAY;
    for (const product of among.products) this.buyers.set(product, { all: 0, again: 0 });
  }

  private clockOf(zone: string): (at: number) => WallHour {
    let clock = this.clocks.get(zone);
    if (!clock) this.clocks.set(zone, (clock = wallClock(zone)));
    return clock;
  }

  /** @returns the category that they like best */
  add(customer: Customer): string | null {
    this.loyalty.add(customer);
    this.habits.add(customer);
    this.addBaskets(customer);
    this.addBuyer(customer);
    return favouriteCategory(customer.orders, this.basis.currency);
  }

  private addBaskets({ orders }: Customer): void {
    for (const { at, lines } of orders) {
      if (at <= this.pairsFrom) continue;
      this.products.add(new Set(lines.flatMap(({ productId }) => productId ?? [])));
      this.categories.add(new Set(lines.flatMap(({ category }) => category ?? [])));
    }
  }

  private addBuyer({ orders }: Customer): void {
    const days = new Map<number, number | "again">();
    for (const { day, lines } of orders)
      for (const { productId } of lines) {
        if (productId === null || !this.buyers.has(productId)) continue;
        const before = days.get(productId);
        days.set(productId, before === undefined || before === day ? day : "again");
      }
    for (const [product, day] of days) {
      const bought = this.buyers.get(product)!;
      bought.all += 1;
      if (day === "again") bought.again += 1;
    }
  }

  result(): Counted {
    const products = this.products.result();
    const { loyalty, atRisk } = this.loyalty.result();
    return {
      content: {
        loyalty,
        habits: this.habits.result(),
        affinity: { orders: this.products.orders, products: products.slice(0, MOST_SHOWN), categories: this.categories.result().slice(0, MOST_SHOWN) },
      },
      atRisk,
      pairs: this.partnersOf(products),
    };
  }

  /** From both sides, of each product the partners that most of its orders have. */
  private partnersOf(pairs: readonly Pair<number>[]): KeptPair[] {
    const kept = new Map<number, KeptPair[]>();
    for (const pair of pairs.flatMap((one) => [one, turned(one)])) {
      const { all, again } = this.buyers.get(pair.partner) ?? { all: 0, again: 0 };
      const own = kept.get(pair.item);
      const partner = { ...pair, partnerAgain: all ? again / all : 0 };
      if (own) own.push(partner);
      else kept.set(pair.item, [partner]);
    }
    return [...kept.values()].flatMap((own) => own.toSorted((a, b) => b.together - a.together || a.partner - b.partner).slice(0, MOST_PARTNERS));
  }
}
