import { parties } from "../customers/schema.ts";
import {
  bool, id, index, instant, int, json, minor, oneOf, primaryKey, table, text, uniqueIndex,
} from "../../db/columns.ts";

export const products = table(
  "products",
  {
    id: id(),
    publicId: text().notNull().unique(),
    /** Upper-cased: codes that differ only in case are one product. */
    sku: text().notNull().unique(),
    category: text(),
    /** Integer at `priceScale` decimals: 1234 with scale 3 is 1.234. */
    price: int().notNull(),
    priceScale: int().notNull().default(2),
    currency: text().notNull(),
    isPersonalisable: bool().notNull().default(false),
    /** Which drawing the live preview uses (mug, shirt, cushion, notebook, frame, …). */
    artwork: text(),
    /** Raised by every change of options, values or rules; designs remember the one they were checked against. */
    rulesVersion: int().notNull().default(1),
    position: int().notNull().default(0),
    isActive: bool().notNull().default(true),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [index("products_category").on(t.category, t.position)],
);

export const productTranslations = table(
  "product_translations",
  {
    productId: int().notNull().references(() => products.id),
    locale: text().notNull(),
    name: text().notNull(),
    description: text().notNull().default(""),
  },
  (t) => [primaryKey({ columns: [t.productId, t.locale] })],
);

export const productOptions = table(
  "product_options",
  {
    id: id(),
    productId: int().notNull().references(() => products.id),
    key: text().notNull(),
    kind: oneOf(["choice", "colour", "motif", "text"]).notNull(),
    position: int().notNull().default(0),
    isRequired: bool().notNull().default(true),
    /** For kind text: the most characters that can be printed. */
    maxLength: int(),
    /** For kind text: what any text costs, in minor units. */
    priceDelta: minor().notNull().default(0),
  },
  (t) => [uniqueIndex("product_options_key").on(t.productId, t.key)],
);

export const productOptionTranslations = table(
  "product_option_translations",
  {
    optionId: int().notNull().references(() => productOptions.id),
    locale: text().notNull(),
    label: text().notNull(),
    help: text().notNull().default(""),
  },
  (t) => [primaryKey({ columns: [t.optionId, t.locale] })],
);

export const productOptionValues = table(
  "product_option_values",
  {
    id: id(),
    optionId: int().notNull().references(() => productOptions.id),
    key: text().notNull(),
    priceDelta: minor().notNull().default(0),
    /** What the drawing and the promise need: base and ink (colours), motif, font, size, shape, days. */
    data: json<Record<string, string>>().notNull(),
    position: int().notNull().default(0),
    isDefault: bool().notNull().default(false),
    isActive: bool().notNull().default(true),
  },
  (t) => [uniqueIndex("product_option_values_key").on(t.optionId, t.key)],
);

export const productOptionValueTranslations = table(
  "product_option_value_translations",
  {
    valueId: int().notNull().references(() => productOptionValues.id),
    locale: text().notNull(),
    label: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.valueId, t.locale] })],
);

/** option key → accepted value keys; every entry must hold. For text options the values are "" (empty) and "*" (any text). */
export type SelectionPattern = Record<string, string[]>;

export const productRules = table(
  "product_rules",
  {
    id: id(),
    productId: int().notNull().references(() => products.id),
    kind: oneOf(["requires", "excludes", "price"]).notNull(),
    when: json<SelectionPattern>().notNull(),
    /** requires: what must then hold; excludes: what must then not hold. */
    then: json<SelectionPattern>().notNull(),
    /** price: what is added when `when` holds, in minor units. */
    priceDelta: minor().notNull().default(0),
    position: int().notNull().default(0),
  },
  (t) => [index("product_rules_product").on(t.productId, t.position)],
);

/** Why a rule stands, in the customer's language. */
export const productRuleTranslations = table(
  "product_rule_translations",
  {
    ruleId: int().notNull().references(() => productRules.id),
    locale: text().notNull(),
    reason: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.ruleId, t.locale] })],
);

/** A price as it was, line by line, at `scale` decimals. The keys are those of configuration.ts. */
export type PriceSnapshot = {
  scale: number;
  price: number;
  lines: { key: string; kind: "base" | "value" | "text" | "rule"; optionLabel: string; label: string; amount: number }[];
};

/** option key → chosen value key, or the text itself for text options. */
export type Selection = Record<string, string>;

export const designs = table(
  "designs",
  {
    id: id(),
    publicId: text().notNull().unique(),
    partyId: int().notNull().references(() => parties.id),
    productId: int().notNull().references(() => products.id),
    name: text().notNull(),
    selection: json<Selection>().notNull(),
    rulesVersion: int().notNull(),
    /** The unit price and its lines when last saved, to say what changed since. */
    priceSnapshot: json<PriceSnapshot>().notNull(),
    currency: text().notNull(),
    shareToken: text().unique(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
    archivedAt: instant(),
  },
  (t) => [index("designs_party").on(t.partyId, t.updatedAt, t.id)],
);
