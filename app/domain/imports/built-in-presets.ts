/** Presets that come with Rapport: the headers that each program writes. */
import type { Preset } from "./import";

/** "": not to be guessed either. Birthdays come without their year (05/07, --05-07): no row is to be lost for that. */
const OUTLOOK = {
  email: "E-mail Address", givenName: "First Name", familyName: "Last Name", company: "Company", phone: "Mobile Phone|Primary Phone", street: "Home Street", city: "Home City",
  postcode: "Home Postal Code", country: "Home Country/Region|Home Country", birthday: "Birthday", tags: "Categories",
};
const MAILCHIMP = { email: "Email Address", givenName: "First Name", familyName: "Last Name", phone: "Phone Number", country: "CC", birthday: "", tags: "TAGS" };

export const BUILT_IN_PRESETS: readonly Preset[] = [
  {
    name: "online-retail",
    type: "orders",
    mapping: {
      orderNumber: "InvoiceNo", customerNumber: "CustomerID", placedAt: "InvoiceDate", sku: "StockCode", productName: "Description", quantity: "Quantity",
      unitPrice: "UnitPrice", country: "Country",
    },
    options: { decimalMark: ".", dayOrder: "mdy", timeZone: "Europe/London", currency: "GBP", locale: "en", createsCustomers: true, rules: "online-retail" },
  },
  {
    name: "online-retail",
    type: "customers",
    mapping: {
      number: "CustomerID", email: "Email", givenName: "FirstName", familyName: "LastName", country: "Country", language: "Language",
      consent: "NewsletterConsent", consentDate: "ConsentDate", consentSource: "ConsentSource",
    },
    options: { dayOrder: "mdy", timeZone: "Europe/London", locale: "en" },
  },
  {
    name: "google-contacts",
    type: "customers",
    mapping: {
      email: "E-mail 1 - Value", givenName: "First Name|Given Name", familyName: "Last Name|Family Name", company: "Organization Name|Organization 1 - Name", phone: "Phone 1 - Value",
      street: "Address 1 - Street", street2: "Address 1 - Extended Address", postcode: "Address 1 - Postal Code", city: "Address 1 - City", country: "Address 1 - Country", birthday: "", tags: "Labels|Group Membership",
    },
    options: { key: "email" },
  },
  { name: "outlook", type: "customers", mapping: OUTLOOK, options: { key: "email" } },
  {
    name: "mailchimp",
    type: "customers",
    mapping: { ...MAILCHIMP, consentDate: "CONFIRM_TIME" },
    options: { key: "email", timeZone: "UTC", everybodySays: "yes" },
  },
  {
    name: "mailchimp-unsubscribed",
    type: "customers",
    mapping: { ...MAILCHIMP, consentDate: "UNSUB_TIME" },
    options: { key: "email", timeZone: "UTC", everybodySays: "no" },
  },
  {
    name: "shopify-customers",
    type: "customers",
    mapping: {
      number: "Customer ID", email: "Email", givenName: "First Name", familyName: "Last Name", company: "Default Address Company|Company", phone: "Phone|Default Address Phone",
      street: "Default Address Address1|Address1", street2: "Default Address Address2|Address2", postcode: "Default Address Zip|Zip",
      city: "Default Address City|City", country: "Default Address Country Code|Country Code", consent: "Accepts Email Marketing|Accepts Marketing", tags: "Tags",
    },
    options: {},
  },
  {
    name: "shopify-orders",
    type: "orders",
    mapping: {
      orderNumber: "Name", customerEmail: "Email", placedAt: "Created at", status: "Fulfillment Status", sku: "Lineitem sku", productName: "Lineitem name",
      quantity: "Lineitem quantity", unitPrice: "Lineitem price", currency: "Currency", shipping: "Shipping", discount: "Discount Amount", tax: "Taxes", total: "Total",
      country: "Shipping Country", shippedAt: "Fulfilled at", cancelledAt: "Cancelled at",
    },
    options: { decimalMark: ".", createsCustomers: true },
  },
];
