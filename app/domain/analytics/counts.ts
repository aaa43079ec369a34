/** Below it a number has a place of its own: a tenth of the room that a map takes, and there are several of these for each while. */
const PLACES = 2 ** 18;

/** How often each number occurred: so the median of millions is exact in the room of their different values. */
export class Counts {
  private places = new Uint32Array(64);
  private readonly others = new Map<number, number>();
  size = 0;
  sum = 0;

  add(value: number): void {
    this.size += 1;
    this.sum += value;
    if (!(Number.isInteger(value) && value >= 0 && value < PLACES)) return void this.others.set(value, (this.others.get(value) ?? 0) + 1);
    if (value >= this.places.length) {
      const wider = new Uint32Array(2 ** Math.ceil(Math.log2(value + 1)));
      wider.set(this.places);
      this.places = wider;
    }
    this.places[value] = this.places[value]! + 1;
  }

  private *ascending(): Generator<[value: number, times: number]> {
    const others = [...this.others].toSorted(([a], [b]) => a - b);
    let next = 0;
    for (let value = 0; value < this.places.length; value++) {
      const times = this.places[value]!;
      if (times === 0) continue;
      while (next < others.length && others[next]![0] < value) yield others[next++]!;
      yield [value, times];
    }
    yield* others.slice(next);
  }

  /** How many are at least the bound before and less than the next; the last is open. `bounds` begin with the least. */
  buckets(bounds: readonly number[]): number[] {
    const found = bounds.map(() => 0);
    for (const [value, times] of this.ascending()) {
      const at = bounds.findLastIndex((bound) => value >= bound);
      if (at >= 0) found[at] = (found[at] ?? 0) + times;
    }
    return found;
  }

  spread(): Spread {
    if (this.size === 0) return { count: 0, mean: null, median: null };
    const [below, above] = [Math.floor((this.size - 1) / 2), Math.floor(this.size / 2)];
    let [before, low] = [0, Number.NaN];
    for (const [value, times] of this.ascending()) {
      before += times;
      if (Number.isNaN(low) && before > below) low = value;
      if (before > above) return { count: this.size, mean: this.sum / this.size, median: (low + value) / 2 };
    }
    throw new RangeError("fewer than were counted");
  }
}

/** The median of an even number of values is half-way between the two in the middle. Null: there are none. */
export type Spread = { count: number; mean: number | null; median: number | null };
