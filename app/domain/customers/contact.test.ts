import { describe, expect, it } from "vitest";

import { emailSchema, isEmail, normalizeEmail, normalizePhone } from "./contact";

describe("normalizeEmail", () => {
  it.each([
    [" Anna.Kowalska@Example.COM ", "anna.kowalska@example.com"],
    ["ŻANETA@example.com", "żaneta@example.com"],
    ["z\u030caneta@example.com", "žaneta@example.com"],
    ["ana@Пример.срб", "ana@xn--e1afmkfd.xn--90a3ac"],
    ["no-at-sign", "no-at-sign"],
  ])("%j becomes %j", (written, normal) => {
    expect(normalizeEmail(written)).toBe(normal);
    expect(normalizeEmail(normal)).toBe(normal);
  });
});

describe("emailSchema", () => {
  it.each(["a@example.com", "anna.o'neil+tag@mail.example.co.uk", "žika@example.com", "x@пример.срб", "1_-@a-b.example", '"anna k"@example.com', "anna@[192.0.2.1]", "anna@[IPv6:2001:db8::1]", "anna@ai"])(
    "accepts %j",
    (address) => {
      expect(emailSchema.safeParse(address).success).toBe(true);
    },
  );

  it.each([
    ["", "required"],
    ["   ", "required"],
    [undefined, "required"],
    ["anna", "email"],
    ["anna@", "email"],
    ["@example.com", "email"],
    ["anna@example", "email"],
    ["anna@@example.com", "email"],
    ["anna..k@example.com", "email"],
    [".anna@example.com", "email"],
    ["anna k@example.com", "email"],
    ["anna@example.com\nBcc: x@example.com", "email"],
    ["anna@-example.com", "email"],
    ["anna@192.168.0.1", "email"],
    ["anna@example.com/path", "email"],
    ["anna@user@example.com", "email"],
    [`${"a".repeat(65)}@example.com`, "email"],
    [`a@${"example.".repeat(40)}com`, "too_long"],
  ])("refuses %j as %s", (address, reason) => {
    const result = emailSchema.safeParse(address);
    expect(result.success ? null : result.error.issues[0]?.message).toBe(reason);
  });

  it("counts the bytes of a name, not its letters", () => {
    expect(isEmail(`${"ž".repeat(33)}@example.com`)).toBe(false);
  });
});

describe("normalizePhone", () => {
  it.each([
    ["+48 600 100 200", null, "+48600100200"],
    ["0048 (600) 100-200", null, "+48600100200"],
    ["600 100 200", "PL", "+48600100200"],
    ["064/123-4567", "RS", "+381641234567"],
    ["020 7946 0000", "GB", "+442079460000"],
    ["06 1234 5678", "IT", "+390612345678"],
    ["600 100 200", null, null],
    ["12345", "PL", "+4812345"],
    ["123", null, null],
    ["call me", "PL", null],
    ["+0 123 456 789", null, null],
    ["+1234567890123456", null, null],
  ])("%j of %j is %j", (written, country, normal) => {
    expect(normalizePhone(written, country)).toBe(normal);
  });
});

it.each([
  ["a.b+c_d-e@mail.example.com", true], ["A@B.CO", true], [`${"a".repeat(64)}@example.com`, true], [`${"a".repeat(65)}@example.com`, false],
  ["a..b@example.com", false], [".a@example.com", false], ["a.@example.com", false], ["a@example", false], ["a@-example.com", false], ["a@example-.com", false],
  ["a@example.c", true], ["a@xn--.com", false], [`a@${"b".repeat(63)}.com`, true], [`a@${"b".repeat(64)}.com`, false],
  ["a@example.com\r\nb@example.com", false], ["a@example.com, b@example.com", false], [`a@${"b.".repeat(130)}com`, false],
])("whether %s can be written to: %s", (address, can) => {
  expect(isEmail(address)).toBe(can);
});
