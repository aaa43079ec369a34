import type en from "../en/unsubscribe";
import type { Translation } from "../types";

export default {
  title: "Wypisać Cię z tej listy?",
  lead: "{company} pisze na adres {address} na temat:",
  leave: "Nie chcę wiadomości „{topic}”",
  leave_all: "Nie chcę żadnych wiadomości reklamowych",
  rather: "Wolisz dostawać mniej albo coś innego? <link>Wybierz, co otrzymujesz</link>",
  still: "Wiadomości o zamówieniach, reklamacjach i koncie będą nadal przychodzić.",
  done_title: "Gotowe, wypisaliśmy Cię",
  done_topic: "Na adres {address} nie wyślemy już wiadomości „{topic}”. Może jeszcze dotrzeć ta, która jest właśnie w drodze.",
  done_all: "Na adres {address} nie wyślemy już reklam. Może jeszcze dotrzeć wiadomość, która jest właśnie w drodze.",
  change: "Zmiana zdania? <link>Wybierz, co otrzymujesz</link>",
  nobody: "To była wiadomość próbna: nie ma kogo wypisać.",
} satisfies Translation<typeof en>;
