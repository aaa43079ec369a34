import { z } from "zod";

import { pageQuery } from "~/domain/integrations/resources/shape";
import { newProductSchema, productChangeSchema, productPage, productSchema } from "~/domain/integrations/resources/trade";
import { PRODUCTS, readProducts } from "~/domain/integrations/resources/trade.server";
import { normalizeSku } from "~/domain/products/product";
import { createProduct, findProduct, updateProduct } from "~/domain/products/products.server";
import { type Operation, reads, writes } from "~/http/api/operation";
import { Problem } from "~/http/api/problem";
import { conflicting } from "./fields.server";
import { findOne, listPage, readOne, when } from "./listing.server";

const told = { resource: "products", answer: productSchema } as const;

export const productOperations: Operation[] = [
  reads({
    id: "listProducts",
    path: "/products",
    resource: "products",
    summary: "List products",
    query: z.strictObject({ ...pageQuery, sku: z.string().max(40).optional().describe("In any case of letters") }),
    answer: productPage,
    run: (asked) => listPage(asked, "products", PRODUCTS, readProducts, when(asked.query.sku, (sku) => ({ sql: "products.sku = ?", params: [normalizeSku(sku)] }))),
  }),
  reads({ ...told, id: "getProduct", path: "/products/{id}", summary: "Get a product", run: ({ app, params }) => readOne(app.db.read, PRODUCTS, readProducts, params.id) }),
  writes({
    ...told,
    id: "createProduct",
    method: "POST",
    status: 201,
    path: "/products",
    summary: "Add a product",
    body: newProductSchema,
    async run(tx, { by, body }) {
      const { sku, words, category = null, price } = body;
      const made = await createProduct(tx, by, { sku, words, category, price: price.value, priceScale: price.scale, currency: price.currency });
      if (!made.ok) throw conflicting(made.reason, "belongs to another product", "/sku");
      return { value: await readOne(tx, PRODUCTS, readProducts, made.publicId), made: made.publicId };
    },
  }),
  writes({
    ...told,
    id: "updateProduct",
    method: "PATCH",
    status: 200,
    path: "/products/{id}",
    summary: "Change a product",
    body: productChangeSchema,
    current: (tx, { params }) => findOne(tx, PRODUCTS, readProducts, params.id),
    async run(tx, { by, body, params }) {
      const product = await findProduct(tx, params.id ?? "", "en");
      if (!product) throw new Problem("not_found");
      const { price, is_active: isActive, ...rest } = body;
      await updateProduct(tx, by, product.id, { ...rest, ...(price && { price: price.value, priceScale: price.scale }), ...(isActive !== undefined && { isActive }) });
      return { value: await readOne(tx, PRODUCTS, readProducts, params.id) };
    },
  }),
];
