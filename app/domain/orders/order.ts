/** What an order may become, and what its timeline says. Pure. */
import type { ORDER_STATUSES as STATUSES } from "./schema";

export type OrderStatus = (typeof STATUSES)[number];

export const ORDER_STATUSES: readonly OrderStatus[] = ["placed", "in_production", "shipped", "delivered", "cancelled"];

/** Goods from stock may be shipped without production; nothing is cancelled once it has left. */
const FOLLOWERS: Record<OrderStatus, OrderStatus[]> = {
  placed: ["in_production", "shipped", "cancelled"],
  in_production: ["shipped", "cancelled"],
  shipped: ["delivered"],
  delivered: [],
  cancelled: [],
};

export function mayFollow(from: OrderStatus, to: OrderStatus): boolean {
  return FOLLOWERS[from].includes(to);
}

/** The steps by which an order comes to what somebody else tells of it; null: there is no way there. */
export function stepsTo(from: OrderStatus, to: OrderStatus): Exclude<OrderStatus, "placed">[] | null {
  if (from === to) return [];
  if (to === "placed") return null;
  if (mayFollow(from, to)) return [to];
  return to === "delivered" && mayFollow(from, "shipped") ? ["shipped", "delivered"] : null;
}

/** What staff can do next with an order, cancelling apart. */
export function nextStatuses(status: OrderStatus): OrderStatus[] {
  return FOLLOWERS[status].filter((s) => s !== "cancelled");
}

export function mayCancel(status: OrderStatus): boolean {
  return mayFollow(status, "cancelled");
}

export type OrderTimes = {
  status: OrderStatus;
  placedAt: number;
  producedAt: number | null;
  shippedAt: number | null;
  deliveredAt: number | null;
  cancelledAt: number | null;
  expectedAt: number | null;
};

export type TimelineStep = {
  status: OrderStatus;
  state: "done" | "current" | "next";
  /** When it happened. */
  at: number | null;
  /** When it is promised; only the delivery has a promise. */
  expectedAt: number | null;
};

/**
 * The way of an order as the customer sees it. A step that was passed over (goods from stock are not produced) is left
 * out; a cancelled order ends where it was cancelled.
 */
export function timelineOf(order: OrderTimes): TimelineStep[] {
  const way: [OrderStatus, number | null][] = [
    ["placed", order.placedAt],
    ["in_production", order.producedAt],
    ["shipped", order.shippedAt],
    ["delivered", order.deliveredAt],
  ];
  const position = way.findIndex(([status]) => status === order.status);
  if (order.status === "cancelled") {
    const done = way.filter(([, at]) => at !== null).map(([status, at]) => step(status, "done", at));
    return [...done, step("cancelled", "current", order.cancelledAt)];
  }
  return way.flatMap(([status, at], i) => {
    if (i > position) return [step(status, "next", null, status === "delivered" ? order.expectedAt : null)];
    if (i < position && at === null) return [];
    return [step(status, i === position && status !== "delivered" ? "current" : "done", at)];
  });
}

function step(status: OrderStatus, state: TimelineStep["state"], at: number | null, expectedAt: number | null = null): TimelineStep {
  return { status, state, at, expectedAt };
}

const DAY = 86_400_000;
const STOCK_DAYS = 4;
const MADE_DAYS = 7;

/**
 * When an order should be with the customer. What is made to order takes longer; a chosen value may say how many days
 * it adds or, like express delivery, saves (`days` in its data).
 */
export function promisedBy(placedAt: number, lines: { isMade: boolean; days: number }[]): number {
  const longest = Math.max(...lines.map((line) => Math.max(1, (line.isMade ? MADE_DAYS : STOCK_DAYS) + line.days)));
  return placedAt + longest * DAY;
}

/** Invoices fall due this long after they were issued. */
export const PAYMENT_TERM = 14 * DAY;

export type InvoiceState = "paid" | "part_paid" | "open" | "overdue";

export function invoiceState(invoice: { totalMinor: number; dueAt: number }, paidMinor: number, now: number): InvoiceState {
  if (paidMinor >= invoice.totalMinor) return "paid";
  if (now > invoice.dueAt) return "overdue";
  return paidMinor > 0 ? "part_paid" : "open";
}
