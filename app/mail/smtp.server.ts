/** SMTP with late intent over a pool of connections to one relay or several (smtp/courier.server.ts). */
import type { Signer } from "./message.server";
import { Courier, type Deadlines } from "./smtp/courier.server";
import { readRelays, type Relay } from "./smtp/relay";
import type { Line, Outlet, Transport } from "./transport";

const DEADLINES: Deadlines = { connect: 30_000, transfer: 60_000, answer: 90_000 };
/** How long a relay is left alone that did not talk to us, where there is another one. */
const REST = 15_000;
const TICK = 100;

export type SmtpOptions = { heloName: string; sign?: Signer; connections?: number; deadlines?: Partial<Deadlines> };

/** @param mailUrl one relay or several, see smtp/relay.ts */
export function openSmtp(mailUrl: string, options: SmtpOptions): Transport {
  const relays = readRelays(mailUrl).map((relay) => ({ ...relay, connections: options.connections ?? relay.connections }));
  return {
    name: "smtp",
    concurrency: relays.reduce((sum, relay) => sum + relay.connections, 0),
    start: (line) => startCouriers(line, relays, options),
  };
}

function startCouriers(line: Line, relays: Relay[], { heloName, sign, deadlines }: SmtpOptions): Outlet {
  const restUntil = new Map<Relay, number>();
  const isResting = (relay: Relay) => Date.now() < (restUntil.get(relay) ?? 0);
  const couriers = relays.flatMap((relay) =>
    Array.from(
      { length: relay.connections },
      () =>
        new Courier({
          line, relay, heloName, sign: sign ?? null, deadlines: { ...DEADLINES, ...deadlines },
          isResting: () => isResting(relay),
          onNoSession() {
            const canOthers = relays.some((other) => other !== relay && !isResting(other));
            if (relays.length > 1) restUntil.set(relay, Date.now() + REST);
            return canOthers;
          },
        }),
    ),
  );
  const clock = setInterval(() => {
    const now = Date.now();
    for (const courier of couriers) courier.tick(now);
  }, TICK).unref();
  return {
    wake() {
      for (const courier of couriers) courier.wake();
    },
    async close() {
      await Promise.all(couriers.map((courier) => courier.close()));
      clearInterval(clock);
    },
  };
}
