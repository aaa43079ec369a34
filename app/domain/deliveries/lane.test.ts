import { expect, test } from "vitest";

import { LANES, laneOf } from "./lane";

test.each([
  ["a@gmail.com", "google"],
  ["A.B+c@GoogleMail.com", "google"],
  ["a@outlook.com", "microsoft"],
  ["a@hotmail.co.uk", "microsoft"],
  ["a@live.com.mx", "microsoft"],
  ["a@yahoo.co.jp", "yahoo"],
  ["a@ymail.com", "yahoo"],
  ["a@icloud.com", "apple"],
  ["a@wp.pl", "wp"],
  ["a@poczta.onet.pl", "onet"],
  ["a@interia.pl", "interia"],
  ["a@mts.rs", "telekom_srbija"],
  ["a@gmx.net", "gmx"],
  ["a@t-online.de", "telekom"],
  ["\"x@gmail.com\"@firma.pl", ""],
  ["a@gmail.com.example.com", ""],
  ["a@outlook.example.com", ""],
  ["a@notgmail.com", ""],
  ["a@outlook.firma.pl", ""],
  ["a@live.consulting.pl", ""],
  ["", ""],
])("%s goes in the lane %j", (address, lane) => {
  expect(laneOf(address)).toBe(lane);
});

test("every lane has a short name that fits a column and a form field", () => {
  for (const lane of LANES) expect(lane).toMatch(/^[a-z_]{2,20}$/);
});
