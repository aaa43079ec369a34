/** What the rows of a file name, and which of it for the first time. */
import { normalizeSku } from "../products/product";
import { KeySet } from "./key-set";
import type { OrderRow } from "./rows";

export type Seen = { customers: KeySet; orders: KeySet; products: KeySet };

export function nothingSeen(): Seen {
  return { customers: new KeySet(), orders: new KeySet(), products: new KeySet() };
}

/** What a chunk names for the first time in its file; it becomes known only once the chunk is committed. */
export class Tally {
  private readonly fresh = { customers: new Set<string>(), orders: new Set<string>(), products: new Set<string>() };

  constructor(private readonly seen: Seen) {}

  addCustomer(key: string): number {
    return this.add("customers", key.toLowerCase());
  }
  addOrder(number: string): number {
    return this.add("orders", number);
  }
  addProduct(sku: string): number {
    return this.add("products", normalizeSku(sku));
  }
  addOrderLine(row: OrderRow): { customers: number; products: number } {
    return {
      customers: this.addCustomer(row.customerNumber ?? row.customerEmail ?? ""),
      products: row.kind === "purchase" ? this.addProduct(row.sku) : 0,
    };
  }

  /** @returns 1 for what is new, 0 for what was there */
  private add(kind: keyof Seen, key: string): number {
    if (this.seen[kind].has(key) || this.fresh[kind].has(key)) return 0;
    this.fresh[kind].add(key);
    return 1;
  }

  keep(): void {
    for (const kind of ["customers", "orders", "products"] as const) for (const key of this.fresh[kind]) this.seen[kind].add(key);
  }
}
