import type en from "../en/home";
import type { Translation } from "../types";

export default {
  title: "Dzisiaj",
  greeting: "{name}, to czeka.",
  allClear: "Nic na Ciebie nie czeka. Dobra chwila, by przyjrzeć się klientom.",
  first: {
    title: "Pierwsze kroki",
    lead: "Potem może wyjść pierwsza kampania. Ta lista zniknie sama.",
    done: "Zrobione:",
    open: "Do zrobienia:",
    company: { title: "Przedstawcie się", help: "Nazwa, adres pocztowy, kraj i waluta: widać je w portalu i pod każdą wiadomością." },
    topics: { title: "Nazwijcie to, o czym piszecie", help: "Temat, na przykład newsletter, na który zgadzają się klienci." },
    products: { title: "Dodajcie produkt", help: "Ręcznie, z opcjami do wyboru dla klientów, albo razem z zamówieniami z pliku." },
    customers: { title: "Wczytajcie klientów", help: "Z pliku CSV: kim są, co kupili, na co się zgodzili." },
    team: { title: "Zaproście współpracowników", help: "Marketing, obsługa i kierownictwo widzą każde swoją część." },
    mail: { title: "Włączcie wysyłkę poczty", help: "Na razie poczta tylko czeka w skrzynce nadawczej. Ustawcie MAIL_URL albo SENDGRID_API_KEY i uruchomcie ponownie." },
  },
  desk: {
    title: "Reklamacje i pytania",
    open: "Do zgłoszeń",
    empty: "Nikt nie czeka na odpowiedź.",
    overdue: "{count, plural, one {# odpowiedź po terminie} few {# odpowiedzi po terminie} many {# odpowiedzi po terminie} other {# odpowiedzi po terminie}}",
    today: "do jutra: {count}",
    soon: "kolejne w ciągu trzech dni: {count}",
    mine: "Twoje: {count}",
    value: "wydał(a) {amount}",
    waiting: "{days, plural, =0 {pisał(a) dziś} one {czeka # dzień} few {czeka # dni} many {czeka # dni} other {czeka # dnia}}",
  },
  running: { title: "Kampanie w toku", all: "Wszystkie kampanie", sent: "wysłano {sent} z {total}", scheduled: "wychodzi {when}", status: { scheduled: "Zaplanowana", planning: "Przygotowywana", sending: "Wysyłana", paused: "Wstrzymana", approved: "Zatwierdzona" } },
  finished: { title: "Ostatnio zakończone kampanie", figures: "wysłano {sent}, otwarto {opened}, kliknięto {clicked}" },
  drafts: { title: "Szkice", campaign: "Kampania", mailing: "Mailing", changed: "zmieniono {when}" },
  orders: { title: "Nowe zamówienia", open: "Wszystkie zamówienia", empty: "Brak nowych zamówień." },
} satisfies Translation<typeof en>;
