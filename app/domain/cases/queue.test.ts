import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { answerDueAt } from "./answer-clock";
import { CASE_STATUSES, CASE_TYPES } from "./case";
import { needsUs, rankQueue, RISKS, type QueueRow } from "./queue";

const ZONE = "Europe/Warsaw";
const DAY = 86_400_000;
const NOW = Date.parse("2026-10-14T09:00:00Z");

let nextId = 1;
function filed(daysAgo: number, spendMinor: number, more: Partial<QueueRow> = {}): QueueRow {
  const receivedAt = NOW - daysAgo * DAY;
  return {
    id: nextId++, type: "complaint", status: "new", decision: null, receivedAt, lastCustomerAt: receivedAt, lastStaffAt: null,
    statutoryDueAt: answerDueAt(receivedAt, ZONE), answeredAt: null, spendMinor, ...more,
  };
}
const asked = (daysAgo: number, spendMinor: number) => filed(daysAgo, spendMinor, { type: "question", statutoryDueAt: null });

describe("the desk's queue", () => {
  it("puts risk to the deadline before value, value before age", () => {
    const overdue = filed(20, 1);
    const today = filed(14, 5);
    const soon = filed(12, 10);
    const rich = filed(2, 90_000);
    const older = filed(3, 500);
    const younger = filed(1, 500);
    expect(rankQueue([younger, older, rich, soon, today, overdue], NOW, ZONE).map((r) => r.row)).toEqual([overdue, today, soon, rich, older, younger]);
  });

  it("says why", () => {
    const [first] = rankQueue([filed(12, 12_345)], NOW, ZONE);
    expect(first!.reason).toEqual({ risk: "soon", daysLeft: 2, waitingDays: 12, spendMinor: 12_345, byFloor: false });
  });

  it("says nobody waits once the answer is given, until the customer writes again", () => {
    const answered = filed(5, 0, { status: "answered", decision: "accepted", answeredAt: NOW - DAY, lastStaffAt: NOW - DAY });
    expect(rankQueue([answered], NOW, ZONE)[0]!.reason.waitingDays).toBeNull();
    expect(rankQueue([{ ...answered, lastCustomerAt: NOW }], NOW, ZONE)[0]!.reason.waitingDays).toBe(0);
  });

  it("treats an unanswered question as today's work after its service days", () => {
    expect(rankQueue([asked(1, 0), asked(2, 0), asked(4, 0)], NOW, ZONE).map((r) => r.reason.risk)).toEqual(["today", "soon", "calm"]);
  });

  it("gives every fourth place of a band to the longest waiting, and says so", () => {
    const small = filed(9, 0);
    const rich = [1, 2, 3, 4, 5, 6].map((n) => filed(1, 10_000 * n));
    const ranked = rankQueue([small, ...rich], NOW, ZONE);
    expect(ranked[3]!.row).toBe(small);
    expect(ranked[3]!.reason.byFloor).toBe(true);
  });

  it("does not call it the floor where value alone gives the place", () => {
    const rows = [1, 2, 3, 4, 5].map((n) => filed(n, n * 1000));
    expect(rankQueue(rows, NOW, ZONE).some((r) => r.reason.byFloor)).toBe(false);
  });

  it("brings back what waits for the customer when its deadline is near: the clock is not paused", () => {
    const waiting = filed(12, 0, { status: "waiting", lastStaffAt: NOW - DAY });
    expect(needsUs(waiting, NOW, ZONE)).toBe(true);
    expect(needsUs({ ...waiting, statutoryDueAt: NOW + 9 * DAY }, NOW, ZONE)).toBe(false);
    expect(needsUs({ ...waiting, statutoryDueAt: NOW + 9 * DAY, lastCustomerAt: NOW }, NOW, ZONE)).toBe(true);
  });

  it("shows an answered complaint again when the customer writes", () => {
    const answered = filed(5, 0, { status: "answered", decision: "rejected", answeredAt: NOW - DAY, lastStaffAt: NOW - DAY });
    expect(needsUs(answered, NOW, ZONE)).toBe(false);
    expect(needsUs({ ...answered, lastCustomerAt: NOW - 1 }, NOW, ZONE)).toBe(true);
  });
});

const rows: fc.Arbitrary<QueueRow[]> = fc.uniqueArray(
  fc
    .record({
      id: fc.integer({ min: 1, max: 10_000 }),
      type: fc.constantFrom(...CASE_TYPES),
      status: fc.constantFrom(...CASE_STATUSES),
      age: fc.integer({ min: 0, max: 40 }),
      spendMinor: fc.integer({ min: 0, max: 1_000_000 }),
    })
    .map(({ age, ...row }) => {
      const receivedAt = NOW - age * DAY;
      return {
        ...row, receivedAt, lastCustomerAt: receivedAt, lastStaffAt: null, decision: null, answeredAt: null,
        statutoryDueAt: row.type === "complaint" ? answerDueAt(receivedAt, ZONE) : null,
      };
    }),
  { selector: (row) => row.id, maxLength: 60 },
);

describe("whatever stands in the queue", () => {
  it("every row has exactly one place, and the order does not depend on the order given", () => {
    fc.assert(
      fc.property(rows, (given) => {
        const ranked = rankQueue(given, NOW, ZONE).map((r) => r.row.id);
        expect([...ranked].sort()).toEqual(given.map((r) => r.id).sort());
        expect(rankQueue([...given].reverse(), NOW, ZONE).map((r) => r.row.id)).toEqual(ranked);
      }),
    );
  });

  it("no row of lesser risk stands before one of greater risk", () => {
    fc.assert(
      fc.property(rows, (given) => {
        const risks = rankQueue(given, NOW, ZONE).map((r) => RISKS.indexOf(r.reason.risk));
        expect(risks).toEqual([...risks].sort((a, b) => a - b));
      }),
    );
  });

  // Mutant: without the floor's turn in interleave, a customer with no spend goes to the end and this fails.
  it("nobody stands further down a band than four places per row that has waited longer", () => {
    fc.assert(
      fc.property(rows, (given) => {
        const ranked = rankQueue(given, NOW, ZONE);
        for (const risk of RISKS) {
          const band = ranked.filter((r) => r.reason.risk === risk);
          band.forEach(({ row }, place) => {
            const older = band.filter((r) => r.row.receivedAt < row.receivedAt || (r.row.receivedAt === row.receivedAt && r.row.id < row.id)).length;
            expect(place).toBeLessThan(4 * (older + 1));
          });
        }
      }),
    );
  });

  it("of two rows alike in risk and age, the floor apart, the more valuable comes first", () => {
    fc.assert(
      fc.property(rows, (given) => {
        const ranked = rankQueue(given, NOW, ZONE).filter((r) => !r.reason.byFloor);
        for (const [i, a] of ranked.entries())
          for (const b of ranked.slice(i + 1))
            if (a.reason.risk === b.reason.risk) expect(a.row.spendMinor).toBeGreaterThanOrEqual(b.row.spendMinor);
      }),
    );
  });
});
