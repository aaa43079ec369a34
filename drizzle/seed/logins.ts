/** The demo's logins: one list, which the seed makes and `npm start` prints. */
import type { StaffRole } from "../../app/domain/journal/actor";

export const DEMO_STAFF_PASSWORD = "lipa workshop";
export const DEMO_CUSTOMER_PASSWORD = "linden leaf";

export const DEMO_STAFF: { email: string; name: string; role: StaffRole; locale: string }[] = [
  { email: "admin@example.com", name: "Agata Lipińska", role: "administrator", locale: "en" },
  { email: "marketing@example.com", name: "Miloš Jovanović", role: "marketer", locale: "en" },
  { email: "support@example.com", name: "Hanna Zając", role: "support", locale: "en" },
  { email: "support2@example.com", name: "Dunja Ristić", role: "support", locale: "sr-Latn" },
  { email: "manager@example.com", name: "Wojciech Król", role: "manager", locale: "pl" },
];

/** Customers with a password, by name: these four have an order on its way and a complaint, so that the portal shows what it can. */
export const DEMO_CUSTOMERS: { email: string; givenName: string; familyName: string; gender: "f" | "m"; locale: "en" | "pl" | "sr-Latn" | "sr-Cyrl"; country: string }[] = [
  { email: "kinga.nowak@example.com", givenName: "Kinga", familyName: "Nowak", gender: "f", locale: "pl", country: "PL" },
  { email: "jelena.petrovic@example.com", givenName: "Jelena", familyName: "Petrović", gender: "f", locale: "sr-Latn", country: "RS" },
  { email: "djordje.markovic@example.com", givenName: "Ђорђе", familyName: "Марковић", gender: "m", locale: "sr-Cyrl", country: "RS" },
  { email: "emma.clarke@example.com", givenName: "Emma", familyName: "Clarke", gender: "f", locale: "en", country: "GB" },
];

/** How many customers have a password in all; the others of them are the most loyal ones. */
export const DEMO_LOGIN_COUNT = 30;

/** What `npm start` prints. @param keepsMails nothing is sent: mails, sign-in codes among them, stay in the outbox */
export function describeLogins(appUrl: string, keepsMails: boolean): string {
  const width = Math.max(...[...DEMO_STAFF, ...DEMO_CUSTOMERS].map((login) => login.email.length));
  const lines = [
    `Staff      ${appUrl}/staff/login     password: ${DEMO_STAFF_PASSWORD}`,
    ...DEMO_STAFF.map((login) => `  ${login.email.padEnd(width)}  ${login.name}, ${login.role}`),
    `Customers  ${appUrl}/login           password: ${DEMO_CUSTOMER_PASSWORD}`,
    ...DEMO_CUSTOMERS.map((login) => `  ${login.email.padEnd(width)}  ${login.givenName} ${login.familyName}, ${login.locale}`),
    ...(keepsMails ? [`Mails      ${appUrl}/staff/outbox    nothing is sent; the administrator reads every mail there, codes and links to sign in too`] : []),
  ];
  return `${lines.join("\n")}\n`;
}
