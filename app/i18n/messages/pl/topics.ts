import type en from "../en/topics";
import type { Translation } from "../types";

export default {
  title: "Tematy",
  lead: "O czym piszecie do klientów. Na każdy temat zgadzają się osobno, a kampania trafia do tych, którzy zgodzili się na jej temat.",
  caption: "Tematy",
  topic: "Temat",
  key: "Klucz",
  keyHelp: "Do reguł, plików i wiersza poleceń. Zostaje, gdy słowa się zmieniają.",
  agreed: "Zgody na e-mail",
  description: "Co wnosi",
  putAway: "Odłożony",
  new: "Nowy temat",
  create: "Dodaj temat",
  wordsHelp: "Klienci czytają to tam, gdzie wybierają, co chcą dostawać. Język pozostawiony pusty pokazujemy po angielsku.",
  empty: "Nie ma jeszcze tematu",
  emptyHelp: "Zacznij od jednego, na przykład od newslettera. Klienci zobaczą go w swoich ustawieniach, a o nim będzie można wysłać kampanię.",
  use: "Użycie",
  useHelp: "{count, plural, =0 {Nikt jeszcze nie zgodził się na niego przez e-mail.} one {Zgodę na e-mail dał # klient.} few {Zgodę na e-mail dało # klientów.} many {Zgodę na e-mail dało # klientów.} other {Zgodę na e-mail dało # klienta.}}",
  archive: "Odłóż",
  archiveTitle: "Odłożyć ten temat?",
  archiveWhat: "Klienci nie będą już o niego pytani i nie zacznie się na nim żadna kampania. To, co powiedzieli, zostaje w ich dzienniku i znów się liczy, gdy temat wróci.",
  restore: "Przywróć do użycia",
  restoreHelp: "Odłożony {at}. {count, plural, =0 {Nikt nie zgodził się na niego przez e-mail.} one {Zgodę na e-mail dał # klient.} few {Zgodę na e-mail dało # klientów.} many {Zgodę na e-mail dało # klientów.} other {Zgodę na e-mail dało # klienta.}}",
  said: {
    created: "Temat „{name}” jest w użyciu.",
    saved: "Zapisano słowa tematu.",
    archived: "Temat został odłożony.",
    restored: "Temat jest znów w użyciu.",
  },
} satisfies Translation<typeof en>;
