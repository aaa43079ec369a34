import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { CASE_STATUSES, CASE_TYPES, DECISIONS, isAcceptedBySilence, isClockRunning, nextStep, possibleDecisions, VERBS, type CaseState, type CaseStatus, type Verb } from "./case";

const complaint = (status: CaseStatus, more: Partial<CaseState> = {}): CaseState => ({
  type: "complaint", status, decision: status === "answered" ? "accepted" : null, statutoryDueAt: 1000, answeredAt: status === "answered" ? 500 : null, ...more,
});
const question = (status: CaseStatus): CaseState => ({ type: "question", status, decision: null, statutoryDueAt: null, answeredAt: null });

describe("after each verb a complaint", () => {
  test.each<[CaseStatus, Verb, CaseStatus | string]>([
    ["new", "startWork", "open"],
    ["open", "startWork", "refused: already_started"],
    ["new", "ask", "waiting"],
    ["open", "inform", "open"],
    ["new", "inform", "open"],
    ["waiting", "inform", "open"],
    ["answered", "ask", "answered"],
    ["answered", "inform", "answered"],
    ["new", "write", "new"],
    ["waiting", "write", "open"],
    ["answered", "write", "answered"],
    ["closed", "write", "refused: closed"],
    ["new", "decide", "answered"],
    ["waiting", "decide", "answered"],
    ["answered", "decide", "refused: already_answered"],
    ["closed", "decide", "refused: closed"],
    ["open", "close", "refused: undecided"],
    ["answered", "close", "closed"],
    ["closed", "close", "refused: closed"],
    ["answered", "reopen", "open"],
    ["closed", "reopen", "open"],
    ["open", "reopen", "refused: not_closed"],
  ])("that was %s, %s → %s", (status, verb, expected) => {
    const step = nextStep(complaint(status), verb);
    expect(step.ok ? step.status : `refused: ${step.reason}`).toBe(expected);
  });
});

describe("after each verb a question", () => {
  test.each<[CaseStatus, Verb, string]>([
    ["new", "inform", "answered"],
    ["answered", "write", "open"],
    ["open", "close", "closed"],
    ["open", "decide", "refused: not_a_complaint"],
  ])("that was %s, %s → %s", (status, verb, expected) => {
    const step = nextStep(question(status), verb);
    expect(step.ok ? step.status : `refused: ${step.reason}`).toBe(expected);
  });
});

const states: fc.Arbitrary<CaseState> = fc.record({
  type: fc.constantFrom(...CASE_TYPES),
  status: fc.constantFrom(...CASE_STATUSES),
  decision: fc.option(fc.constantFrom(...DECISIONS)),
  statutoryDueAt: fc.option(fc.integer({ min: 0, max: 10_000 })),
  answeredAt: fc.option(fc.integer({ min: 0, max: 10_000 })),
});

describe("whatever the state", () => {
  it("a closed case accepts nothing but being reopened", () => {
    fc.assert(
      fc.property(states, fc.constantFrom(...VERBS), (state, verb) => {
        expect(nextStep({ ...state, status: "closed" }, verb).ok).toBe(verb === "reopen");
      }),
    );
  });

  it("a complaint is never closed without a decision", () => {
    fc.assert(
      fc.property(states, (state) => {
        const step = nextStep({ ...state, type: "complaint", decision: null }, "close");
        expect(step.ok).toBe(false);
      }),
    );
  });

  it("a step leads to one of the known statuses, never back to new", () => {
    fc.assert(
      fc.property(states, fc.constantFrom(...VERBS), (state, verb) => {
        const step = nextStep(state, verb);
        if (step.ok) expect(CASE_STATUSES).toContain(step.status);
        if (step.ok && step.status === "new") expect(state.status).toBe("new");
      }),
    );
  });
});

test("silence accepts: after the last instant only an acceptance can be given", () => {
  expect(isAcceptedBySilence(complaint("open"), 1000)).toBe(false);
  expect(isAcceptedBySilence(complaint("open"), 1001)).toBe(true);
  expect(possibleDecisions(complaint("open"), 1000)).toEqual(["accepted", "partly_accepted", "rejected"]);
  expect(possibleDecisions(complaint("open"), 1001)).toEqual(["accepted"]);
  expect(isAcceptedBySilence(complaint("closed", { answeredAt: 1000 }), 5000)).toBe(false);
  expect(isAcceptedBySilence(complaint("closed", { answeredAt: 1001 }), 5000)).toBe(true);
  expect(isAcceptedBySilence(question("open"), 5000)).toBe(false);
});

test("asking the customer does not pause the clock; an answer stops it, and reopening does not start it again", () => {
  expect(isClockRunning(complaint("waiting"))).toBe(true);
  expect(isClockRunning(complaint("answered"))).toBe(false);
  expect(isClockRunning(complaint("open", { answeredAt: 500 }))).toBe(false);
});
