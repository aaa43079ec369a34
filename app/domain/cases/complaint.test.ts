import { v7 } from "uuid";
import { describe, expect, it, test } from "vitest";

import { complaintDraftSchema, complaintSchema, decisionSchema, firstOpenStep, refuseComplaint, storyStep, type ComplaintDraft } from "./complaint";

const draft = (more: Partial<ComplaintDraft> = {}): ComplaintDraft => ({
  submissionKey: v7(), reason: "damaged", quantity: "1", noticedOn: "2026-10-01", description: "The handle came off.", wantedRemedy: "refund", attachmentIds: [], ...more,
});

describe("a half-filled complaint goes on at", () => {
  test.each([
    ["the reason", { reason: undefined, description: undefined }, "reason"],
    ["the story", { description: "  " }, "story"],
    ["the remedy", { wantedRemedy: undefined }, "remedy"],
    ["the check when all is said", {}, "check"],
    ["the story when the day is not a day", { noticedOn: "2026-02-30" }, "story"],
  ] as const)("%s", (_name, more, step) => {
    expect(firstOpenStep(draft(more))).toBe(step);
  });
});

it("keeps line ends of a description as one character and drops other control characters", () => {
  expect(storyStep.parse({ description: " a\r\nb\u0000c\u001b[31m " })).toEqual({ description: "a\nbc[31m" });
});

it("refuses a description that is too long with the key of its message", () => {
  const refused = storyStep.safeParse({ description: "x".repeat(5001) });
  expect(refused.error?.issues[0]).toMatchObject({ path: ["description"], message: "too_long" });
});

it("reads what an older version of the form has kept, and drops what it cannot use", () => {
  expect(complaintDraftSchema.parse({ submissionKey: v7(), reason: 5, attachmentIds: "x" })).toMatchObject({ attachmentIds: [] });
});

it("is complete with everything but photos and the day", () => {
  const parsed = complaintSchema.parse({ reason: "late", description: "Not here", wantedRemedy: "refund" });
  expect(parsed).toEqual({ reason: "late", quantity: 1, description: "Not here", wantedRemedy: "refund", attachmentIds: [] });
});

test("nobody complains about more than was ordered, nor about what will be noticed tomorrow", () => {
  const now = Date.parse("2026-10-01T22:30:00Z");
  expect(refuseComplaint({ quantity: 2 }, { quantity: 1 }, now, "Europe/Warsaw")).toEqual({ field: "quantity", error: "too_big" });
  expect(refuseComplaint({ quantity: 1, noticedOn: "2026-10-03" }, { quantity: 1 }, now, "Europe/Warsaw")).toEqual({ field: "noticedOn", error: "future" });
  expect(refuseComplaint({ quantity: 1, noticedOn: "2026-10-02" }, { quantity: 1 }, now, "Europe/Warsaw")).toBeNull();
});

test("an acceptance names what is granted, a rejection need not", () => {
  const given = { message: "We are sorry.", submissionKey: v7(), version: "3" };
  expect(decisionSchema.safeParse({ ...given, decision: "rejected", grantedRemedy: "" }).success).toBe(true);
  expect(decisionSchema.safeParse({ ...given, decision: "accepted", grantedRemedy: "refund" }).success).toBe(true);
  const refused = decisionSchema.safeParse({ ...given, decision: "accepted", grantedRemedy: "" });
  expect(refused.error?.issues).toMatchObject([{ path: ["grantedRemedy"], message: "choose" }]);
});
