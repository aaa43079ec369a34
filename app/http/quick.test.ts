import type { IncomingMessage } from "node:http";

import { expect, test } from "vitest";

import { remoteAddressOf } from "./quick.server";

const asked = (forwarded?: string) => ({ socket: { remoteAddress: "10.0.0.1" }, headers: { "x-forwarded-for": forwarded } }) as unknown as IncomingMessage;

test.each([
  [0, undefined, "10.0.0.1"],
  [0, "203.0.113.9", "10.0.0.1"],
  [1, undefined, "10.0.0.1"],
  [1, "203.0.113.9", "203.0.113.9"],
  [1, "6.6.6.6, 203.0.113.9", "203.0.113.9"],
  [2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"],
  [2, "203.0.113.9", "203.0.113.9"],
  [1, " , ", "10.0.0.1"],
])("behind %i proxies, with X-Forwarded-For: %s, it is %s who asks", (proxies, forwarded, address) => {
  expect(remoteAddressOf(asked(forwarded), proxies)).toBe(address);
});
