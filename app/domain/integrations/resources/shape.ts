/** What the resources of the API have in common: how times, money and names are written. Pure. */
import { z } from "zod";

export const idSchema = z.uuid().describe("Public id");
export const timeSchema = z.iso.datetime({ offset: true }).describe("ISO 8601; answers are in UTC");
export const currencySchema = z.string().regex(/^[A-Z]{3}$/).describe("ISO 4217");

export const moneySchema = z
  .strictObject({ minor: z.int().describe("Whole minor units: 1299 EUR is 12.99 €"), currency: currencySchema })
  .meta({ id: "Money" });

export const postalSchema = z
  .strictObject({
    line1: z.string().min(1).max(160),
    line2: z.string().max(160).optional(),
    postcode: z.string().max(16),
    city: z.string().min(1).max(80),
    country: z.string().regex(/^[A-Z]{2}$/).describe("ISO 3166-1 alpha-2"),
  })
  .meta({ id: "PostalAddress" });

export const time = (at: number): string => new Date(at).toISOString();
export const timeOrNull = (at: number | null): string | null => (at === null ? null : time(at));
export const instantOf = (text: string): number => Date.parse(text);
export const money = (minor: number, currency: string) => ({ minor: Number(minor), currency });

/** What every list takes. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe("How many at most, 1 to 200"),
  cursor: z.string().max(500).optional().describe("`next` of the page before"),
  updated_since: timeSchema.optional().describe("Only what was made or changed at this time or later"),
};

/** Of a list whose things are not asked for by when they were changed. */
export const pagesOnly = { limit: pageQuery.limit, cursor: pageQuery.cursor };

/** What may stand in a path, where it is not a public id. */
export const PATH_WORDS: Record<string, RegExp> = { topic: /^[a-z][a-z0-9_-]{0,59}$/, channel: /^(email|sms|phone|letter)$/ };

/** A page of these: `next` is null on the last one. */
export function pageSchema<Item extends z.ZodType>(item: Item, id: string) {
  return z.strictObject({ data: z.array(item), next: z.string().nullable().describe("Cursor of the next page") }).meta({ id });
}
