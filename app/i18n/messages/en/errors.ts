/** What is wrong with a field; zod schemas name these keys as their messages. */
export default {
  required: "Please fill this in.",
  invalid: "This cannot be used.",
  too_short: "This is too short.",
  too_long: "This is too long.",
  too_small: "This is too small.",
  too_big: "This is too big.",
  email: "This is not an e-mail address.",
  number: "Please write a number.",
  date: "Please write a date.",
  url: "Please write a web address that begins with https://.",
  choose: "Please choose one.",
};
