import type en from "../en/home";
import type { Translation } from "../types";

export default {
  title: "Dzisiaj",
  greeting: "{name}, to czeka.",
  allClear: "Nic na Ciebie nie czeka. Dobra chwila, by przyjrzeć się klientom.",
  desk: {
    title: "Reklamacje i pytania",
    open: "Do zgłoszeń",
    empty: "Nikt nie czeka na odpowiedź.",
    overdue: "{count, plural, one {# odpowiedź po terminie} few {# odpowiedzi po terminie} many {# odpowiedzi po terminie} other {# odpowiedzi po terminie}}",
    today: "na dziś: {count}",
    soon: "w ciągu trzech dni: {count}",
    mine: "Twoje: {count}",
    value: "wydał(a) {amount}",
    waiting: "{days, plural, =0 {pisał(a) dziś} one {czeka # dzień} few {czeka # dni} many {czeka # dni} other {czeka # dnia}}",
  },
  running: { title: "Kampanie w toku", sent: "wysłano {sent} z {total}", scheduled: "wychodzi {when}", status: { scheduled: "Zaplanowana", planning: "Przygotowywana", sending: "Wysyłana", paused: "Wstrzymana", approved: "Zatwierdzona" } },
  finished: { title: "Ostatnio zakończone kampanie", figures: "wysłano {sent}, otwarto {opened}, kliknięto {clicked}" },
  drafts: { title: "Zaczęte i niewysłane", campaign: "Kampania", mailing: "Mailing", changed: "zmieniono {when}" },
  orders: { title: "Nowe zamówienia", open: "Wszystkie zamówienia", empty: "Brak nowych zamówień." },
} satisfies Translation<typeof en>;
