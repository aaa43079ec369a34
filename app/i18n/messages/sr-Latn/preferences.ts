import type en from "../en/preferences";
import type { Translation } from "../types";

export default {
  title: "Šta dobijate od nas",
  lead: "Izaberite o čemu i na koji način da vam pišemo. Važi od sledeće poruke.",
  for: "Za {address}",
  matrix: "O čemu i kako",
  topic: "Tema",
  channels: { email: "E-pošta", sms: "SMS", phone: "Telefon", letter: "Pismo" },
  cell: "{topic}: {channel}",
  save: "Sačuvaj izbor",
  saved: "Vaš izbor je sačuvan.",
  consent: "Oznaka znači: pristajem da mi se {company} na taj način obraća o toj temi. Pristanak mogu da povučem u svakom trenutku, ovde ili linkom u svakoj poruci.",
  pause: {
    title: "Pauza",
    text: "Bez reklama 30 dana. Izbor iznad ostaje isti.",
    button: "Pauza od 30 dana",
    until: "Pauza traje do {date}.",
    resume: "Prekini pauzu",
    saved: "Pauza traje do {date}.",
    resumed: "Pauza je završena.",
  },
  off: {
    title: "Bez reklama",
    text: "Povlači svaki pristanak, za svaki način kontakta. Poruke o porudžbinama i reklamacijama stižu i dalje.",
    button: "Isključi sve reklame",
    saved: "Sve reklame su isključene.",
  },
  mails: {
    title: "Poruke koje smo vam poslali",
    lead: "Svaka, onakva kakva vam je stigla.",
    empty: "Još vam ništa nismo poslali.",
    view: "Pogledaj",
    back: "Podešavanja poruka",
    marketing: "Novosti",
    transactional: "O porudžbini ili reklamaciji",
    to: "Na adresu {address}",
    older: "Starije poruke",
    newer: "Novije poruke",
  },
} satisfies Translation<typeof en>;
