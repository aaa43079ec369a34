/**
 * Where a counted link may lead: a web address, or a path of ours. `//evil` and `javascript:` are neither.
 * @returns the address as a browser writes it, a path as it is; null when it leads nowhere
 */
export function webLink(stored: string): string | null {
  if (/^\/(?![/\\])/.test(stored)) return stored;
  if (!URL.canParse(stored)) return null;
  const url = new URL(stored);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
}
