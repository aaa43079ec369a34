import type en from "../en/settings";
import type { Translation } from "../types";

export default {
  title: "Podešavanja",
  topics: "Teme",
  team: "Tim",
  suppressions: "Adrese bez pošte",
  company: {
    tab: "Firma",
    identity: "Ko ste",
    identityHelp: "Stoji u zaglavlju portala za kupce i ispod svake poruke.",
    name: "Naziv",
    nameHelp: "Onako kako vas kupci znaju.",
    legalName: "Pun pravni naziv",
    postalAddress: "Poštanska adresa",
    postalAddressHelp: "U jednom redu. Zakon je u većini zemalja traži ispod svake poruke.",
    reach: "Gde kupci mogu da vam se obrate",
    reachHelp: "Prikazano u podnožju portala; ovde stižu odgovori na poruke.",
    supportEmail: "E-adresa podrške",
    supportPhone: "Telefon podrške",
    website: "Veb-sajt",
    defaults: "Podrazumevane vrednosti",
    defaultsHelp: "Važe tamo gde kupac ili porudžbina ne kažu drugačije.",
    countryHelp: "Njen zakon određuje rokove za reklamacije; računaju se njeni praznici.",
    languageHelp: "Za kupce čiji jezik nije poznat.",
    currency: "Valuta",
    currencyHelp: "Za cene i izveštaje. Ranije porudžbine zadržavaju svoju.",
    timeZoneHelp: "Za rokove i sate kampanja.",
    saved: "Podešavanja firme su sačuvana.",
  },
} satisfies Translation<typeof en>;
