import type en from "../en/portalHome";
import type { Translation } from "../types";

export default {
  hello: "Dzień dobry, {name}",
  needsYou: "Wymaga Twojej uwagi",
  need: {
    reply: "Czekamy na Twoją odpowiedź",
    accepted_by_law: "Reklamację uważa się za uznaną",
    answered: "Jest już nasza odpowiedź",
    due_soon: "Wkrótce mija termin naszej odpowiedzi",
  },
  parcelToday: "Paczka powinna dotrzeć dzisiaj",
  draft: "Dokończ reklamację",
  orders: "Zamówienia",
  allOrders: "Wszystkie zamówienia",
  order: "Zamówienie {number}",
  expected: "dostawa",
  noOrders: "Nie ma jeszcze zamówień",
  noOrdersText: "Tutaj pojawią się zamówienia, z każdym krokiem w drodze do Ciebie.",
  cases: "Reklamacje i pytania",
  complain: "Złóż reklamację",
  noCases: "Nie ma otwartych spraw.",
  designs: "Projekty",
  allDesigns: "Wszystkie projekty",
  noDesigns: "Nie ma jeszcze projektów",
  noDesignsText: "Umieść własne słowa i kolory na kubku, koszulce lub poduszce.",
  makeDesign: "Stwórz projekt",
} satisfies Translation<typeof en>;
