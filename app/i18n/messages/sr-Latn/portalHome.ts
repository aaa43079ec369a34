import type en from "../en/portalHome";
import type { Translation } from "../types";

export default {
  hello: "Dobar dan, {name}",
  needsYou: "Čeka na vas",
  need: {
    reply: "Potreban nam je vaš odgovor",
    accepted_by_law: "Smatra se da je reklamacija prihvaćena",
    answered: "Stigao je naš odgovor",
    due_soon: "Uskoro ističe rok za naš odgovor",
  },
  parcelToday: "Paket bi trebalo da stigne danas",
  draft: "Nastavi reklamaciju",
  orders: "Porudžbine",
  allOrders: "Sve porudžbine",
  order: "Porudžbina {number}",
  expected: "očekuje se",
  noOrders: "Još nema porudžbina",
  noOrdersText: "Ovde će stajati ono što poručite, sa svakim korakom na putu do vas.",
  cases: "Reklamacije i pitanja",
  complain: "Podnesi reklamaciju",
  noCases: "Nema otvorenih slučajeva.",
  designs: "Dizajni",
  allDesigns: "Svi dizajni",
  noDesigns: "Još nema dizajna",
  noDesignsText: "Stavite svoje reči i boje na šolju, majicu ili jastuk.",
  makeDesign: "Napravi dizajn",
} satisfies Translation<typeof en>;
