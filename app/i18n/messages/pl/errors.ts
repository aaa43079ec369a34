import type en from "../en/errors";
import type { Translation } from "../types";

export default {
  required: "Uzupełnij to pole.",
  invalid: "Tej wartości nie można użyć.",
  too_short: "Za krótkie.",
  too_long: "Za długie.",
  too_small: "Za mała wartość.",
  too_big: "Za duża wartość.",
  email: "Wpisz adres e-mail, np. anna@example.com.",
  phone: "Wpisz numer telefonu z kodem kraju, np. +48 601 234 567.",
  number: "Wpisz liczbę.",
  integer: "Wpisz liczbę całkowitą.",
  date: "Wpisz datę.",
  future: "Ta data jest w przyszłości.",
  past: "Ta data jest w przeszłości.",
  url: "Wpisz adres zaczynający się od https://.",
  choose: "Wybierz jedną z możliwości.",
  taken: "Jest już w użyciu.",
  mismatch: "Wartości nie są takie same.",
  weak_password: "To hasło zbyt łatwo odgadnąć. Użyj co najmniej 10 znaków.",
  file_too_big: "Ten plik jest za duży.",
  file_type: "Plików tego rodzaju nie można użyć.",
  too_many_files: "Za dużo plików.",
  upload_failed: "Nie udało się wysłać pliku. Spróbuj ponownie.",
  stale: "Ktoś w międzyczasie to zmienił. Zobacz jego wersję, a potem zapisz swoją.",
  form: "Niektóre odpowiedzi wymagają poprawy.",
} satisfies Translation<typeof en>;
