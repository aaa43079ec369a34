/**
 * The guard of the protocol taken out, as it stands in the build: what was being handed over when its worker died is
 * queued again for another attempt, as an at-least-once queue does.
 */
export const AT_LEAST_ONCE: [find: string, put: string][] = [
  ["SET state = 'unknown', finished_at = ?,", "SET state = 'queued', attempt = attempt + 1, finished_at = ?,"],
];
