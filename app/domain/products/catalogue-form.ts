/** What staff fill in on the catalogue's forms. */
import { z } from "zod";

import { descriptionsShape, namesShape } from "../company/words";
import { isPrice } from "./price";

const keySchema = z.string({ error: "required" }).trim().toLowerCase().regex(/^[a-z][a-z0-9_-]{0,30}$/, "key");
const priceSchema = z.string({ error: "required" }).refine((text) => isPrice(text, 4), "price");
const deltaSchema = z.string().refine((text) => text === "" || isPrice(text, 2), "price").optional();

/** The drawings that exist; see app/ui/artwork. */
export const ARTWORKS = ["mug", "shirt", "cushion", "notebook", "frame", "tote", "calendar", "cards", "wrap", "box", "stickers", "towel", "coasters", "candle"] as const;

const productShape = {
  ...namesShape,
  ...descriptionsShape,
  price: priceSchema,
  category: z.string().trim().max(60, "too_long:60").optional(),
  artwork: z.enum(ARTWORKS, "choose").optional(),
};

export const newProductSchema = z.object({
  sku: z.string({ error: "required" }).trim().min(1, "required").max(40, "too_long:40").regex(/^\S+$/, "key"),
  ...productShape,
});

export const productSchema = z.object({ ...productShape, isActive: z.literal("on").optional() });

export const optionSchema = z.object({
  key: keySchema,
  kind: z.enum(["choice", "colour", "motif", "text"], "choose"),
  isRequired: z.literal("on").optional(),
  maxLength: z.coerce.number("integer").int("integer").min(1, "too_small").max(200, "too_big").optional(),
  priceDelta: deltaSchema,
  ...namesShape,
});

export const valueSchema = z.object({
  option: z.string().min(1, "choose"),
  key: keySchema,
  priceDelta: deltaSchema,
  /** What the drawing shows: #rrggbb, or the name of a motif. */
  look: z.string().trim().max(30, "too_long:30").optional(),
  ...namesShape,
});

/** `option=value`, where value may be * (any) or empty (none). */
const pairSchema = z.string().regex(/^[\w-]+=[\w*-]*$/, "choose");

export const ruleSchema = z
  .object({
    kind: z.enum(["requires", "excludes", "price"], "choose"),
    when: pairSchema,
    then: z.union([z.literal(""), pairSchema]).optional(),
    priceDelta: deltaSchema,
    ...namesShape,
  })
  .superRefine((rule, ctx) => {
    if (rule.kind !== "price" && !rule.then) ctx.addIssue({ code: "custom", path: ["then"], message: "choose" });
    if (rule.kind === "price" && !rule.priceDelta) ctx.addIssue({ code: "custom", path: ["priceDelta"], message: "required" });
  });

/** "colour=white" → {colour: ["white"]} */
export function patternOf(pair: string): Record<string, string[]> {
  const at = pair.indexOf("=");
  return { [pair.slice(0, at)]: [pair.slice(at + 1)] };
}
