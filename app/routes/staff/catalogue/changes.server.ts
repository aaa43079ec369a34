/** The changes that the page of a product makes, one command each, told apart by the form's `intent`. */
import type { AppLoadContext } from "@remix-run/node";
import { data } from "@remix-run/node";
import type { z } from "zod";

import { optionSchema, patternOf, productSchema, ruleSchema, valueSchema } from "~/domain/products/catalogue-form";
import { minorDigits, parseAmount, rescale } from "~/domain/products/price";
import { getConfigurator } from "~/domain/products/configurators.server";
import { addOption, addOptionValue, changeOptionValue } from "~/domain/products/options.server";
import { updateProduct, type ProductSummary } from "~/domain/products/products.server";
import { addRule, removeRule } from "~/domain/products/rules.server";
import { redirectSaying } from "~/http/flash.server";
import { parseForm } from "~/http/forms";
import { by, found } from "~/http/require";
import { wordsOf } from "../words.server";

type Change = { form: FormData; product: ProductSummary; context: AppLoadContext };

export async function changeProduct(intent: string, change: Change) {
  switch (intent) {
    case "product":
      return saveProduct(change);
    case "option":
      return saveOption(change);
    case "value":
      return saveValue(change);
    case "price-of-value":
      return saveValueChange(change);
    case "rule":
      return saveRule(change);
    case "remove-rule":
      return dropRule(change);
    default:
      throw new Response(null, { status: 400 });
  }
}

function done({ context, product }: Change) {
  return redirectSaying(context.app, `/staff/catalogue/${product.publicId}`, { key: "catalogue.saved" });
}

/** 400 with what was typed; `intent` says at which of the page's forms. */
function refused<S extends z.ZodType>(intent: string, submission: ReturnType<typeof parseForm<S>>, fields: Record<string, string[]> = {}) {
  return data({ intent, result: submission.reply(Object.keys(fields).length ? { fieldErrors: fields as never } : {}) }, { status: 400 });
}

function delta(text: string | undefined, currency: string): number {
  const amount = parseAmount(text || "0");
  return amount ? rescale(amount.amount, amount.scale, minorDigits(currency)) : 0;
}

async function saveProduct(change: Change) {
  const { form, product, context } = change;
  const submission = parseForm(form, productSchema);
  if (submission.status !== "success") return refused("product", submission);
  const filled = submission.value;
  const price = parseAmount(filled.price);
  if (!price || price.amount < 0) return refused("product", submission, { price: ["price"] });
  await context.app.db.write((tx) =>
    updateProduct(tx, by(context), product.id, {
      // 12.90 read as 12.9 is the same price, and no change.
      ...(rescale(price.amount, price.scale, 4) !== rescale(product.price, product.priceScale, 4) && { price: price.amount, priceScale: price.scale }),
      category: filled.category ?? null,
      artwork: filled.artwork ?? null,
      isActive: filled.isActive === "on",
      words: wordsOf(filled, (name, description) => ({ name, description })),
    }));
  return done(change);
}

async function saveOption(change: Change) {
  const { form, product, context } = change;
  const submission = parseForm(form, optionSchema);
  if (submission.status !== "success") return refused("option", submission);
  const { key, kind, isRequired, maxLength, priceDelta, ...names } = submission.value;
  const added = await context.app.db.write((tx) =>
    addOption(tx, by(context), {
      productId: product.id, key, kind, isRequired: isRequired === "on", maxLength, priceDelta: delta(priceDelta, product.currency),
      words: wordsOf(names, (label) => ({ label })),
    }));
  return added.ok ? done(change) : refused("option", submission, { key: ["taken"] });
}

async function saveValue(change: Change) {
  const { form, product, context } = change;
  const submission = parseForm(form, valueSchema);
  if (submission.status !== "success") return refused("value", submission);
  const { option, key, priceDelta, look, ...names } = submission.value;
  const { config } = found(await getConfigurator(context.app.db.read, product.id, "en"));
  const known = config.options.find((o) => o.key === option);
  const isFirst = known?.values.length === 0;
  const added = await context.app.db.write((tx) =>
    addOptionValue(tx, by(context), {
      productId: product.id, option, key, priceDelta: delta(priceDelta, product.currency), isDefault: isFirst,
      data: lookData(option, known?.kind ?? "choice", look ?? ""),
      words: wordsOf(names, (label) => ({ label })),
    }));
  if (added.ok) return done(change);
  return refused("value", submission, added.reason === "key_taken" ? { key: ["taken"] } : { option: ["choose"] });
}

/** A colour of the option called ink, print or text is that of the print; any other is the article's. */
function lookData(option: string, kind: string, look: string): Record<string, string> {
  if (!look) return {};
  if (kind === "motif") return { motif: look };
  if (kind !== "colour") return { size: look };
  return /ink|print|text/.test(option) ? { ink: look } : { base: look };
}

async function saveValueChange(change: Change) {
  const { form, product, context } = change;
  const price = parseAmount(String(form.get("priceDelta") ?? ""), minorDigits(product.currency));
  const say = (key: string) => redirectSaying(context.app, `/staff/catalogue/${product.publicId}`, { key, tone: "error" });
  if (!price) return say("catalogue.badPrice");
  const result = await context.app.db.write((tx) =>
    changeOptionValue(tx, by(context), {
      productId: product.id,
      option: String(form.get("option")),
      value: String(form.get("value")),
      priceDelta: rescale(price.amount, price.scale, minorDigits(product.currency)),
      isActive: form.get("isActive") === "on",
    }));
  return result.ok ? done(change) : say("catalogue.gone");
}

async function saveRule(change: Change) {
  const { form, product, context } = change;
  const submission = parseForm(form, ruleSchema);
  if (submission.status !== "success") return refused("rule", submission);
  const { kind, when, then, priceDelta, ...names } = submission.value;
  const added = await context.app.db.write((tx) =>
    addRule(tx, by(context), {
      productId: product.id, kind, when: patternOf(when), then: then ? patternOf(then) : {}, priceDelta: delta(priceDelta, product.currency),
      words: wordsOf(names, (reason) => ({ reason })),
    }));
  return added.ok ? done(change) : refused("rule", submission, { when: ["choose"] });
}

async function dropRule(change: Change) {
  const { form, product, context } = change;
  const ruleId = Number(form.get("rule"));
  const result = await context.app.db.write((tx) => removeRule(tx, by(context), product.id, ruleId));
  if (!result.ok) throw new Response(null, { status: 404 });
  return done(change);
}
