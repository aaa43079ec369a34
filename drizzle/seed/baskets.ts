/** What somebody puts into a basket, and how an order goes on after it was placed. Chance decides; the rules of the shop hold. */
import { checkSelection, startSelection, type Configuration } from "../../app/domain/products/configuration";
import type { Selection } from "../../app/domain/products/schema";
import type { ImportedLine, ImportOrderInput } from "../../app/domain/orders/import-order.server";
import { promisedBy } from "../../app/domain/orders/order";
import type { Person } from "./people";
import type { Purchase } from "./purchase-process";
import type { Random } from "./random";

const DAY = 86_400_000;
const HOUR = 3_600_000;

export type Shelf = {
  productId: number;
  sku: string;
  names: Record<string, string>;
  demand: number;
  config: Configuration;
};

/** What people like to add: so the shop has something to say about what is bought together. */
const GOES_WITH: Record<string, readonly string[]> = {
  "MUG-330": ["COASTERS-4", "GIFT-BOX"],
  "MUG-ENAMEL": ["TOWEL-TEA"],
  "NOTEBOOK-A5": ["STICKERS"],
  CUSHION: ["CANDLE-LINDEN"],
  "CARD-SET": ["WRAP-ROLL"],
  "FRAME-OAK": ["WRAP-ROLL"],
};
const FONDNESS = 6;

/** Fills a basket until it costs about what the customer wanted to spend. */
export function fillBasket(random: Random, shelves: readonly Shelf[], person: Person, valueMinor: number): ImportedLine[] {
  const lines: ImportedLine[] = [];
  const weights = () => Object.fromEntries(shelves.map(({ sku, demand }, i) => [i, lines.some((line) => GOES_WITH[line.sku]?.includes(sku)) ? demand * FONDNESS : demand]));
  let left = valueMinor;
  for (let tries = 0; tries < 8 && lines.length < 6; tries++) {
    const shelf = shelves[Number(random.weighted(weights()))] as Shelf;
    if (lines.some((line) => line.sku === shelf.sku) && random.chance(0.7)) continue;
    const { selection, price, scale } = choose(random, shelf.config, person);
    // a present for each of the family, or the mugs of a whole office
    const wish = Math.round(left / price);
    const quantity = Math.max(1, wish >= 6 && random.chance(0.25) ? Math.min(60, wish) : Math.min(wish, random.chance(0.75) ? 1 : random.int(2, 4)));
    lines.push({
      productId: shelf.productId,
      sku: shelf.sku,
      name: shelf.names[person.locale] ?? shelf.sku,
      quantity,
      unitPrice: price,
      unitPriceScale: scale,
      selection,
    });
    left -= price * quantity;
    if (left < 600) break;
  }
  return lines;
}

const TEXTS: Record<Person["locale"], readonly string[]> = {
  en: ["Emma", "Best dad", "Tea first", "Since 2014", "No. 1", "Our kitchen", "Good morning", "For Grandma", "Noah", "Home"],
  pl: ["Zosia", "Dla mamy", "Najpierw kawa", "Kocham góry", "Babcia Hania", "Antek", "Dzień dobry", "Nasz dom", "Łucja", "Na zdrowie"],
  "sr-Latn": ["Sofija", "Za mamu", "Prvo kafa", "Volim more", "Baka Ljilja", "Luka", "Dobro jutro", "Naš dom", "Anđela", "Živeli"],
  "sr-Cyrl": ["Софија", "За маму", "Прво кафа", "Волим море", "Бака Љиља", "Лука", "Добро јутро", "Наш дом", "Анђела", "Живели"],
};

/** A selection that the rules allow: drawn, and where it conflicts mended as the page would mend it. */
export function choose(random: Random, config: Configuration, person: Pick<Person, "locale">): { selection: Selection | null; price: number; scale: number } {
  if (!config.options.length) return { selection: null, price: config.price, scale: config.priceScale };
  let selection = startSelection(config);
  for (const option of config.options) {
    if (option.kind === "text") {
      const fitting = TEXTS[person.locale].filter((text) => [...text].length <= (option.maxLength ?? 20));
      if (fitting.length && random.chance(0.55)) selection[option.key] = random.pick(fitting);
    } else if (random.chance(option.isRequired ? 0.65 : 0.5)) {
      const offered = option.values.filter((value) => value.isActive);
      if (offered.length) selection[option.key] = random.pick(offered).key;
    }
  }
  let check = checkSelection(config, selection);
  for (let round = 0; round < 4 && check.conflicts.length; round++) {
    const fix = check.conflicts[0]?.fixes[0];
    if (!fix) break;
    selection = fix.selection;
    check = checkSelection(config, selection);
  }
  if (!check.isOrderable) check = checkSelection(config, startSelection(config));
  return { selection: check.selection, price: check.price, scale: check.scale };
}

const CARRIERS: Record<string, readonly string[]> = { PL: ["InPost", "DPD"], RS: ["Pošta Srbije", "BEX"], GB: ["Royal Mail"] };

export type PastOrder = Omit<ImportOrderInput, "partyId" | "number">;

/** How the order went on until now: production, parcel, delivery, or cancelled before it left. */
export function followOrder(random: Random, person: Person, purchase: Purchase, lines: ImportedLine[], now: number): PastOrder {
  const { at } = purchase;
  const isMade = lines.some((line) => line.selection);
  const base = {
    source: "seed" as const,
    facts: "later" as const,
    currency: "EUR",
    lines,
    deliveryAddress: person.postal,
    placedAt: at,
    expectedAt: promisedBy(at, lines.map((line) => ({ isMade: Boolean(line.selection), days: 0 }))),
  };
  const known = (instant: number | null) => (instant !== null && instant <= now ? instant : null);
  if (random.chance(0.022)) {
    const cancelledAt = known(at + random.int(1, 20) * HOUR);
    if (cancelledAt) return { ...base, status: "cancelled", cancelledAt };
  }
  const producedAt = isMade ? at + random.int(4, 40) * HOUR : null;
  const shippedAt = (producedAt ?? at) + Math.round((isMade ? 1 + random.gamma(4, 1.6) : 0.5 + random.gamma(2, 2)) * DAY);
  const deliveredAt = shippedAt + Math.round((0.8 + random.gamma(2.5, 1.6)) * DAY);
  const times = { producedAt: known(producedAt), shippedAt: known(shippedAt), deliveredAt: known(deliveredAt) };
  const status = times.deliveredAt ? "delivered" : times.shippedAt ? "shipped" : times.producedAt ? "in_production" : "placed";
  return {
    ...base,
    ...times,
    status,
    ...(times.shippedAt && {
      shipment: {
        carrier: random.pick(CARRIERS[person.country] ?? ["DHL", "DPD"]),
        trackingNumber: `${random.pick(["LP", "PX", "RR"])}${random.int(100_000_000, 999_999_999)}${person.country}`,
      },
    }),
  };
}
