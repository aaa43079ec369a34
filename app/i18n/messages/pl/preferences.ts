import type en from "../en/preferences";
import type { Translation } from "../types";

export default {
  title: "Co od nas otrzymujesz",
  lead: "Wybierz, o czym i w jaki sposób mamy do Ciebie pisać. Zmiany działają od następnej wiadomości.",
  for: "Dla adresu {address}",
  matrix: "O czym i jak",
  topic: "Temat",
  channels: { email: "E-mail", sms: "SMS", phone: "Telefon", letter: "List" },
  cell: "{topic}: {channel}",
  save: "Zapisz wybór",
  saved: "Twój wybór został zapisany.",
  consent: "Zaznaczenie oznacza: zgadzam się, aby firma {company} kontaktowała się ze mną w tej sprawie w ten sposób. Zgodę mogę cofnąć w każdej chwili, tutaj lub linkiem w każdej wiadomości.",
  pause: {
    title: "Przerwa",
    text: "Przez 30 dni żadnych reklam. Powyższy wybór się nie zmieni.",
    button: "Zrób przerwę na 30 dni",
    until: "Przerwa do {date}.",
    resume: "Zakończ przerwę",
    saved: "Przerwa do {date}.",
    resumed: "Przerwa zakończona.",
  },
  off: {
    title: "Żadnych reklam",
    text: "Cofa wszystkie zgody na każdy sposób kontaktu. Wiadomości o zamówieniach i reklamacjach będą nadal przychodzić.",
    button: "Wyłącz wszystkie reklamy",
    saved: "Wszystkie reklamy są wyłączone.",
  },
  mails: {
    title: "Wiadomości od nas",
    lead: "Każda, tak jak do Ciebie dotarła.",
    empty: "Jeszcze nic do Ciebie nie wysłaliśmy.",
    view: "Zobacz",
    back: "Ustawienia wiadomości",
    marketing: "Nowości",
    transactional: "O zamówieniu lub reklamacji",
    to: "Na adres {address}",
    older: "Starsze wiadomości",
    newer: "Nowsze wiadomości",
  },
} satisfies Translation<typeof en>;
