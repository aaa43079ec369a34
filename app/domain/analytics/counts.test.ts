import { describe, expect, it } from "vitest";

import { Counts } from "./counts";

const counted = (values: readonly number[]) => {
  const counts = new Counts();
  for (const value of values) counts.add(value);
  return counts;
};

// Mutants: what has no place of its own left out; taken as greater than everything.
describe("how often numbers occur", () => {
  it("says the mean and the median of any numbers, as if they were sorted", () => {
    expect(counted([]).spread()).toEqual({ count: 0, mean: null, median: null });
    expect(counted([7]).spread()).toEqual({ count: 1, mean: 7, median: 7 });
    expect(counted([3_000_000_000, 63, 64, 65]).spread().median).toBe(64.5);
    expect(counted([2.5, 2, 3, -4, 2 ** 18]).spread().median).toBe(2.5);
    expect(counted([262_143, 262_144, 262_145]).spread()).toEqual({ count: 3, mean: 262_144, median: 262_144 });
  });

  it("puts each into the last bound that it reaches, and what is less than all of them into none", () => {
    expect(counted([0, 1, 7, 8, 300_000, 300_001]).buckets([1, 8, 300_001])).toEqual([2, 2, 1]);
  });
});
