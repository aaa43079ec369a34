import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { invoiceState, mayCancel, mayFollow, nextStatuses, promisedBy, timelineOf, type OrderStatus } from "./order";

const ALL: OrderStatus[] = ["placed", "in_production", "shipped", "delivered", "cancelled"];

describe("statuses", () => {
  test("only the written ways are open", () => {
    const open = ALL.flatMap((from) => ALL.filter((to) => mayFollow(from, to)).map((to) => `${from} ${to}`));
    expect(open).toEqual([
      "placed in_production", "placed shipped", "placed cancelled", "in_production shipped", "in_production cancelled", "shipped delivered",
    ]);
  });

  test("what has left cannot be cancelled", () => expect(ALL.filter(mayCancel)).toEqual(["placed", "in_production"]));

  test("every way ends", () => {
    fc.assert(fc.property(fc.infiniteStream(fc.nat()), (dice) => {
      let status: OrderStatus = "placed";
      for (let steps = 0; nextStatuses(status).length; steps++) {
        expect(steps).toBeLessThan(4);
        const next: OrderStatus[] = nextStatuses(status);
        status = next[(dice.next().value as number) % next.length] as OrderStatus;
      }
      expect(status).toBe("delivered");
    }));
  });
});

describe("the timeline", () => {
  const times = { placedAt: 1, producedAt: null, shippedAt: null, deliveredAt: null, cancelledAt: null, expectedAt: 9 };
  const said = (order: Partial<typeof times> & { status: OrderStatus }) =>
    timelineOf({ ...times, ...order }).map((s) => `${s.status} ${s.state} ${s.at ?? s.expectedAt ?? "-"}`);

  test("of a new order promises the delivery", () =>
    expect(said({ status: "placed" })).toEqual(["placed current 1", "in_production next -", "shipped next -", "delivered next 9"]));
  test("of goods from stock leaves production out", () =>
    expect(said({ status: "shipped", shippedAt: 3 } as never)).toEqual(["placed done 1", "shipped current 3", "delivered next 9"]));
  test("of a delivered order is all done", () =>
    expect(said({ status: "delivered", producedAt: 2, shippedAt: 3, deliveredAt: 4 } as never)).toEqual([
      "placed done 1", "in_production done 2", "shipped done 3", "delivered done 4",
    ]));
  test("of a cancelled order ends there", () =>
    expect(said({ status: "cancelled", producedAt: 2, cancelledAt: 3 } as never)).toEqual(["placed done 1", "in_production done 2", "cancelled current 3"]));
});

test("the slowest line makes the promise; express saves days, but never all", () => {
  const day = 86_400_000;
  expect(promisedBy(0, [{ isMade: false, days: 0 }])).toBe(4 * day);
  expect(promisedBy(0, [{ isMade: false, days: 0 }, { isMade: true, days: -3 }])).toBe(4 * day);
  expect(promisedBy(0, [{ isMade: true, days: -30 }])).toBe(day);
});

test.each([
  [0, 5, "open"], [40, 5, "part_paid"], [100, 5, "paid"], [120, 50, "paid"], [40, 11, "overdue"], [0, 10, "open"],
] as const)("paid %i at %i: %s", (paid, now, state) => expect(invoiceState({ totalMinor: 100, dueAt: 10 }, paid, now)).toBe(state));
