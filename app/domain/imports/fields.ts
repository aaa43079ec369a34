/** The fields of what can be imported and exported, with the headers by which they are found. Pure. */
import type { IMPORT_TYPES } from "./import-types";

export type ImportType = (typeof IMPORT_TYPES)[number];

export type Field = { key: string; isRequired: boolean; aliases: readonly string[] };

const field = (key: string, aliases: string, isRequired = false): Field => ({ key, isRequired, aliases: aliases.split(" ") });

const customer = [
  field("customerNumber", "customernumber customerid custid customer clientid nrklienta numerklienta brojkupca"),
  field("customerEmail", "customeremail email emailaddress mail adresemail eposta imejl"),
];
const currency = field("currency", "currency currencycode waluta valuta");

/** In the order in which the mapping page and exports show them. Aliases are headers without case, blanks and signs. */
export const FIELDS: Record<ImportType, readonly Field[]> = {
  customers: [
    field("number", "number customernumber customerid custid id clientid nrklienta numerklienta brojkupca kupacid"),
    field("email", "email emailaddress mail email1value adresemail eposta imejl"),
    field("givenName", "firstname givenname forename name1 imie ime"),
    field("familyName", "lastname familyname surname name2 nazwisko prezime"),
    field("name", "name fullname customername imieinazwisko imeiprezime kupac klient"),
    field("company", "company companyname organisation organization organizationname defaultaddresscompany firma"),
    field("phone", "phone phonenumber telephone mobile mobilephone phone1value tel telefon komorka mobilni"),
    field("language", "language lang locale jezyk jezik"),
    field("country", "country countrycode kraj drzava zemlja"),
    field("street", "street address address1 line1 ulica adres adresa"),
    field("street2", "street2 address2 line2 apartment lokal stan"),
    field("postcode", "postcode zip zipcode postalcode kodpocztowy postanskibroj"),
    field("city", "city town miasto grad mesto"),
    field("tags", "tags tag labels label categories category groupmembership etykiety tagi oznake kategorie kategorije"),
    field("birthday", "birthday birthdate dateofbirth dataurodzenia datumrodjenja"),
    field("createdAt", "createdat created customersince registered klientod kupacod"),
    field("consent", "newsletterconsent consent newsletter optin marketingconsent acceptsemailmarketing subscribed zgoda saglasnost action"),
    field("consentDate", "consentdate consentat optindate optintime datazgody datumsaglasnosti"),
    field("consentSource", "consentsource optinsource zrodlozgody izvorsaglasnosti"),
  ],
  consents: [
    ...customer,
    field("topic", "topic topickey list audience temat tema"),
    field("channel", "channel kanal"),
    field("state", "state status consent zgoda stan saglasnost stanje", true),
    field("date", "date at consentdate timestamp data datazgody datum datumsaglasnosti", true),
    field("source", "source consentsource zrodlo izvor"),
    field("wordingVersion", "wordingversion version wersja verzija"),
    field("wording", "wording text tresc tekst"),
  ],
  notes: [
    ...customer,
    field("text", "text note notes body content comment comments description notatka tresc uwagi beleska tekst napomena", true),
    field("date", "date notedat createdat created at data datum"),
    field("author", "author by writtenby createdby user owner autor uzytkownik korisnik"),
  ],
  products: [
    field("sku", "sku code stockcode productcode itemcode kod kodproduktu sifra", true),
    field("name", "name productname description title nazwa opis naziv", true),
    field("price", "price unitprice cena cenajednostkowa", true),
    currency,
    field("category", "category group kategoria kategorija"),
    field("isActive", "isactive active offered status aktywny aktivan"),
  ],
  orders: [
    field("orderNumber", "ordernumber orderno orderid order invoiceno invoice invoicenumber nrzamowienia numerzamowienia brojporudzbine", true),
    ...customer,
    field("placedAt", "placedat orderdate invoicedate date datetime data datazamowienia datum datumporudzbine", true),
    field("status", "status orderstatus stan"),
    field("sku", "sku stockcode productcode itemcode code kod kodproduktu sifra", true),
    field("productName", "productname description itemname nazwa opis naziv product"),
    field("quantity", "quantity qty count ilosc kolicina", true),
    field("unitPrice", "unitprice price cena cenajednostkowa", true),
    currency,
    field("shipping", "shipping shippingcost delivery kosztwysylki dostava"),
    field("discount", "discount discountamount rabat popust"),
    field("tax", "tax taxes vat taxamount podatek vatkwota porez pdv"),
    field("total", "total ordertotal grandtotal razem ukupno"),
    field("country", "country countrycode kraj drzava zemlja"),
    field("shippedAt", "shippedat shipped fulfilledat dispatchedat wyslano poslato"),
    field("deliveredAt", "deliveredat delivered doreczono isporuceno"),
    field("cancelledAt", "cancelledat canceledat cancelled anulowano otkazano"),
  ],
  invoices: [
    field("number", "number invoicenumber invoiceno invoice nrfaktury numerfaktury brojfakture faktura", true),
    ...customer,
    field("orderNumber", "ordernumber orderno orderid order nrzamowienia numerzamowienia brojporudzbine"),
    field("issuedAt", "issuedat issued invoicedate date datawystawienia datafaktury datumizdavanja datum data", true),
    field("dueAt", "dueat due duedate terminplatnosci rokplacanja"),
    field("total", "total amount gross grossamount sum kwota brutto razem suma iznos ukupno", true),
    currency,
  ],
  payments: [
    field("number", "number paymentnumber paymentid transactionid transaction id nrplatnosci numerplatnosci brojuplate"),
    ...customer,
    field("invoiceNumber", "invoicenumber invoiceno invoice nrfaktury numerfaktury brojfakture faktura"),
    field("orderNumber", "ordernumber orderno orderid order nrzamowienia numerzamowienia brojporudzbine"),
    field("paidAt", "paidat paid paymentdate date datawplaty dataplatnosci datumuplate datum data", true),
    field("amount", "amount total sum kwota suma iznos", true),
    currency,
    field("method", "method paymentmethod sposob metoda nacin"),
    field("reference", "reference title note description tytul opis pozivnabroj svrha"),
  ],
  shipments: [
    field("orderNumber", "ordernumber orderno orderid order nrzamowienia numerzamowienia brojporudzbine", true),
    field("carrier", "carrier trackingcompany courier przewoznik kurier prevoznik", true),
    field("trackingNumber", "trackingnumber tracking trackingno waybill nrprzesylki numerprzesylki listprzewozowy brojposiljke"),
    field("shippedAt", "shippedat shipped shippingdate dispatched date datawysylki datumslanja data datum", true),
    field("expectedAt", "expectedat expected expecteddelivery przewidywanadostawa ocekivano"),
    field("deliveredAt", "deliveredat delivered deliverydate datadoreczenia dostarczono datumisporuke isporuceno"),
  ],
};

/** At least one of these must be mapped too. */
export const ONE_OF: Record<ImportType, readonly string[]> = {
  customers: ["number", "email"],
  consents: ["customerNumber", "customerEmail"],
  notes: ["customerNumber", "customerEmail"],
  products: [],
  orders: ["customerNumber", "customerEmail"],
  invoices: ["customerNumber", "customerEmail", "orderNumber"],
  payments: ["invoiceNumber", "orderNumber", "customerNumber", "customerEmail"],
  shipments: [],
};

/** By what rows are known, where that can be chosen; the first is taken unless another is. */
export const KEYS: Partial<Record<ImportType, readonly string[]>> = {
  customers: ["number_email", "number", "email"],
  payments: ["number_facts", "facts"],
};

/** What an export writes: everything that is read, but a whole name beside its parts, and consents, which have a file of their own. */
export const EXPORTED: Record<ImportType, readonly string[]> = Object.fromEntries(
  Object.entries(FIELDS).map(([type, fields]) => [
    type,
    fields
      .map(({ key }) => key)
      .filter((key) => (type !== "customers" || !/^(name|consent)/.test(key)) && (type !== "orders" || key !== "country")),
  ]),
) as Record<ImportType, string[]>;
