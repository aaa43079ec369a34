import { expect, test } from "vitest";

import { decodeText, readSuppressionFile } from "./suppression-file";

test("one address a line, in any spelling, each once", () => {
  const { addresses, repeated, errors } = readSuppressionFile("anna@example.com\r\n<jan@example.com>\n\nANNA@Example.com\nnobody\n@x\nżółw@example.com\n");
  expect(addresses).toEqual(["anna@example.com", "jan@example.com", "żółw@example.com"]);
  expect(repeated).toBe(1);
  expect(errors).toEqual([{ line: 5, text: "nobody" }, { line: 6, text: "@x" }]);
});

test.each([
  ["a column by its name", "id;E-mail;why\n1;a@example.com;x\n2;b@example.com;y\n", ["a@example.com", "b@example.com"]],
  ["a column by what stands in it", "1,Anna,a@example.com\n2,Jan,b@example.com\n", ["a@example.com", "b@example.com"]],
  ["quoted cells", 'email,note\n"a@example.com","left, for good"\n', ["a@example.com"]],
  ["a mark of UTF-8 and a tab", "\uFEFFemail\tat\na@example.com\t2026\n", ["a@example.com"]],
])("%s", (_, text, addresses) => {
  expect(readSuppressionFile(text)).toMatchObject({ addresses, errors: [] });
});

test("UTF-16 is read as such, and what is no text at all is errors by line", () => {
  expect(readSuppressionFile(decodeText(new Uint8Array([0xff, 0xfe, ...Buffer.from("a@example.com\n", "utf16le")]))).addresses).toEqual(["a@example.com"]);
  const { addresses, errors } = readSuppressionFile(decodeText(new Uint8Array([0, 1, 2, 200, 201, 10, 7, 7])));
  expect([addresses.length, errors.length > 0]).toEqual([0, true]);
});
