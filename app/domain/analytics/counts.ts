/** How often each number occurred: so the median of millions is exact in the room of their different values. */
export class Counts {
  private readonly times = new Map<number, number>();
  size = 0;
  sum = 0;

  add(value: number): void {
    this.times.set(value, (this.times.get(value) ?? 0) + 1);
    this.size += 1;
    this.sum += value;
  }

  /** How many are at least the bound before and less than the next; the last is open. `bounds` begin with the least. */
  buckets(bounds: readonly number[]): number[] {
    const found = bounds.map(() => 0);
    for (const [value, times] of this.times) {
      const at = bounds.findLastIndex((bound) => value >= bound);
      if (at >= 0) found[at] = (found[at] ?? 0) + times;
    }
    return found;
  }

  spread(): Spread {
    if (this.size === 0) return { count: 0, mean: null, median: null };
    const values = [...this.times].toSorted(([a], [b]) => a - b);
    const nth = (n: number) => {
      let before = 0;
      for (const [value, times] of values) if ((before += times) > n) return value;
      return 0;
    };
    return { count: this.size, mean: this.sum / this.size, median: (nth(Math.floor((this.size - 1) / 2)) + nth(Math.floor(this.size / 2))) / 2 };
  }
}

/** The median of an even number of values is half-way between the two in the middle. Null: there are none. */
export type Spread = { count: number; mean: number | null; median: number | null };
