import type en from "../en/settings";
import type { Translation } from "../types";

export default {
  title: "Ustawienia",
  topics: "Tematy",
  team: "Zespół",
  suppressions: "Adresy bez poczty",
  company: {
    tab: "Firma",
    identity: "Kim jesteście",
    identityHelp: "Widoczne w nagłówku portalu klienta i pod każdą wiadomością.",
    name: "Nazwa",
    nameHelp: "Taka, pod jaką znają Was klienci.",
    legalName: "Pełna nazwa prawna",
    postalAddress: "Adres pocztowy",
    postalAddressHelp: "W jednym wierszu. W większości krajów prawo wymaga go pod każdym mailingiem.",
    reach: "Gdzie klienci mogą się zwrócić",
    reachHelp: "Widoczne w stopce portalu; tu trafiają odpowiedzi na wiadomości.",
    supportEmail: "E-mail obsługi klienta",
    supportPhone: "Telefon obsługi klienta",
    website: "Strona internetowa",
    defaults: "Wartości domyślne",
    defaultsHelp: "Stosowane tam, gdzie klient lub zamówienie nie mówi inaczej.",
    countryHelp: "Jego prawo wyznacza terminy reklamacji; liczą się jego święta.",
    languageHelp: "Dla klientów, których języka nie znamy.",
    currency: "Waluta",
    currencyHelp: "Cen i raportów. Dawne zamówienia zachowują swoją.",
    timeZoneHelp: "Dla terminów i godzin kampanii.",
    saved: "Zapisano ustawienia firmy.",
  },
} satisfies Translation<typeof en>;
