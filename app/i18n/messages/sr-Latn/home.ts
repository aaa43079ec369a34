import type en from "../en/home";
import type { Translation } from "../types";

export default {
  title: "Danas",
  greeting: "{name}, ovo čeka.",
  allClear: "Ništa vas ne čeka. Dobar trenutak da pogledate svoje kupce.",
  desk: {
    title: "Reklamacije i pitanja",
    open: "Na podršku",
    empty: "Niko ne čeka odgovor.",
    overdue: "{count, plural, one {# odgovor kasni} few {# odgovora kasne} other {# odgovora kasni}}",
    today: "za danas: {count}",
    soon: "u naredna tri dana: {count}",
    mine: "vaših: {count}",
    value: "potrošeno {amount}",
    waiting: "{days, plural, =0 {pisano danas} one {čeka # dan} few {čeka # dana} other {čeka # dana}}",
  },
  running: { title: "Kampanje u toku", sent: "poslato {sent} od {total}", scheduled: "kreće {when}", status: { scheduled: "Zakazana", planning: "U pripremi", sending: "U slanju", paused: "Pauzirana", approved: "Odobrena" } },
  finished: { title: "Nedavno završene kampanje", figures: "poslato {sent}, otvoreno {opened}, kliknuto {clicked}" },
  drafts: { title: "Započeto i neposlato", campaign: "Kampanja", mailing: "Mejling", changed: "izmenjeno {when}" },
  orders: { title: "Nove porudžbine", open: "Sve porudžbine", empty: "Nema novih porudžbina." },
} satisfies Translation<typeof en>;
