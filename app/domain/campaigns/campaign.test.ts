import { describe, expect, test } from "vitest";

import { AGAINST_RECIPIENT } from "../deliveries/recipient";
import { CAMPAIGN_VERBS, chooseLocale, mayDo, standing, WATERFALL, type CampaignVerb } from "./campaign";
import { instantOf, localOf } from "../company/local-time";
import { CAMPAIGN_STATUSES } from "./schema";

describe("what may be done with a campaign", () => {
  test.each<[CampaignVerb, string[]]>([
    ["edit", ["draft", "approved"]],
    ["approve", ["draft"]],
    ["launch", ["draft", "approved", "scheduled"]],
    ["schedule", ["draft", "approved"]],
    ["unschedule", ["scheduled"]],
    ["pause", ["planning", "sending"]],
    ["resume", ["paused"]],
    ["cancel", ["scheduled", "planning", "sending", "paused"]],
    ["again", ["sending", "paused", "finished"]],
    ["pace", ["draft", "approved", "scheduled", "planning", "sending", "paused"]],
  ])("%s only from %j", (verb, from) => {
    expect(CAMPAIGN_STATUSES.filter((status) => mayDo(verb, status, "administrator").ok)).toEqual(from);
  });

  test("support may do nothing, and a marketer does not approve", () => {
    for (const verb of CAMPAIGN_VERBS) expect(mayDo(verb, "draft", "support")).toEqual({ ok: false, reason: "wrong_role" });
    expect(mayDo("approve", "draft", "marketer")).toEqual({ ok: false, reason: "wrong_role" });
    expect(mayDo("approve", "draft", "manager")).toEqual({ ok: true });
  });
});

test("the waterfall has the steps of the rule that judges a recipient, in its order", () => {
  expect(WATERFALL).toEqual(["no_address", ...AGAINST_RECIPIENT.map((one) => one.reason), "duplicate_address"]);
});

test("a reader is written to in their language, in its other script, or in the mailing's first", () => {
  const written = ["en", "sr-Latn"] as const;
  expect(chooseLocale("en", written, "en")).toBe("en");
  expect(chooseLocale("sr-Cyrl", written, "en")).toBe("sr-Latn");
  expect(chooseLocale("pl", written, "en")).toBe("en");
  expect(chooseLocale("xx", written, "sr-Latn")).toBe("sr-Latn");
});

test("a warning stands until it is let pass; a blocker cannot be", () => {
  const checks = [
    { key: "a", id: "a", level: "green" },
    { key: "b", id: "b", level: "warning" },
    { key: "c", id: "c", level: "warning", waivedBecause: "known" },
    { key: "d", id: "d", level: "blocker", waivedBecause: "please" },
  ] as const;
  expect(standing(checks).map((check) => check.id)).toEqual(["b", "d"]);
});

describe("a typed time in the company's zone", () => {
  test.each([
    ["2026-06-01T09:30", "Europe/Warsaw", "2026-06-01T07:30:00.000Z"],
    ["2026-12-01T09:30", "Europe/Belgrade", "2026-12-01T08:30:00.000Z"],
    ["2026-03-29T02:30", "Europe/Warsaw", "2026-03-29T01:30:00.000Z"], // skipped: counts as 03:30
    ["2026-10-25T02:30", "Europe/Warsaw", "2026-10-25T00:30:00.000Z"], // repeated: the first
    ["2026-06-01T09:30", "Asia/Kathmandu", "2026-06-01T03:45:00.000Z"],
  ])("%s in %s is %s", (local, zone, utc) => {
    expect(new Date(instantOf(local, zone)!).toISOString()).toBe(utc);
  });
  test("reads back what it wrote, and nothing else", () => {
    expect(localOf(Date.parse("2026-06-01T07:30:00Z"), "Europe/Warsaw")).toBe("2026-06-01T09:30");
    for (const bad of ["", "tomorrow", "2026-13-01T00:00", "2026-06-01 09:30"]) expect(instantOf(bad, "UTC")).toBeNull();
  });
});
