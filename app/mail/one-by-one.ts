/** An outlet for transports that take each mail by itself, so many at once. */
import { refusalOf } from "./unsendable";
import type { Line, Outcome, Outlet, Parcel } from "./transport";

/**
 * @param send asks for leave once before the server could become responsible; throws only when the server certainly has nothing
 */
export function oneByOne(line: Line, concurrency: number, send: (parcel: Parcel, commitIntent: () => Promise<boolean>) => Promise<Outcome>): Outlet {
  const underWay = new Set<Promise<void>>();
  let closed = false;

  async function handOver(parcel: Parcel): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = await send(parcel, () => line.commitIntent(parcel));
    } catch (error) {
      outcome = refusalOf(error);
    }
    if (outcome.kind !== "withdrawn") line.end(parcel, outcome);
  }

  function wake(): void {
    while (!closed && underWay.size < concurrency) {
      const parcel = line.next();
      if (!parcel) return;
      const task = handOver(parcel).finally(() => {
        underWay.delete(task);
        wake();
      });
      underWay.add(task);
    }
  }

  return {
    wake,
    async close() {
      closed = true;
      await Promise.all(underWay);
    },
  };
}
