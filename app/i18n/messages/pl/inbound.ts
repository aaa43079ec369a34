import type en from "../en/inbound";
import type { Translation } from "../types";

export default {
  title: "Poczta przychodząca",
  lead: "Zwroty, odpowiedzi automatyczne i to, co odpisują ludzie. Na nic nie odpowiadamy automatycznie.",
  notSet: "Żadna skrzynka nie jest odczytywana. Ustaw IMAP_URL albo INBOUND_KEY, jeśli pocztę przekazuje dostawca.",
  broken: "Nie można odczytać skrzynki {name}",
  open: "Do przejrzenia",
  all: "Wszystkie",
  caption: "Wiadomości przychodzące, od najnowszej",
  whole: "Wiadomość w całości",
  subject: "Temat",
  noSubject: "(bez tematu)",
  noText: "(bez treści)",
  from: "Od",
  came: "Przyszła",
  what: "Co to jest",
  followed: "Co z niej wynikło",
  case: "Sprawa",
  files: "Pliki, niezachowane",
  kinds: { bounce: "Zwrot", feedback: "Zgłoszenie spamu", "auto-reply": "Odpowiedź automatyczna", message: "List", unread: "Nieodczytana" },
  outcomes: {
    recorded: "Odnotowano przy wysłanym mailu", case: "W sprawie", ignored: "Nic", unmatched: "Nie dotyczy żadnego naszego maila", unknown_sender: "Nieznany nadawca",
    too_big: "Za duża, pozostała w skrzynce", failed: "Nie udało się przyjąć, pozostała w skrzynce",
  },
  none: "Nic jeszcze nie przyszło",
  noneHelp: "Wiadomości pojawiają się tu, gdy tylko trafią do skrzynki.",
  noneOpen: "Nic nie czeka na przejrzenie",
  noneOpenHelp: "Tu trafiają listy od nieznanych nadawców i to, czego nie udało się przyjąć. Odpowiedzi klientów są w zgłoszeniach.",
} satisfies Translation<typeof en>;
