import type en from "../en/search";
import type { Translation } from "../types";

export default {
  title: "Szukaj",
  label: "Nazwisko, e-mail, telefon, numer zamówienia lub sprawy, kampania",
  submit: "Szukaj",
  hint: "Znaki diakrytyczne i alfabet nie mają znaczenia: lodz znajdzie Łódź, a serbskie nazwisko znajdzie się w obu alfabetach.",
  nothing: "Nie znaleziono nic dla „{query}”",
  nothingHelp: "Wpisz mniej liter albo coś innego, co wiesz: adres, numer telefonu, numer zamówienia.",
  results: "{count, plural, one {# wynik} few {# wyniki} many {# wyników} other {# wyniku}}",
  kinds: { customer: "Klienci", order: "Zamówienia", case: "Reklamacje i pytania", campaign: "Kampanie" },
  allCustomers: "Wszyscy klienci: „{query}”",
} satisfies Translation<typeof en>;
