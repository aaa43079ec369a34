import type en from "../en/home";
import type { Translation } from "../types";

export default {
  title: "Danas",
  greeting: "{name}, ovo čeka.",
  allClear: "Ništa vas ne čeka. Dobar trenutak da pogledate svoje kupce.",
  first: {
    title: "Prvi koraci",
    lead: "Posle toga može da krene prva kampanja. Ovaj spisak nestaje sam.",
    done: "Urađeno:",
    open: "Preostaje:",
    company: { title: "Recite ko ste", help: "Naziv, poštanska adresa, zemlja i valuta: stoje u portalu i ispod svake poruke." },
    topics: { title: "Navedite o čemu pišete", help: "Tema, na primer bilten, na koju kupci pristaju." },
    products: { title: "Dodajte proizvod", help: "Ručno, sa opcijama koje kupci biraju, ili zajedno sa porudžbinama iz datoteke." },
    customers: { title: "Unesite kupce", help: "Iz CSV datoteke: ko su, šta su kupili, na šta su pristali." },
    team: { title: "Pozovite kolege", help: "Marketing, podrška i rukovodioci vide svako svoj deo." },
    mail: { title: "Pustite poštu da krene", help: "Zasad samo stoji među odlaznim porukama. Podesite MAIL_URL ili SENDGRID_API_KEY i pokrenite ponovo." },
  },
  desk: {
    title: "Reklamacije i pitanja",
    open: "Na podršku",
    empty: "Niko ne čeka odgovor.",
    overdue: "{count, plural, one {# odgovor kasni} few {# odgovora kasne} other {# odgovora kasni}}",
    today: "do sutra: {count}",
    soon: "još u naredna tri dana: {count}",
    mine: "vaših: {count}",
    value: "potrošeno {amount}",
    waiting: "{days, plural, =0 {pisano danas} one {čeka # dan} few {čeka # dana} other {čeka # dana}}",
  },
  running: { title: "Kampanje u toku", all: "Sve kampanje", sent: "poslato {sent} od {total}", scheduled: "kreće {when}", status: { scheduled: "Zakazana", planning: "U pripremi", sending: "U slanju", paused: "Pauzirana", approved: "Odobrena" } },
  finished: { title: "Nedavno završene kampanje", figures: "poslato {sent}, otvoreno {opened}, kliknuto {clicked}" },
  drafts: { title: "Nacrti", campaign: "Kampanja", mailing: "Poruka", changed: "izmenjeno {when}" },
  orders: { title: "Nove porudžbine", open: "Sve porudžbine", empty: "Nema novih porudžbina." },
} satisfies Translation<typeof en>;
