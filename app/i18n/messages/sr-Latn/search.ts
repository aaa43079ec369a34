import type en from "../en/search";
import type { Translation } from "../types";

export default {
  title: "Pretraga",
  label: "Ime, e-pošta, telefon, broj porudžbine ili predmeta, kampanja",
  submit: "Traži",
  hint: "Dijakritički znaci i pismo nisu važni: lodz nalazi Łódź, a srpsko ime se nalazi u oba pisma.",
  nothing: "Ništa nije nađeno za „{query}”",
  nothingHelp: "Upišite manje slova ili nešto drugo što znate: adresu, broj telefona, broj porudžbine.",
  results: "{count, plural, one {# rezultat} few {# rezultata} other {# rezultata}}",
  kinds: { customer: "Kupci", order: "Porudžbine", case: "Reklamacije i pitanja", campaign: "Kampanje" },
  allCustomers: "Svi kupci: „{query}”",
} satisfies Translation<typeof en>;
