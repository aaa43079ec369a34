/** Guards of the protocol taken out, as they stand in the build: text there → what stands there instead. */
export const KILL_MUTANTS: Record<string, [find: string, put: string][]> = {
  /** What was being handed over when its worker died is queued again for another attempt, as an at-least-once queue does. */
  "at-least-once": [["SET state = 'unknown', finished_at = ?,", "SET state = 'queued', attempt = attempt + 1, finished_at = ?,"]],
  /** What was forbidden after the claim is not heard of. */
  "deaf-to-stops": [["const doubtful = leases.filter(", "const doubtful = [].filter("]],
};
