/** What a customer may want next: what goes with what they bought. */
import { figuresOf, type PairCounts } from "./affinity";

/** Of its buyers, so many buy it on another day again: less, and it is a thing that one has once. */
export const BOUGHT_AGAIN = 0.2;

/** A product and one of its partners, as the last report found them. */
export type Partner = PairCounts & { productId: number; partnerId: number; /** Share of the partner's buyers who bought it again. */ partnerAgain: number };
export type Wish = { productId: number; /** What they bought that it goes with. */ becauseOf: number; confidence: number };

/**
 * Of everything they bought the partners, those that most orders of the one have first. What they have already only where people
 * buy it again, and only once for each product.
 * @param offered products that are not put away
 */
export function wishesOf(partners: readonly Partner[], bought: ReadonlySet<number>, offered: ReadonlySet<number>, most = 3): Wish[] {
  const best = new Map<number, Wish>();
  for (const partner of partners) {
    const { productId, partnerId, partnerAgain } = partner;
    if (!bought.has(productId) || !offered.has(partnerId)) continue;
    if (bought.has(partnerId) && partnerAgain < BOUGHT_AGAIN) continue;
    const { confidence } = figuresOf(partner);
    if (confidence > (best.get(partnerId)?.confidence ?? 0)) best.set(partnerId, { productId: partnerId, becauseOf: productId, confidence });
  }
  return [...best.values()].toSorted((a, b) => b.confidence - a.confidence || a.productId - b.productId).slice(0, most);
}
