import { EventEmitter } from "node:events";

import { expect, test, vi } from "vitest";

import type { App } from "../context.server";
import { streamEvents } from "./live.server";

const { gate } = vi.hoisted(() => {
  let open: () => void = () => undefined;
  return { gate: { opened: new Promise<void>((resolve) => (open = resolve)), open: () => open() } };
});
vi.mock("../domain/accounts/sessions.server", () => ({
  resolveSession: () => gate.opened.then(() => ({ actor: { kind: "customer", loginId: 1, partyId: 1, name: "", locale: "en" } })),
}));

/** Mutant: a listener for the end that is added after the end is never called; timer and follower then stay for ever. */
test("a stream that is closed while its session is looked up leaves nothing running", async () => {
  vi.useFakeTimers();
  const response = Object.assign(new EventEmitter(), { writeHead: vi.fn(), write: vi.fn(), status: vi.fn(), end: vi.fn() });
  const app = { env: { APP_URL: "http://localhost" }, clock: () => 0, db: { dialect: "sqlite", read: { raw: async () => [] } } };
  const streaming = streamEvents(app as unknown as App, { query: { topic: "me" }, headers: {}, get: () => undefined } as never, response as never);
  response.emit("close");
  gate.open();
  await streaming;
  expect(response.writeHead).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});
