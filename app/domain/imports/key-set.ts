/** A set of texts that can only be asked whether it holds one: 64 bits of each are kept, so that millions fit. Pure. */
export class KeySet {
  private table = new Uint32Array(2048);
  private size = 0;

  /** @returns whether it is new */
  add(key: string): boolean {
    if (this.size * 4 > this.table.length) this.grow();
    const [one, two] = hash(key);
    const at = place(this.table, one, two);
    if (this.table[at] !== 0) return false;
    this.table[at] = one;
    this.table[at + 1] = two;
    this.size += 1;
    return true;
  }

  has(key: string): boolean {
    const [one, two] = hash(key);
    return this.table[place(this.table, one, two)] !== 0;
  }

  private grow(): void {
    const old = this.table;
    this.table = new Uint32Array(old.length * 2);
    for (let i = 0; i < old.length; i += 2) {
      if (old[i] === 0) continue;
      const at = place(this.table, old[i] as number, old[i + 1] as number);
      this.table[at] = old[i] as number;
      this.table[at + 1] = old[i + 1] as number;
    }
  }
}

/** Where this pair stands, or would stand. The first half is never 0: that is an empty place. */
function place(table: Uint32Array, one: number, two: number): number {
  const mask = table.length / 2 - 1;
  for (let slot = two & mask; ; slot = (slot + 1) & mask) {
    const at = slot * 2;
    if (table[at] === 0 || (table[at] === one && table[at + 1] === two)) return at;
  }
}

/** Two times FNV-1a with different beginnings, mixed at the end (murmur3's finalizer). */
function hash(key: string): [number, number] {
  let one = 0x811c9dc5;
  let two = 0x9747b28c;
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    one = Math.imul(one ^ code, 0x01000193);
    two = Math.imul(two ^ code, 0x5bd1e995);
  }
  return [mix(one) || 1, mix(two)];
}

function mix(text: number): number {
  let h = text;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
