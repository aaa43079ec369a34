import type en from "../en/topics";
import type { Translation } from "../types";

export default {
  title: "Teme",
  lead: "O čemu pišete kupcima. Na svaku pristaju posebno, a kampanja ide onima koji su pristali na njenu temu.",
  caption: "Teme",
  topic: "Tema",
  key: "Ključ",
  keyHelp: "Za pravila, datoteke i komandnu liniju. Ostaje i kad se reči promene.",
  agreed: "Pristali na e-poštu",
  description: "Šta donosi",
  putAway: "Sklonjena",
  new: "Nova tema",
  create: "Dodaj temu",
  wordsHelp: "Kupci ovo čitaju tamo gde biraju šta žele da dobijaju. Jezik koji ostane prazan prikazuje se na engleskom.",
  empty: "Još nema teme",
  emptyHelp: "Počnite od jedne, na primer od biltena. Kupci je vide u svojim podešavanjima i o njoj može da se pošalje kampanja.",
  use: "Upotreba",
  useHelp: "{count, plural, =0 {Na nju još niko nije pristao putem e-pošte.} one {Na nju je putem e-pošte pristao # kupac.} few {Na nju su putem e-pošte pristala # kupca.} other {Na nju je putem e-pošte pristalo # kupaca.}}",
  archive: "Skloni",
  archiveTitle: "Skloniti ovu temu?",
  archiveWhat: "Kupci se više ne pitaju za nju i na njoj ne može da počne kampanja. Ono što su rekli ostaje u njihovom dnevniku i ponovo važi kad temu vratite.",
  restore: "Vrati u upotrebu",
  restoreHelp: "Sklonjena {at}. {count, plural, =0 {Na nju niko nije pristao putem e-pošte.} one {Na nju je putem e-pošte pristao # kupac.} few {Na nju su putem e-pošte pristala # kupca.} other {Na nju je putem e-pošte pristalo # kupaca.}}",
  said: {
    created: "Tema „{name}“ je u upotrebi.",
    saved: "Reči teme su sačuvane.",
    archived: "Tema je sklonjena.",
    restored: "Tema je ponovo u upotrebi.",
  },
} satisfies Translation<typeof en>;
