/** What the models and the quintiles make of one customer's orders, among everybody's. */
import { expectingWithin, pAlive, type BgNbd, type Purchases } from "./bg-nbd";
import { expectedSpend, type GammaGamma, type Spending } from "./gamma-gamma";
import { quintileCuts, rfmScores, rfmSegment, type RfmCuts, type RfmSegment } from "./rfm";

/** Value and orders are expected over 12 months. */
const WEEKS = 52;

export type CountedOrder = {
  /** Days since 1 January 1970, of the company's calendar. */
  day: number;
  at: number;
  minor: number;
  currency: string;
};

export type OrderHistory = {
  firstDay: number;
  lastDay: number;
  /** Days with an order after the first. */
  repeats: number;
  /** What the days after the first came to in the company's currency. */
  spending: Spending;
  /** What all days came to in the company's currency, and those after the first on which something was paid. */
  paidMinor: number;
  repeatMinor: number;
  orders: number;
  /** In the currency of the last order, as the facts have it. */
  currency: string;
  spendMinor: number;
};

/** @param orders of one customer, in the order of time, at least one; cancelled ones left out */
export function historyOf(orders: readonly CountedOrder[], ours: string): OrderHistory {
  const days = new Map<number, number>();
  const spent = new Map<string, number>();
  for (const { day, minor, currency } of orders) {
    days.set(day, (days.get(day) ?? 0) + (currency === ours ? minor : 0));
    spent.set(currency, (spent.get(currency) ?? 0) + minor);
  }
  const [firstDay = 0, lastDay = 0] = [orders[0]?.day, orders.at(-1)?.day];
  const paid = [...days].filter(([day, minor]) => day !== firstDay && minor > 0).map(([, minor]) => minor);
  const repeatMinor = paid.reduce((sum, minor) => sum + minor, 0);
  // Of two at the same instant the facts take the currency that comes first.
  const newest = orders.reduce((last, one) => (one.at > last.at || (one.at === last.at && one.currency < last.currency) ? one : last)).currency;
  return {
    firstDay, lastDay, repeats: days.size - 1, orders: orders.length, currency: newest, spendMinor: spent.get(newest) ?? 0,
    spending: spendingOf(paid.length, repeatMinor), paidMinor: spent.get(ours) ?? 0, repeatMinor,
  };
}

export function spendingOf(repeats: number, minor: number): Spending {
  return { x: repeats, mean: repeats ? minor / repeats : 0 };
}

export function purchasesOf({ firstDay, lastDay, repeats }: Pick<OrderHistory, "firstDay" | "lastDay" | "repeats">, today: number): Purchases {
  return { x: repeats, tx: (lastDay - firstDay) / 7, T: (today - firstDay) / 7 };
}

/** `expected`: purchases to expect of one customer, for as many as there are. */
export type Models = { frequency: BgNbd | null; expected: ((purchases: Purchases) => number) | null; spend: GammaGamma | null };

export function modelsFrom(frequency: BgNbd | null, spend: GammaGamma | null): Models {
  return { frequency, expected: frequency && expectingWithin(frequency, WEEKS), spend };
}

export type Worth = {
  recencyScore: number;
  frequencyScore: number;
  monetaryScore: number;
  rfmSegment: RfmSegment;
  pAlive: number | null;
  expectedOrders: number | null;
  /** In the company's currency. */
  valueMinor: number | null;
};

/** Of who never bought. */
export const NO_WORTH: { [Figure in keyof Worth]: null } = {
  recencyScore: null, frequencyScore: null, monetaryScore: null, rfmSegment: null, pAlive: null, expectedOrders: null, valueMinor: null,
};

export function worthOf(history: OrderHistory, cuts: RfmCuts, { frequency, expected, spend }: Models, today: number): Worth {
  const scores = rfmScores(cuts, { days: today - history.lastDay, orders: history.orders, spend: history.spendMinor });
  const purchases = purchasesOf(history, today);
  const expectedOrders = expected && rounded(expected(purchases), 1e4);
  return {
    recencyScore: scores.recency, frequencyScore: scores.frequency, monetaryScore: scores.monetary, rfmSegment: rfmSegment(scores),
    pAlive: frequency && rounded(pAlive(frequency, purchases), 1e6),
    expectedOrders,
    valueMinor: expectedOrders !== null && spend && history.paidMinor > 0 ? Math.round(expectedOrders * expectedSpend(spend, history.spending)) : null,
  };
}

function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}

/** Everybody's figures in columns: a million customers in some forty bytes each. */
export class Base {
  private readonly figures = { first: new Column(Int32Array), last: new Column(Int32Array), repeats: new Column(Int32Array), orders: new Column(Int32Array) };
  private readonly spend = new Map<string, Column<Float64Array>>();
  private readonly paid = { repeats: new Column(Int32Array), mean: new Column(Float64Array) };

  constructor(private readonly today: number) {}

  add(history: OrderHistory): void {
    this.figures.first.push(history.firstDay);
    this.figures.last.push(history.lastDay);
    this.figures.repeats.push(history.repeats);
    this.figures.orders.push(history.orders);
    let spend = this.spend.get(history.currency);
    if (!spend) this.spend.set(history.currency, (spend = new Column(Float64Array)));
    spend.push(history.spendMinor);
    if (history.spending.x === 0) return;
    this.paid.repeats.push(history.spending.x);
    this.paid.mean.push(history.spending.mean);
  }

  get purchases(): Many<Purchases> {
    const [first, last, repeats] = [this.figures.first.values(), this.figures.last.values(), this.figures.repeats.values()];
    return many(first.length, (i) => purchasesOf({ firstDay: first[i]!, lastDay: last[i]!, repeats: repeats[i]! }, this.today));
  }

  /** Of those who came back and paid something when they did. */
  get spendings(): Many<Spending> {
    const [repeats, mean] = [this.paid.repeats.values(), this.paid.mean.values()];
    return many(repeats.length, (i) => ({ x: repeats[i]!, mean: mean[i]! }));
  }

  /** Recency and frequency are cut among everybody, spend among those who pay in the same currency. */
  cuts(): Record<string, RfmCuts> {
    if (this.spend.size === 0) return {};
    const recency = quintileCuts(this.figures.last.values().map((last) => this.today - last));
    const frequency = quintileCuts(this.figures.orders.values());
    return Object.fromEntries([...this.spend].map(([currency, spend]) => [currency, { recency, frequency, monetary: quintileCuts(spend.values()) }]));
  }
}

/** Any number of them, made while they are gone through. */
export type Many<One> = Iterable<One> & { readonly length: number };

function many<One>(length: number, at: (i: number) => One): Many<One> {
  return {
    length,
    *[Symbol.iterator]() {
      for (let i = 0; i < length; i++) yield at(i);
    },
  };
}

/** Numbers added one by one. */
class Column<Numbers extends Int32Array | Float64Array> {
  private room: Numbers;
  private length = 0;

  constructor(private readonly kind: new (length: number) => Numbers) {
    this.room = new kind(1024);
  }

  push(value: number): void {
    if (this.length === this.room.length) {
      const wider = new this.kind(this.length * 2);
      wider.set(this.room);
      this.room = wider;
    }
    this.room[this.length++] = value;
  }

  values(): Numbers {
    return this.room.subarray(0, this.length) as Numbers;
  }
}

export type WorthPoint = Pick<Worth, "rfmSegment" | "pAlive" | "valueMinor">;

/** Whether the history gets a new row: another segment, a tenth more or less of chance, or of value. */
export function isNoticeable(before: WorthPoint | null, now: WorthPoint): boolean {
  if (!before || before.rfmSegment !== now.rfmSegment) return true;
  if ((before.pAlive === null) !== (now.pAlive === null) || (before.valueMinor === null) !== (now.valueMinor === null)) return true;
  const [chance, value] = [Math.abs((before.pAlive ?? 0) - (now.pAlive ?? 0)), Math.abs((before.valueMinor ?? 0) - (now.valueMinor ?? 0))];
  return chance >= 0.1 || value > Math.max(100, Math.max(before.valueMinor ?? 0, now.valueMinor ?? 0) / 10);
}
