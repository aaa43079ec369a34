import { describe, expect, it } from "vitest";

import { searchedFor, searchTerms } from "./search-terms";

describe("searchTerms", () => {
  it("begins with each word of the name, number and addresses as people remember them", () => {
    const terms = searchTerms({
      name: "Łucja Kowalska-Đorđević",
      number: "K-118110",
      contacts: [
        { kind: "email", value: "Lucja.Kowalska+x@Poczta.example", normalizedValue: "lucja.kowalska+x@poczta.example", postal: null },
        { kind: "phone", value: "0600 100 200", normalizedValue: "+48600100200", postal: null },
        { kind: "postal", value: "Lipowa 3", normalizedValue: "lipowa 3", postal: { postcode: "90-001", city: "Łódź" } },
      ],
    });
    expect(terms).toEqual([
      [0, "k-118110"], [0, "118110"], [1, "lucja kowalska-dordevic"], [2, "kowalska-dordevic lucja"], [2, "dordevic"], [2, "kowalskadordevic"],
      [3, "lucja.kowalska+x@poczta.example"], [3, "kowalska+x@poczta.example"], [3, "x@poczta.example"], [3, "poczta.example"], [3, "48600100200"], [3, "600100200"], [3, "lodz"], [3, "90-001"],
    ]);
  });

  it.each([["+381639844876", "639844876"], ["+15551234567", "5551234567"], ["+442079460000", "2079460000"], ["+420777123456", "777123456"]])("knows what is dialled within the country: %s", (full, national) => {
    expect(searchTerms({ name: "", number: null, contacts: [{ kind: "phone", value: full, normalizedValue: full, postal: null }] })).toContainEqual([3, national]);
  });

  it("is the better one where two are the same, and short", () => {
    expect(searchTerms({ name: "17850", number: "17850", contacts: [] })).toEqual([[0, "17850"]]);
    expect(searchTerms({ name: "x".repeat(500), number: null, contacts: [] })[0]![1]).toHaveLength(120);
  });
});

describe("searchedFor", () => {
  it.each([
    [" Nowak  ANNA nowak ", ["nowak", "anna"]], ["   ", []], ["@example.com", ["example.com"]], ["+48 600 100 200", ["48600100200"]], ["0048 600-100-200", ["48600100200"]],
    ["063 984 48", ["6398448"]], ["600100", ["600100"]], ["R-10023", ["r-10023"]], ["anna 600", ["anna", "600"]], ["Ђорђе", ["dorde"]],
  ])("reads %j", (question, words) => {
    expect(searchedFor(question)).toEqual(words);
  });
});
