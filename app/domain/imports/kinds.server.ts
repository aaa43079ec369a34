import { notesIn } from "./notes-in.server";
import { invoicesIn, paymentsIn, productsIn, shipmentsIn } from "./books-in.server";
import { consentsIn } from "./consents-in.server";
import { customersIn } from "./customers-in.server";
import type { ImportType } from "./import";
import type { Kind } from "./kind";

/** Everything but orders, whose rows stand together. What a kind reads only that kind is given again. */
export const KINDS: Record<Exclude<ImportType, "orders">, Kind<object, object>> = {
  customers: customersIn,
  consents: consentsIn,
  notes: notesIn,
  products: productsIn,
  invoices: invoicesIn,
  payments: paymentsIn,
  shipments: shipmentsIn,
};
