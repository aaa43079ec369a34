import { describe, expect, it } from "vitest";

import { applyPreset, BUILT_IN_PRESETS, checkMapping, guessMapping, guessOptions } from "./import";

describe("finding columns", () => {
  it("by their headers, in our languages", () => {
    expect(guessMapping("customers", ["Nr klienta", "E-mail", "Imię", "Nazwisko", "Język", "Kraj"])).toEqual({
      number: "Nr klienta", email: "E-mail", givenName: "Imię", familyName: "Nazwisko", language: "Język", country: "Kraj",
    });
    expect(guessMapping("orders", ["Broj porudžbine", "Kupac", "Customer ID", "Datum", "Šifra", "Naziv", "Količina", "Cena"])).toEqual({
      orderNumber: "Broj porudžbine", customerNumber: "Customer ID", placedAt: "Datum", sku: "Šifra", productName: "Naziv", quantity: "Količina", unitPrice: "Cena",
    });
  });

  it("says what is missing", () => {
    expect(checkMapping("orders", {}, []).map((p) => `${p.field} ${p.reason}`)).toEqual([
      "orderNumber required", "placedAt required", "sku required", "quantity required", "unitPrice required", "customerNumber no_identifier",
    ]);
    expect(checkMapping("customers", { email: "Post" }, ["Mail"])).toEqual([{ field: "email", reason: "unknown_column" }]);
  });

  it("by a preset, whatever the case of the headers", () => {
    const preset = BUILT_IN_PRESETS.find((p) => p.type === "orders")!;
    const headers = "invoiceno,STOCKCODE,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country".split(",");
    expect(checkMapping("orders", applyPreset(preset, headers), headers)).toEqual([]);
    expect(applyPreset(preset, headers)).toMatchObject({ orderNumber: "invoiceno", sku: "STOCKCODE" });
  });
});

it("guesses marks and the order of days from the first rows", () => {
  const headers = ["cena", "data"];
  const mapping = { price: "cena", placedAt: "data" };
  expect(guessOptions("orders", mapping, headers, [["12,50", "31.12.2024"], ["3,1", "01.02.2024"]])).toEqual({ decimalMark: ",", dayOrder: "dmy" });
  expect(guessOptions("orders", mapping, headers, [["12.50", "12/31/24"], ["3", "2024-01-01"]])).toEqual({ decimalMark: ".", dayOrder: "mdy" });
});
