import type en from "../en/unsubscribe";
import type { Translation } from "../types";

export default {
  title: "Želite li da se odjavite?",
  lead: "{company} piše na adresu {address} o temi:",
  leave: "Ne želim poruke o temi „{topic}“",
  leave_all: "Ne želim nikakve reklamne poruke",
  rather: "Želite ređe ili o nečem drugom? <link>Izaberite šta dobijate</link>",
  still: "Poruke o porudžbinama, reklamacijama i nalogu stižu i dalje.",
  done_title: "Odjavljeni ste",
  done_topic: "Na adresu {address} više ne šaljemo poruke o temi „{topic}“. Može stići još ona koja je upravo na putu.",
  done_all: "Na adresu {address} više ne šaljemo reklame. Može stići još poruka koja je upravo na putu.",
  change: "Predomislili ste se? <link>Izaberite šta dobijate</link>",
  nobody: "Ovo je bila probna poruka: nema ko da se odjavi.",
} satisfies Translation<typeof en>;
