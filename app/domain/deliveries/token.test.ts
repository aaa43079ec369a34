import { createHmac } from "node:crypto";

import { beforeAll, expect, test } from "vitest";

import { linkKeys, provideMailIdentity } from "./identity.server";
import { linkToken, readLinkToken } from "./token.server";

beforeAll(() => provideMailIdentity("a-secret-of-more-than-thirty-two-letters", "Shop <shop@example.com>", ["the-former-secret-of-the-same-installation"]));

test("the proof is the first half of an HMAC-SHA256, in base64url", () => {
  for (let id = 1; id < 2_000; id += 7) {
    const text = `1a.${id.toString(36)}`;
    const half = createHmac("sha256", linkKeys()[0]!).update(text).digest().subarray(0, 16);
    expect(linkToken(id)).toBe(`${text}.${half.toString("base64url")}`);
    expect(readLinkToken(linkToken(id))).toBe(id);
  }
});

test("a token has one spelling, and none is taken that differs in a letter", () => {
  const token = linkToken(123_456);
  for (let at = 0; at < token.length; at++)
    for (const letter of "AQgw_-0z") {
      const other = token.slice(0, at) + letter + token.slice(at + 1);
      if (other !== token) expect([other, readLinkToken(other)]).toEqual([other, null]);
    }
});

test("links of a former key still lead somewhere", () => {
  const text = "1a.z";
  const half = createHmac("sha256", linkKeys()[1]!).update(text).digest().subarray(0, 16).toString("base64url");
  expect(readLinkToken(`${text}.${half}`)).toBe(35);
});
