import type { ActionFunctionArgs } from "@remix-run/node";

import { findOrder } from "~/domain/orders/orders.server";
import { cancelOrder } from "~/domain/orders/progress.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";

export async function action({ params, context }: ActionFunctionArgs) {
  const order = found(await findOrder(context.app.db.read, params.id ?? ""));
  const result = await context.app.db.write((tx) => cancelOrder(tx, by(context), { orderId: order.id }));
  return redirectSaying(
    context.app,
    `/staff/orders/${order.publicId}`,
    result.ok ? { key: "orders.cancel.done" } : { key: "orders.cancel.tooLate", tone: "error" },
  );
}
