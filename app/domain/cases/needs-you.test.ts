import { expect, test } from "vitest";

import { listNeeds, needOf, type CaseForCustomer } from "./needs-you";

const DAY = 86_400_000;
const NOW = Date.parse("2026-10-14T09:00:00Z");
const complaint = (more: Partial<CaseForCustomer>): CaseForCustomer => ({
  type: "complaint", status: "open", decision: null, statutoryDueAt: NOW + 9 * DAY, answeredAt: null, lastCustomerAt: NOW - DAY, lastStaffAt: null, ...more,
});

test.each([
  ["nothing while we work on it", {}, null],
  ["a reply when we asked", { status: "waiting" }, "reply"],
  ["to know that our answer is nearly due", { statutoryDueAt: NOW + 2 * DAY }, "due_soon"],
  ["to know that silence has accepted it", { statutoryDueAt: NOW - 1 }, "accepted_by_law"],
  ["to read the answer", { status: "answered", decision: "rejected", answeredAt: NOW - 5, lastStaffAt: NOW - 5 }, "answered"],
  ["nothing once they have replied to the answer", { status: "answered", decision: "rejected", answeredAt: NOW - 5, lastStaffAt: NOW - 5, lastCustomerAt: NOW - 1 }, null],
  ["nothing from an old answer", { status: "answered", decision: "rejected", answeredAt: NOW - 20 * DAY, lastStaffAt: NOW - 20 * DAY, lastCustomerAt: NOW - 30 * DAY }, null],
  ["nothing from what is closed", { status: "closed", statutoryDueAt: NOW - DAY }, null],
] as const)("the customer needs %s", (_what, more, need) => {
  expect(needOf(complaint(more as Partial<CaseForCustomer>), NOW)).toBe(need);
});

test("a wanted reply comes before an answer, an answer before a date", () => {
  const due = complaint({ statutoryDueAt: NOW + DAY });
  const asked = complaint({ status: "waiting" });
  expect(listNeeds([due, complaint({}), asked], NOW).map((one) => one.need)).toEqual(["reply", "due_soon"]);
});
