import type { ActionFunctionArgs } from "@remix-run/node";
import { z } from "zod";

import { findOrder } from "~/domain/orders/orders.server";
import { advanceOrder } from "~/domain/orders/progress.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";

const schema = z.object({
  to: z.enum(["in_production", "shipped", "delivered"]),
  carrier: z.string().max(60).optional(),
  trackingNumber: z.string().max(60).optional(),
});

const SAID = { not_now: "orders.staff.notNow", carrier_missing: "orders.staff.carrierMissing", unknown_order: "orders.staff.notNow" } as const;

export async function action({ request, params, context }: ActionFunctionArgs) {
  const order = found(await findOrder(context.app.db.read, params.id ?? ""));
  const input = schema.safeParse(Object.fromEntries(await request.formData()));
  if (!input.success) throw new Response(null, { status: 400 });
  const result = await context.app.db.write((tx) => advanceOrder(tx, by(context), { orderId: order.id, ...input.data }));
  return redirectSaying(
    context.app,
    `/staff/orders/${order.publicId}`,
    result.ok ? { key: "orders.staff.advanced" } : { key: SAID[result.reason], tone: "error" },
  );
}
