/** What happens, in the order in which it happens: a later act finds the database as it was then. */
import type { Database, Tx } from "../../app/db/types";

type Act =
  | { at: number; order: number; kind: "in"; run: (tx: Tx) => Promise<void> }
  | { at: number; order: number; kind: "apart"; run: () => Promise<void> };

export class Timeline {
  private readonly heap: Act[] = [];
  private count = 0;

  /** Something that one command does; many share a transaction. */
  add(at: number, run: (tx: Tx) => Promise<void>): void {
    this.push({ at, order: this.count++, kind: "in", run });
  }

  /** Something that opens transactions of its own; all before it is committed by then. */
  addApart(at: number, run: () => Promise<void>): void {
    this.push({ at, order: this.count++, kind: "apart", run });
  }

  /** Plays all acts, those among them that are added meanwhile; at most `size` in one transaction. */
  async play(db: Database, size = 300): Promise<void> {
    while (this.heap.length) {
      if (this.heap[0]!.kind === "apart") {
        const act = this.pop();
        if (act.kind === "apart") await act.run();
        continue;
      }
      await db.write(async (tx) => {
        for (let done = 0; done < size && this.heap[0]?.kind === "in"; done++) {
          const act = this.pop();
          if (act.kind === "in") await act.run(tx);
        }
      });
    }
  }

  private push(act: Act): void {
    const { heap } = this;
    let at = heap.push(act) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(heap[at]!, heap[parent]!)) break;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }

  private pop(): Act {
    const { heap } = this;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length) {
      heap[0] = last;
      let at = 0;
      for (;;) {
        const left = 2 * at + 1;
        if (left >= heap.length) break;
        const child = left + 1 < heap.length && isBefore(heap[left + 1]!, heap[left]!) ? left + 1 : left;
        if (!isBefore(heap[child]!, heap[at]!)) break;
        [heap[at], heap[child]] = [heap[child]!, heap[at]!];
        at = child;
      }
    }
    return first;
  }
}

function isBefore(one: Act, two: Act): boolean {
  return one.at < two.at || (one.at === two.at && one.order < two.order);
}
