import type { ActionFunctionArgs } from "@remix-run/node";

import { findOrderOf } from "~/domain/orders/orders.server";
import { cancelOrder } from "~/domain/orders/progress.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found, requireCustomer } from "~/http/require";

export async function action({ params, context }: ActionFunctionArgs) {
  const { partyId } = requireCustomer(context);
  const order = found(await findOrderOf(context.app.db.read, partyId, params.id ?? ""));
  const result = await context.app.db.write((tx) => cancelOrder(tx, by(context), { orderId: order.id, partyId }));
  return redirectSaying(
    context.app,
    `/portal/orders/${order.publicId}`,
    result.ok ? { key: "orders.cancel.done" } : { key: "orders.cancel.tooLate", tone: "error" },
  );
}
