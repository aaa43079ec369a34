import type en from "../en/inbound";
import type { Translation } from "../types";

export default {
  title: "Dolazna pošta",
  lead: "Vraćeni mejlovi, automatski odgovori i ono što ljudi odgovore. Ni na šta se ne odgovara automatski.",
  notSet: "Nijedno sanduče se ne čita. Podesite IMAP_URL ili INBOUND_KEY ako poštu prosleđuje dobavljač.",
  broken: "Sanduče {name} ne može da se pročita",
  open: "Za pregled",
  all: "Sve",
  caption: "Pristigli mejlovi, od najnovijeg",
  whole: "Mejl u celini",
  subject: "Naslov",
  noSubject: "(bez naslova)",
  noText: "(bez teksta)",
  from: "Od",
  came: "Stiglo",
  what: "Šta je to",
  followed: "Šta je usledilo",
  case: "Slučaj",
  files: "Datoteke, nisu sačuvane",
  kinds: { bounce: "Vraćen mejl", feedback: "Prijava neželjene pošte", "auto-reply": "Automatski odgovor", message: "Pismo", unread: "Nepročitano" },
  outcomes: {
    recorded: "Zabeleženo uz poslati mejl", case: "U slučaju", ignored: "Ništa", unmatched: "Ne odnosi se ni na jedan naš mejl", unknown_sender: "Nepoznat pošiljalac",
    too_big: "Prevelik, ostao je u sandučetu", failed: "Nije mogao da se primi, ostao je u sandučetu",
  },
  none: "Još ništa nije stiglo",
  noneHelp: "Mejlovi se ovde pojavljuju čim stignu u sanduče.",
  noneOpen: "Ništa ne čeka pregled",
  noneOpenHelp: "Ovde su pisma nepoznatih pošiljalaca i ono što nije moglo da se primi. Odgovori kupaca su u podršci.",
} satisfies Translation<typeof en>;
