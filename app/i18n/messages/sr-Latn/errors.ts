import type en from "../en/errors";
import type { Translation } from "../types";

export default {
  required: "Popunite ovo polje.",
  invalid: "Ova vrednost ne može da se koristi.",
  too_short: "Prekratko.",
  too_long: "Predugačko.",
  too_small: "Premala vrednost.",
  too_big: "Prevelika vrednost.",
  email: "Upišite e-adresu, npr. ana@example.com.",
  phone: "Upišite broj telefona sa pozivnim brojem zemlje, npr. +381 60 123 4567.",
  number: "Upišite broj.",
  integer: "Upišite ceo broj.",
  date: "Upišite datum.",
  future: "Ovaj datum je u budućnosti.",
  past: "Ovaj datum je u prošlosti.",
  url: "Upišite adresu koja počinje sa https://.",
  choose: "Izaberite jednu mogućnost.",
  taken: "Već je u upotrebi.",
  mismatch: "Vrednosti se ne slažu.",
  weak_password: "Ovu lozinku je prelako pogoditi. Upotrebite bar 10 znakova.",
  file_too_big: "Ova datoteka je prevelika.",
  file_type: "Datoteke ove vrste ne mogu da se koriste.",
  too_many_files: "Previše datoteka.",
  upload_failed: "Slanje nije uspelo. Pokušajte ponovo.",
  stale: "Neko je ovo u međuvremenu promenio. Pogledajte njegovu verziju, pa sačuvajte svoju.",
  form: "Neki odgovori traže ispravku.",
} satisfies Translation<typeof en>;
