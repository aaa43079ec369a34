import type { ActionFunctionArgs } from "@remix-run/node";
import { z } from "zod";

import { listInvoicesOfOrder, recordPayment } from "~/domain/orders/invoices.server";
import { findOrder } from "~/domain/orders/orders.server";
import { minorDigits, parseAmount, rescale } from "~/domain/products/price";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";

const METHODS = ["transfer", "card", "cash"];

export async function action({ request, params, context }: ActionFunctionArgs) {
  const order = found(await findOrder(context.app.db.read, params.id ?? ""));
  const form = await request.formData();
  const invoices = await listInvoicesOfOrder(context.app.db.read, order.id);
  const invoice = found(invoices.find((i) => i.publicId === form.get("invoice")));
  const digits = minorDigits(invoice.currency);
  const amount = parseAmount(String(form.get("amount") ?? ""), digits);
  const method = String(form.get("method"));
  const submissionKey = z.uuid().optional().catch(undefined).parse(form.get("submissionKey") ?? undefined);
  const back = `/staff/orders/${order.publicId}`;
  if (!amount || !METHODS.includes(method)) return redirectSaying(context.app, back, { key: "orders.staff.badAmount", tone: "error" });
  const result = await context.app.db.write((tx) =>
    recordPayment(tx, by(context), {
      invoiceId: invoice.id,
      amountMinor: rescale(amount.amount, amount.scale, digits),
      method,
      reference: String(form.get("reference") ?? "").slice(0, 120),
      ...(submissionKey && { submissionKey }),
    }));
  return redirectSaying(context.app, back, result.ok ? { key: "orders.staff.paid" } : { key: "orders.staff.badAmount", tone: "error" });
}
