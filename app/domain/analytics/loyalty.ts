/** Who comes back: cohorts, repeat rates, churn risk and tenure, counted customer by customer. */
import { pAlive, type BgNbd } from "../customers/value/bg-nbd";
import { purchasesOf } from "../customers/value/worth";
import { CohortTally, type Cohorts } from "./cohorts";
import { CHURN_RISKS, churnRisk, type ChurnRisk } from "./churn";
import { Counts, type Spread } from "./counts";
import { BOUND_PERIODS, DAY, DAYS_OF, forPeriods, isIn, mapPeriods, type BoundPeriod, type Compared, type Period, type Window } from "./period";
import type { Basis, CountedOrder, Customer } from "./purchase";

/** Within so many days of the first order. */
export const WITHIN = [30, 90, 365] as const;
/** Days since the first order, each up to the next. */
export const TENURES = [0, 30, 90, 182, 365, 730, 1095] as const;
const YEAR = 365 * DAY;
/** Kept with a report, the most valuable first. */
const MOST_AT_RISK = 100;

export type LoyaltyBasis = Basis & {
  /** Null where the models cannot be relied upon: nothing is said about risk then. */
  model: BgNbd | null;
  dayOf: (at: number) => number;
};

/** Of those whose so many days came to their end within the while: how many had ordered again by then. */
export type Within = { days: number; customers: number; again: number };

export type RiskGroup = { customers: number; /** What they ordered in the year up to their last order. */ yearMinor: number };

/** How things stood at an instant, by what is known today of the orders until then. */
export type Standing = {
  customers: number;
  /** With two orders or more. */
  repeaters: number;
  /** With an order in the 365 days before. */
  active: number;
  tenure: { all: Spread; active: Spread; buckets: { all: number[]; active: number[] } };
  /** Null without a model. */
  risk: (Record<ChurnRisk, RiskGroup> & { /** Bought on one day only: nothing can be said. */ once: RiskGroup; /** By tenths of the chance. */ tenths: number[] }) | null;
};

export type AtRisk = { partyId: number; chance: number; yearMinor: number; lastAt: number };

export type Loyalty = {
  cohorts: Cohorts;
  within: Record<Period, Compared<Within[]>>;
  /** Now, and as long ago as each while is. */
  standing: { now: Standing; before: Record<BoundPeriod, Standing> };
};

export class LoyaltyTally {
  private readonly cohorts: CohortTally;
  private readonly within: Record<Period, Compared<{ window: Window; found: Within[] }>>;
  private readonly standing: { now: StandingTally; before: Record<BoundPeriod, StandingTally> };

  constructor(private readonly basis: LoyaltyBasis) {
    this.cohorts = new CohortTally(basis.dayOf(basis.asOf));
    this.within = forPeriods((window) => ({ window, found: WITHIN.map((days) => ({ days, customers: 0, again: 0 })) }), basis.asOf);
    const ago = (period: BoundPeriod) => new StandingTally(basis, basis.asOf - DAYS_OF[period] * DAY);
    this.standing = { now: new StandingTally(basis, basis.asOf), before: { "30d": ago("30d"), "90d": ago("90d"), "365d": ago("365d") } };
  }

  add(customer: Customer): void {
    this.cohorts.add(customer.orders);
    for (const { now, before } of Object.values(this.within)) for (const one of before ? [now, before] : [now]) countWithin(one, customer.orders);
    this.standing.now.add(customer);
    for (const period of BOUND_PERIODS) this.standing.before[period].add(customer);
  }

  result(): { loyalty: Loyalty; atRisk: AtRisk[] } {
    const { now, before } = this.standing;
    return {
      loyalty: {
        cohorts: this.cohorts.result(),
        within: mapPeriods(this.within, ({ found }) => found),
        standing: { now: now.result(), before: { "30d": before["30d"].result(), "90d": before["90d"].result(), "365d": before["365d"].result() } },
      },
      atRisk: now.mostAtRisk(),
    };
  }
}

function countWithin({ window, found }: { window: Window; found: Within[] }, orders: readonly CountedOrder[]): void {
  const first = orders[0]!.at;
  const second = orders[1]?.at ?? Infinity;
  for (const one of found) {
    const ends = first + one.days * DAY;
    if (!isIn(window, ends)) continue;
    one.customers += 1;
    if (second <= ends) one.again += 1;
  }
}

class StandingTally {
  private customers = 0;
  private repeaters = 0;
  private active = 0;
  private readonly tenure = { all: new Counts(), active: new Counts() };
  private readonly risk = { low: noGroup(), some: noGroup(), high: noGroup(), gone: noGroup(), once: noGroup() };
  private readonly tenths: number[] = Array.from({ length: 10 }, () => 0);
  private atRisk: AtRisk[] = [];

  constructor(private readonly basis: LoyaltyBasis, private readonly at: number) {}

  add({ partyId, orders: all }: Customer): void {
    const until = all.findLastIndex(({ at }) => at <= this.at) + 1;
    if (until === 0) return;
    const orders = until === all.length ? all : all.slice(0, until);
    const [first, last] = [orders[0]!, orders.at(-1)!];
    const isActive = last.at > this.at - YEAR;
    this.customers += 1;
    if (orders.length > 1) this.repeaters += 1;
    if (isActive) this.active += 1;
    const tenure = Math.floor((this.at - first.at) / DAY);
    this.tenure.all.add(tenure);
    if (isActive) this.tenure.active.add(tenure);
    if (this.basis.model) this.judge(partyId, orders, this.basis.model);
  }

  private judge(partyId: number, orders: readonly CountedOrder[], model: BgNbd): void {
    const [first, last] = [orders[0]!, orders.at(-1)!];
    const days = new Set(orders.map(({ day }) => day)).size;
    const yearMinor = orders.reduce((sum, { at, minor, currency }) => (at > last.at - YEAR && currency === this.basis.currency ? sum + minor : sum), 0);
    if (days === 1) return addTo(this.risk.once, yearMinor);
    // To as many places as it is kept with each customer.
    const chance = Math.round(pAlive(model, purchasesOf({ firstDay: first.day, lastDay: last.day, repeats: days - 1 }, this.basis.dayOf(this.at))) * 1e6) / 1e6;
    const risk = churnRisk(chance);
    addTo(this.risk[risk], yearMinor);
    const tenth = Math.min(9, Math.floor(chance * 10));
    this.tenths[tenth] = (this.tenths[tenth] ?? 0) + 1;
    if (risk === "high" && yearMinor > 0) this.atRisk.push({ partyId, chance, yearMinor, lastAt: last.at });
    if (this.atRisk.length > 20 * MOST_AT_RISK) this.atRisk = this.mostAtRisk();
  }

  mostAtRisk(): AtRisk[] {
    return this.atRisk.toSorted((a, b) => b.yearMinor - a.yearMinor || a.partyId - b.partyId).slice(0, MOST_AT_RISK);
  }

  result(): Standing {
    const { all, active } = this.tenure;
    return {
      customers: this.customers, repeaters: this.repeaters, active: this.active,
      tenure: { all: all.spread(), active: active.spread(), buckets: { all: all.buckets(TENURES), active: active.buckets(TENURES) } },
      risk: this.basis.model && { ...this.risk, tenths: this.tenths },
    };
  }
}

function noGroup(): RiskGroup {
  return { customers: 0, yearMinor: 0 };
}

function addTo(group: RiskGroup, minor: number): void {
  group.customers += 1;
  group.yearMinor += minor;
}

/** All of whom something can be said. */
export function judged(risk: NonNullable<Standing["risk"]>): number {
  return CHURN_RISKS.reduce((sum, one) => sum + risk[one].customers, 0);
}
