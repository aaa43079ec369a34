import type en from "../en/errors";
import type { Translation } from "../types";

export default {
  required: "Uzupełnij to pole.",
  invalid: "Tej wartości nie można użyć.",
  too_short: "Za krótkie.",
  too_long: "Za długie.",
  too_small: "Za mało.",
  too_big: "Za dużo.",
  email: "To nie jest adres e-mail.",
  number: "Wpisz liczbę.",
  date: "Wpisz datę.",
  url: "Wpisz adres zaczynający się od https://.",
  choose: "Wybierz jedną z możliwości.",
} satisfies Translation<typeof en>;
