/** What was found and opened last, for this tab only: names of customers are not left behind on a shared machine. */
const KEY = "rapport:found";
const MOST = 6;

export type Recent<Hit> = Hit & { to: string };

export function listRecent<Hit>(): Recent<Hit>[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? (kept as Recent<Hit>[]) : [];
  } catch {
    // Storage is switched off or holds something else: then there is nothing recent.
    return [];
  }
}

export function noteRecent<Hit>(hit: Recent<Hit>): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify([hit, ...listRecent<Hit>().filter(({ to }) => to !== hit.to)].slice(0, MOST)));
  } catch {
    // The next time it is looked for again.
  }
}
