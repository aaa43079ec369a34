/** Compares the lines that an order has with those that a file says it has. Pure. */
import { rescale } from "../products/price";

export type LineFact = {
  sku: string;
  quantity: number;
  /** Integer at `unitPriceScale` decimals. */
  unitPrice: number;
  unitPriceScale: number;
};

export type Comparison<There, Given> = { added: Given[]; corrected: { was: There; now: Given }[] };

/**
 * Lines are bags, not sets: the same article may stand twice on one invoice. Equal lines cancel each other out; of the
 * rest, a line of an article that the order has corrects it, any other is added.
 */
export function compareLines<There extends LineFact, Given extends LineFact>(there: There[], given: Given[]): Comparison<There, Given> {
  const exact = match(there, given, factOf);
  const sameArticle = match(exact.there, exact.given, (line) => line.sku);
  return { added: sameArticle.given, corrected: sameArticle.pairs.map(([was, now]) => ({ was, now })) };
}

/** 2.50 at two decimals and 2.500 at three are one price. */
function factOf(line: LineFact): string {
  return `${line.sku}|${line.quantity}|${rescale(line.unitPrice, line.unitPriceScale, Math.max(6, line.unitPriceScale))}`;
}

function match<There, Given>(there: There[], given: Given[], key: (line: There | Given) => string) {
  const waiting = new Map<string, There[]>();
  for (const line of there) waiting.set(key(line), [...(waiting.get(key(line)) ?? []), line]);
  const pairs: [There, Given][] = [];
  const left: Given[] = [];
  for (const line of given) {
    const partner = waiting.get(key(line))?.shift();
    if (partner) pairs.push([partner, line]);
    else left.push(line);
  }
  return { pairs, there: [...waiting.values()].flat(), given: left };
}
