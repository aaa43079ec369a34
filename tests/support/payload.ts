/**
 * Reads what a loader sends to the browser: the flat form of turbo-stream, as Remix's single fetch writes it. Only as
 * far as tests need: values that arrive later, and types beside plain data, are named and not resolved.
 */
export function readPayload(body: string): unknown {
  const values = JSON.parse(body.split("\n")[0] ?? "null") as unknown[];
  const seen = new Map<number, unknown>();
  const at = (index: unknown): unknown => {
    if (typeof index !== "number" || index < 0) return null;
    if (seen.has(index)) return seen.get(index);
    const value = values[index];
    if (Array.isArray(value)) {
      if (typeof value[0] === "string") return `[${value[0]}]`;
      const list: unknown[] = [];
      seen.set(index, list);
      list.push(...value.map(at));
      return list;
    }
    if (value && typeof value === "object") {
      const object: Record<string, unknown> = {};
      seen.set(index, object);
      for (const [key, member] of Object.entries(value)) object[String(values[Number(key.slice(1))])] = at(member);
      return object;
    }
    return value;
  };
  return at(0);
}

/** `sessions[].handle`: every key that the payload has anywhere. */
export function keysOf(value: unknown, above = ""): string[] {
  const found = new Set<string>();
  const visit = (part: unknown, path: string, depth: number): void => {
    if (depth > 14 || part === null || typeof part !== "object") return;
    if (Array.isArray(part)) return part.forEach((member) => visit(member, `${path}[]`, depth + 1));
    for (const [key, member] of Object.entries(part)) {
      // Keys that are data (ids, slugs) would make every run another one.
      const name = /^\d+$|^[0-9a-f-]{36}$/.test(key) ? "*" : key;
      const next = path ? `${path}.${name}` : name;
      found.add(next);
      visit(member, next, depth + 1);
    }
  };
  visit(value, above, 0);
  return [...found].toSorted();
}
