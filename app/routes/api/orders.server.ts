import { z } from "zod";

import { PARTIES } from "~/domain/integrations/resources/parties.server";
import { idSchema, instantOf, pageQuery } from "~/domain/integrations/resources/shape";
import { newOrderSchema, orderChangeSchema, orderPage, orderSchema } from "~/domain/integrations/resources/trade";
import { ORDERS, readOrders } from "~/domain/integrations/resources/trade.server";
import { placeOrder } from "~/domain/orders/placing.server";
import { advanceOrder, cancelOrder } from "~/domain/orders/progress.server";
import { type Operation, reads, writes } from "~/http/api/operation";
import { conflicting, refused } from "./fields.server";
import { findOne, listPage, named, ofParty, readOne, when } from "./listing.server";

const told = { resource: "orders", answer: orderSchema } as const;

export const orderOperations: Operation[] = [
  reads({
    id: "listOrders",
    path: "/orders",
    resource: "orders",
    summary: "List orders with their lines",
    query: z.strictObject({
      ...pageQuery,
      party_id: idSchema.optional(),
      number: z.string().max(60).optional(),
      status: z.enum(["placed", "in_production", "shipped", "delivered", "cancelled"]).optional(),
    }),
    answer: orderPage,
    run: (asked) =>
      listPage(asked, "orders", ORDERS, readOrders, [
        ...ofParty("orders", asked.query.party_id),
        ...when(asked.query.number, (number) => ({ sql: "orders.number = ?", params: [number] })),
        ...when(asked.query.status, (status) => ({ sql: "orders.status = ?", params: [status] })),
      ]),
  }),
  reads({ ...told, id: "getOrder", path: "/orders/{id}", summary: "Get an order", run: ({ app, params }) => readOne(app.db.read, ORDERS, readOrders, params.id) }),
  writes({
    ...told,
    id: "createOrder",
    method: "POST",
    status: 201,
    path: "/orders",
    summary: "Place an order",
    body: newOrderSchema,
    async run(tx, { by, body }) {
      const { delivery_address: address } = body;
      const made = await placeOrder(tx, by, {
        partyId: await named(tx, PARTIES, body.party_id, "/party_id"),
        source: "api",
        lines: body.lines.map(({ sku, quantity, selection, unit_price: price }) => ({ sku, quantity, ...(selection && { selection }), ...(price && { unitPrice: price.value, unitPriceScale: price.scale }) })),
        ...(body.number !== undefined && { number: body.number }),
        ...(body.placed_at !== undefined && { placedAt: instantOf(body.placed_at) }),
        ...(body.shipping_minor !== undefined && { shippingMinor: body.shipping_minor }),
        ...(address && { deliveryAddress: address }),
      });
      if (!made.ok) throw made.reason === "number_taken" ? conflicting(made.reason, "belongs to another order", "/number") : refused("/lines", made.reason, REASONS[made.reason]);
      return { value: await readOne(tx, ORDERS, readOrders, made.publicId), made: made.publicId };
    },
  }),
  writes({
    ...told,
    id: "updateOrder",
    method: "PATCH",
    status: 200,
    path: "/orders/{id}",
    summary: "Move an order on, or cancel it",
    body: orderChangeSchema,
    current: (tx, { params }) => findOne(tx, ORDERS, readOrders, params.id),
    async run(tx, { by, body, params }) {
      const orderId = await named(tx, ORDERS, params.id ?? "", "");
      const { status: to, carrier, tracking_number: trackingNumber } = body;
      const done =
        to === "cancelled"
          ? await cancelOrder(tx, by, { orderId })
          : await advanceOrder(tx, by, { orderId, to, ...(carrier !== undefined && { carrier }), ...(trackingNumber !== undefined && { trackingNumber }) });
      if (!done.ok) throw done.reason === "carrier_missing" ? refused("/carrier", done.reason, "is needed to ship") : conflicting(done.reason, "The order is past that, or not there yet.", "/status");
      return { value: await readOne(tx, ORDERS, readOrders, params.id) };
    },
  }),
];

const REASONS = {
  no_lines: "there are none",
  bad_quantity: "one has a quantity that cannot be ordered",
  unknown_product: "one names a product that is not there",
  unknown_design: "one names a design that is not there",
  not_orderable: "one cannot be ordered as it is chosen",
  mixed_currencies: "they are in several currencies",
  price_changed: "the price has changed",
} as const;
