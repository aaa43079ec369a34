import { describe, expect, it } from "vitest";

import { BUILT_IN_PRESETS } from "./built-in-presets";
import { applyPreset, checkMapping, guessMapping, guessOptions } from "./import";

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

describe("built-in presets find the columns that their programs write", () => {
  const google = "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address";
  const outlook = "First Name,Middle Name,Last Name,Title,Suffix,Nickname,E-mail Address,E-mail 2 Address,E-mail 3 Address,Home Phone,Home Phone 2,Business Phone,Business Phone 2,Mobile Phone,Company,Home Street,Home City,Home State,Home Postal Code,Home Country/Region,Birthday,Anniversary,Notes";
  const mailchimp = "Email Address,First Name,Last Name,Address,Phone Number,Birthday,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS";
  const customers = "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,Default Address Address2,Default Address City,Default Address Province Code,Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags";
  const orders = "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Country,Shipping Name,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Id,Tags,Risk Level,Source,Lineitem discount,Phone";
  it.each([
    ["google-contacts", "customers", google, { email: "E-mail 1 - Value", givenName: "First Name", company: "Organization Name", city: "Address 1 - City", tags: "Labels" }],
    ["google-contacts", "customers", "Name,Given Name,Additional Name,Family Name,Birthday,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Organization 1 - Name", { givenName: "Given Name", company: "Organization 1 - Name" }],
    ["outlook", "customers", outlook, { email: "E-mail Address", phone: "Mobile Phone", country: "Home Country/Region", birthday: "Birthday" }],
    ["mailchimp", "customers", mailchimp, { email: "Email Address", consentDate: "CONFIRM_TIME", country: "CC", tags: "TAGS" }],
    ["mailchimp-unsubscribed", "customers", `${mailchimp},UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON`, { consentDate: "UNSUB_TIME" }],
    ["shopify-customers", "customers", customers, { number: "Customer ID", consent: "Accepts Email Marketing", street2: "Default Address Address2", phone: "Phone", tags: "Tags" }],
    ["shopify-orders", "orders", orders, { orderNumber: "Name", customerEmail: "Email", placedAt: "Created at", shipping: "Shipping", cancelledAt: "Cancelled at", unitPrice: "Lineitem price", tax: "Taxes", total: "Total", shippedAt: "Fulfilled at" }],
  ] as const)("%s (%s)", (name, type, headers, expected) => {
    const preset = BUILT_IN_PRESETS.find((p) => p.name === name && p.type === type)!;
    const mapping = applyPreset(preset, headers.split(","));
    expect(checkMapping(type, mapping, headers.split(","))).toEqual([]);
    expect(mapping).toMatchObject(expected);
    // a birthday without its year would refuse the row
    if (name !== "outlook") expect(mapping.birthday).toBeUndefined();
  });
});
