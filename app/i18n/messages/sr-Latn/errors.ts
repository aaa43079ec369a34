import type en from "../en/errors";
import type { Translation } from "../types";

export default {
  required: "Popunite ovo polje.",
  invalid: "Ova vrednost ne može da se upotrebi.",
  too_short: "Prekratko je.",
  too_long: "Predugačko je.",
  too_small: "Premalo je.",
  too_big: "Previše je.",
  email: "Ovo nije adresa e-pošte.",
  number: "Upišite broj.",
  date: "Upišite datum.",
  url: "Upišite adresu koja počinje sa https://.",
  choose: "Izaberite jednu mogućnost.",
} satisfies Translation<typeof en>;
