import { describe, expect, it } from "vitest";

import type { RequestActor } from "./context";
import { permittedTopics } from "./live-topics";

const customer: RequestActor = { kind: "customer", loginId: 1, partyId: 7, name: "Ada", locale: "en" };
const staff = (role: "administrator" | "marketer" | "support" | "manager"): RequestActor => ({ kind: "staff", id: 1, role, name: "Bo", locale: "en" });

describe("live topics", () => {
  it("gives a customer their own party and nothing else, whatever they ask for", () => {
    expect(permittedTopics(customer, ["me", "party:8", "case:1", "desk"])).toEqual(["party:7"]);
    expect(permittedTopics(customer, ["party:7", "case:1"])).toEqual([]);
  });

  it("gives staff what their role works with", () => {
    expect(permittedTopics(staff("support"), ["desk", "case:3", "campaign:2"])).toEqual(["desk", "case:3"]);
    expect(permittedTopics(staff("marketer"), ["desk", "case:3", "campaign:2"])).toEqual(["campaign:2"]);
  });

  it("gives nobody what is not a known topic", () => {
    for (const odd of ["constructor", "__proto__", "case:x", "case:1;desk", "secrets", "party:*", ""])
      expect(permittedTopics(staff("administrator"), [odd])).toEqual([]);
    expect(permittedTopics({ kind: "anonymous" }, ["me", "desk"])).toEqual([]);
  });
});
