/** What can be imported, into which fields, and how a file's columns find them. Pure and browser-safe. */
import { z } from "zod";

import { isTimeZone } from "../company/company";
import { DELIMITERS, ENCODINGS } from "./encoding";
import { IMPORT_TYPES } from "./import-types";
import type { ColumnMapping, ImportOptions, ImportReport } from "./schema";
import { readDecimal, readInstant } from "./values";

export type { ColumnMapping, ImportOptions, ImportReport } from "./schema";
export type ImportType = (typeof IMPORT_TYPES)[number];
export const IMPORT_TYPES_LIST: readonly ImportType[] = IMPORT_TYPES;

export type Field = { key: string; isRequired: boolean; aliases: readonly string[] };

const field = (key: string, aliases: string, isRequired = false): Field => ({ key, isRequired, aliases: aliases.split(" ") });

/** In the order in which the mapping page shows them. Aliases are headers without case, blanks and signs. */
export const FIELDS: Record<ImportType, readonly Field[]> = {
  customers: [
    field("number", "number customernumber customerid custid id clientid nrklienta numerklienta brojkupca kupacid"),
    field("email", "email emailaddress mail adresemail eposta imejl"),
    field("givenName", "firstname givenname forename name1 imie ime"),
    field("familyName", "lastname familyname surname name2 nazwisko prezime"),
    field("name", "name fullname customername imieinazwisko imeiprezime kupac klient"),
    field("company", "company companyname organisation organization firma"),
    field("phone", "phone phonenumber telephone mobile tel telefon komorka mobilni"),
    field("language", "language lang locale jezyk jezik"),
    field("country", "country countrycode kraj drzava zemlja"),
    field("street", "street address address1 line1 ulica adres adresa"),
    field("postcode", "postcode zip zipcode postalcode kodpocztowy postanskibroj"),
    field("city", "city town miasto grad mesto"),
    field("birthday", "birthday birthdate dateofbirth dataurodzenia datumrodjenja"),
    field("createdAt", "createdat created customersince registered klientod kupacod"),
    field("consent", "newsletterconsent consent newsletter optin marketingconsent subscribed zgoda saglasnost action"),
    field("consentDate", "consentdate consentat optindate datazgody datumsaglasnosti"),
    field("consentSource", "consentsource optinsource zrodlozgody izvorsaglasnosti"),
  ],
  products: [
    field("sku", "sku code stockcode productcode itemcode kod kodproduktu sifra", true),
    field("name", "name productname description title nazwa opis naziv", true),
    field("price", "price unitprice cena cenajednostkowa", true),
    field("currency", "currency waluta valuta"),
    field("category", "category group kategoria kategorija"),
  ],
  orders: [
    field("orderNumber", "ordernumber orderno orderid order invoiceno invoice invoicenumber nrzamowienia numerzamowienia brojporudzbine", true),
    field("customerNumber", "customernumber customerid custid customer clientid nrklienta numerklienta brojkupca"),
    field("customerEmail", "customeremail email emailaddress mail"),
    field("placedAt", "placedat orderdate invoicedate date datetime data datazamowienia datum datumporudzbine", true),
    field("sku", "sku stockcode productcode itemcode code kod kodproduktu sifra", true),
    field("productName", "productname description itemname nazwa opis naziv product"),
    field("quantity", "quantity qty count ilosc kolicina", true),
    field("unitPrice", "unitprice price cena cenajednostkowa", true),
    field("currency", "currency waluta valuta"),
    field("country", "country countrycode kraj drzava zemlja"),
  ],
};

/** At least one of these must be mapped too. */
export const ONE_OF: Record<ImportType, readonly string[]> = {
  customers: ["number", "email"],
  products: [],
  orders: ["customerNumber", "customerEmail"],
};

export const NO_REPORT: ImportReport = {
  customers: 0, orders: 0, products: 0, lines: 0, creditNotes: 0, creditLines: 0, consents: 0, created: 0, changed: 0, unchanged: 0,
};

export const REJECT_REASONS = [
  "open_quote", "too_many_cells", "too_long", "required", "no_identifier", "bad_email", "bad_date", "bad_price", "bad_quantity",
  "bad_country", "bad_consent", "bad_currency", "missing_customer", "unknown_customer", "adjustment", "several_customers", "order_split", "number_taken", "email_taken", "not_the_same",
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

export const optionsSchema = z.object({
  encoding: z.enum(ENCODINGS, { error: "choose" }),
  delimiter: z.enum(DELIMITERS, { error: "choose" }),
  decimalMark: z.enum([".", ","], { error: "choose" }),
  dayOrder: z.enum(["dmy", "mdy"], { error: "choose" }),
  timeZone: z.string({ error: "choose" }).refine(isTimeZone, "choose"),
  currency: z.string({ error: "choose" }).trim().toUpperCase().regex(/^[A-Z]{3}$/, "currency"),
  locale: z.enum(["en", "pl", "sr-Latn", "sr-Cyrl"], { error: "choose" }),
  topicKey: z.string().nullable(),
  createsCustomers: z.boolean(),
  rules: z.enum(["plain", "online-retail"]),
}) satisfies z.ZodType<ImportOptions>;

export type Preset = { name: string; type: ImportType; mapping: ColumnMapping; options: Partial<ImportOptions> };

/** Presets that come with Rapport. */
export const BUILT_IN_PRESETS: readonly Preset[] = [
  {
    name: "online-retail",
    type: "orders",
    mapping: {
      orderNumber: "InvoiceNo",
      customerNumber: "CustomerID",
      placedAt: "InvoiceDate",
      sku: "StockCode",
      productName: "Description",
      quantity: "Quantity",
      unitPrice: "UnitPrice",
      country: "Country",
    },
    options: { decimalMark: ".", dayOrder: "mdy", timeZone: "Europe/London", currency: "GBP", locale: "en", createsCustomers: true, rules: "online-retail" },
  },
  {
    name: "online-retail",
    type: "customers",
    mapping: {
      number: "CustomerID",
      email: "Email",
      givenName: "FirstName",
      familyName: "LastName",
      country: "Country",
      language: "Language",
      consent: "NewsletterConsent",
      consentDate: "ConsentDate",
      consentSource: "ConsentSource",
    },
    options: { dayOrder: "mdy", timeZone: "Europe/London", locale: "en" },
  },
];

/** Letters and digits alone, in lower case and without diacritics: how headers are compared. */
function bare(header: string): string {
  return header.normalize("NFKD").toLowerCase().replaceAll("ł", "l").replaceAll("đ", "dj").replace(/[^\p{L}\p{N}]+/gu, "");
}

/** The header for each field that can be guessed: the field's own name first, then its aliases in their order. */
export function guessMapping(type: ImportType, headers: readonly string[]): ColumnMapping {
  const free = new Map<string, string>();
  for (const header of headers) if (header.trim() && !free.has(bare(header))) free.set(bare(header), header);
  const mapping: ColumnMapping = {};
  for (const { key, aliases } of FIELDS[type])
    for (const alias of [key.toLowerCase(), ...aliases]) {
      const header = free.get(alias);
      if (header === undefined) continue;
      mapping[key] = header;
      free.delete(alias);
      break;
    }
  return mapping;
}

/** A preset's mapping, where the file has those headers (whatever their case); guesses fill the rest. */
export function applyPreset(preset: Preset, headers: readonly string[]): ColumnMapping {
  const byName = new Map(headers.map((header) => [bare(header), header]));
  const own = Object.fromEntries(
    Object.entries(preset.mapping).flatMap(([key, header]) => {
      const found = byName.get(bare(header));
      return found === undefined ? [] : [[key, found]];
    }),
  );
  const taken = new Set(Object.values(own));
  const guessed = guessMapping(preset.type, headers.filter((header) => !taken.has(header)));
  return { ...Object.fromEntries(Object.entries(guessed).filter(([key]) => !(key in own) && !preset.mapping[key])), ...own };
}

export type MappingProblem = { field: string; reason: "required" | "unknown_column" | "no_identifier" };

/** What keeps a mapping from being run. */
export function checkMapping(type: ImportType, mapping: ColumnMapping, headers: readonly string[]): MappingProblem[] {
  const known = new Set(headers);
  const problems: MappingProblem[] = [];
  for (const { key, isRequired } of FIELDS[type]) {
    const header = mapping[key];
    if (header && !known.has(header)) problems.push({ field: key, reason: "unknown_column" });
    else if (!header && isRequired) problems.push({ field: key, reason: "required" });
  }
  const oneOf = ONE_OF[type];
  if (oneOf.length && !oneOf.some((key) => mapping[key])) problems.push({ field: oneOf[0]!, reason: "no_identifier" });
  return problems;
}

/** Guesses from the first rows whether decimals have a point or a comma, and whether days come before months. */
export function guessOptions(type: ImportType, mapping: ColumnMapping, headers: readonly string[], rows: readonly string[][]): Pick<ImportOptions, "decimalMark" | "dayOrder"> {
  const column = (key: string) => {
    const at = mapping[key] ? headers.indexOf(mapping[key]) : -1;
    return at < 0 ? [] : rows.map((row) => (row[at] ?? "").trim()).filter(Boolean);
  };
  const prices = [...column("unitPrice"), ...column("price")];
  const readable = (mark: "." | ",") => prices.filter((cell) => readDecimal(cell, mark)).length;
  const days = [...column("placedAt"), ...column("consentDate"), ...column("createdAt"), ...column("birthday")];
  const dated = (dayOrder: "dmy" | "mdy") => days.filter((cell) => readInstant(cell, { dayOrder, timeZone: "UTC" }) !== null).length;
  return { decimalMark: readable(",") > readable(".") ? "," : ".", dayOrder: dated("mdy") > dated("dmy") ? "mdy" : "dmy" };
}
