import { describe, expect, test } from "vitest";

import { listAudit } from "~/domain/journal/journal.server";
import { checkSelection, startSelection } from "~/domain/products/configuration";
import {
  archiveDesign, findDesignOf, findSharedDesign, listDesigns, restoreDesign, saveDesign, shareDesign, unshareDesign,
} from "~/domain/products/designs.server";
import { getConfigurator } from "~/domain/products/configurators.server";
import { addOption, addOptionValue, changeOptionValue } from "~/domain/products/options.server";
import { createProduct, findProduct, listProducts, updateProduct } from "~/domain/products/products.server";
import { upsertProduct } from "~/domain/products/upsert-product.server";
import { addRule, removeRule } from "~/domain/products/rules.server";

import { hasDatabase, testDatabase } from "../support/database";
import { aCustomer, aMug, at } from "../support/factories";

const by = at();
const words = (en: string, pl = en) => ({ en: { label: en }, pl: { label: pl } });

describe.runIf(hasDatabase())("the catalogue", () => {
  test("a product with options and a rule is data: it is made, read in each language, and checked", async () => {
    const db = await testDatabase();
    const made = await db.write(async (tx) => {
      const product = await createProduct(tx, by, { sku: "kite", price: 3000, currency: "EUR", words: { en: { name: "Kite" }, "sr-Latn": { name: "Zmaj" } } });
      if (!product.ok) throw new Error(product.reason);
      const { productId } = product;
      await addOption(tx, by, {
        productId, key: "cloth", kind: "choice", words: words("Cloth", "Tkanina"),
        values: [{ key: "paper", isDefault: true, words: words("Paper", "Papier") }, { key: "silk", priceDelta: 1200, words: words("Silk", "Jedwab") }],
      });
      await addOption(tx, by, { productId, key: "tail", kind: "choice", isRequired: false, words: words("Tail"), values: [{ key: "long", priceDelta: 200, words: words("Long") }] });
      await addRule(tx, by, { productId, kind: "requires", when: { cloth: ["silk"] }, then: { tail: ["long"] }, words: { en: { reason: "Silk flies only with a long tail." } } });
      return product;
    });
    const found = await getConfigurator(db.read, made.productId, "pl");
    if (!found) throw new Error("no configurator");
    expect(found.product).toMatchObject({ sku: "KITE", name: "Kite", isPersonalisable: true, rulesVersion: 4 });
    expect(found.config.options.map((o) => o.label)).toEqual(["Tkanina", "Tail"]);
    expect((await findProduct(db.read, "Kite", "sr-Cyrl"))?.name).toBe("Zmaj");
    const check = checkSelection(found.config, { ...startSelection(found.config), cloth: "silk" });
    expect(check).toMatchObject({ price: 4200, isOrderable: false });
    expect(check.conflicts[0]).toMatchObject({ reason: "Silk flies only with a long tail." });
    expect(check.conflicts[0]?.fixes.map((f) => f.changes)).toEqual([{ cloth: "paper" }, { tail: "long" }]);
    expect((await listAudit(db.read, { type: "product", id: made.productId })).map((a) => a.command).sort()).toEqual(["addOption", "addOption", "addRule", "createProduct"]);
  });

  test("keys are taken once; rules speak only of what is there", async () => {
    const db = await testDatabase();
    const { productId } = await db.write((tx) => aMug(tx, by));
    await db.write(async (tx) => {
      expect(await createProduct(tx, by, { sku: "mug-330", price: 1, currency: "EUR", words: { en: { name: "x" } } })).toEqual({ ok: false, reason: "sku_taken" });
      expect(await addOption(tx, by, { productId, key: "colour", kind: "colour", words: words("x") })).toEqual({ ok: false, reason: "key_taken" });
      expect(await addOptionValue(tx, by, { productId, option: "colour", key: "white", words: words("x") })).toEqual({ ok: false, reason: "key_taken" });
      expect(await addOptionValue(tx, by, { productId, option: "text", key: "x", words: words("x") })).toEqual({ ok: false, reason: "unknown_option" });
      const rule = { productId, kind: "excludes" as const, words: { en: { reason: "x" } } };
      expect(await addRule(tx, by, { ...rule, when: { size: ["xl"] }, then: {} })).toEqual({ ok: false, reason: "unknown_option" });
      expect(await addRule(tx, by, { ...rule, when: { colour: ["pink"] }, then: {} })).toEqual({ ok: false, reason: "unknown_value" });
      expect(await removeRule(tx, by, productId, 999_999)).toEqual({ ok: false, reason: "unknown_rule" });
    });
  });

  test("codes that differ only in case are one product; a repeated import changes nothing", async () => {
    const db = await testDatabase();
    const put = (given: object) => db.write((tx) => upsertProduct(tx, by, { sku: "85123a", name: "Heart holder", price: 2555, priceScale: 3, currency: "GBP", ...given }));
    const first = await put({});
    expect(first).toMatchObject({ ok: true, outcome: "created" });
    expect(await put({ sku: "85123A " })).toEqual({ ...first, outcome: "unchanged" });
    expect(await put({ currency: "EUR" })).toEqual({ ok: false, reason: "other_currency" });
    const version = (await findProduct(db.read, "85123A", "en"))?.rulesVersion;
    await put({ name: "" });
    expect(await findProduct(db.read, "85123A", "en")).toMatchObject({ name: "Heart holder", price: 2555, rulesVersion: version });
    await put({ price: 295, priceScale: 2 });
    expect(await findProduct(db.read, "85123A", "en")).toMatchObject({ price: 295, priceScale: 2 });
    expect(await listProducts(db.read, "en", { search: "heart" })).toHaveLength(1);
  });
});

describe.runIf(hasDatabase())("designs", () => {
  async function scene() {
    const db = await testDatabase();
    const made = await db.write(async (tx) => ({ anna: (await aCustomer(tx, by)).partyId, boris: (await aCustomer(tx, by)).partyId, mug: await aMug(tx, by) }));
    const save = (given: object = {}) =>
      db.write((tx) => saveDesign(tx, by, { partyId: made.anna, productId: made.mug.productId, name: "For Ana", selection: { colour: "black", print: "gold", text: " Ana " }, locale: "en", ...given }));
    return { db, ...made, save };
  }

  test("keep what was chosen, tidied, with the price of the day", async () => {
    const { db, anna, save } = await scene();
    const saved = await save();
    if (!saved.ok) throw new Error(saved.reason);
    const design = await findDesignOf(db.read, anna, saved.publicId, "en");
    expect(design).toMatchObject({ name: "For Ana", check: { selection: { colour: "black", print: "gold", text: "Ana" }, price: 1850 }, review: { changes: [], isOrderable: true } });
    expect(await listDesigns(db.read, anna, "en")).toHaveLength(1);
  });

  test("are not saved while something conflicts, nor for a product that is not offered", async () => {
    const { db, mug, save } = await scene();
    expect(await save({ selection: { colour: "white", print: "gold" } })).toMatchObject({ ok: false, reason: "not_orderable" });
    expect(await save({ selection: { colour: "black", print: "ink", text: "a text that is much too long" } })).toMatchObject({ ok: false, reason: "not_orderable" });
    await db.write((tx) => updateProduct(tx, by, mug.productId, { isActive: false }));
    expect(await save()).toMatchObject({ ok: false, reason: "unknown_product" });
  });

  test("say what has changed since they were saved, and take it on when saved again", async () => {
    const { db, anna, mug, save } = await scene();
    const saved = await save();
    if (!saved.ok) throw new Error(saved.reason);
    const { productId } = mug;
    await db.write((tx) => changeOptionValue(tx, by, { productId, option: "print", value: "gold", priceDelta: 400 }));
    const dearer = await findDesignOf(db.read, anna, saved.publicId, "en");
    expect(dearer?.review).toMatchObject({ oldPrice: 1850, newPrice: 2050, isOrderable: true, changes: [{ kind: "price", from: 200, to: 400, line: { label: "Gold" } }] });
    await save({ publicId: saved.publicId });
    expect((await findDesignOf(db.read, anna, saved.publicId, "en"))?.review.changes).toEqual([]);
    await db.write((tx) => changeOptionValue(tx, by, { productId, option: "print", value: "gold", isActive: false }));
    expect((await findDesignOf(db.read, anna, saved.publicId, "en"))?.review).toMatchObject({ isOrderable: false, changes: [{ kind: "value_gone", label: "Gold" }] });
    await db.write((tx) => addRule(tx, by, { productId, kind: "excludes", when: { colour: ["black"] }, then: { text: ["*"] }, words: { en: { reason: "No text on black." } } }));
    const kinds = (await findDesignOf(db.read, anna, saved.publicId, "en"))?.review.changes.map((c) => c.kind);
    expect(kinds).toEqual(["value_gone", "conflict"]);
  });

  test("are shared by a link that nobody guesses, and that can be ended", async () => {
    const { db, anna, save } = await scene();
    const saved = await save();
    if (!saved.ok) throw new Error(saved.reason);
    const own = { partyId: anna, publicId: saved.publicId };
    const shared = await db.write((tx) => shareDesign(tx, by, own));
    if (!shared.ok) throw new Error(shared.reason);
    expect(Buffer.from(shared.shareToken, "base64url")).toHaveLength(24);
    expect(await db.write((tx) => shareDesign(tx, by, own))).toEqual(shared);
    expect(await findSharedDesign(db.read, shared.shareToken, "en")).toMatchObject({ check: { price: 1850 } });
    await db.write((tx) => unshareDesign(tx, by, own));
    expect(await findSharedDesign(db.read, shared.shareToken, "en")).toBeNull();
    const again = await db.write((tx) => shareDesign(tx, by, own));
    expect(again.ok && again.shareToken).not.toBe(shared.shareToken);
    await db.write((tx) => archiveDesign(tx, by, own));
    expect(again.ok && (await findSharedDesign(db.read, again.shareToken, "en"))).toBeNull();
    expect(await listDesigns(db.read, anna, "en")).toEqual([]);
    await db.write((tx) => restoreDesign(tx, by, own));
    expect(await listDesigns(db.read, anna, "en")).toHaveLength(1);
  });

  // Mutants: without partyId in the WHERE of findDesignOf, changeDesign, shareDesign or changeOwn Boris gets at Anna's design.
  test("belong to one customer", async () => {
    const { db, anna, boris, save } = await scene();
    const saved = await save();
    if (!saved.ok) throw new Error(saved.reason);
    const foreign = { partyId: boris, publicId: saved.publicId };
    expect(await findDesignOf(db.read, boris, saved.publicId, "en")).toBeNull();
    expect(await save({ ...foreign, name: "Mine now" })).toEqual({ ok: false, reason: "unknown_design" });
    for (const command of [shareDesign, unshareDesign, archiveDesign, restoreDesign])
      expect(await db.write((tx) => command(tx, by, foreign))).toEqual({ ok: false, reason: "unknown_design" });
    expect(await findDesignOf(db.read, anna, saved.publicId, "en")).toMatchObject({ name: "For Ana", isArchived: false, shareToken: null });
  });
});
