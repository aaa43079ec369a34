/** Whether what a file says of consent is to be recorded. Pure. */

/** What stands in the record about one topic and channel. */
export type ConsentNow = { state: "pending" | "granted" | "withdrawn"; since: number; source: string | null } | null;

/**
 * Whether a file's yes or no is to be recorded. Whatever was said later than the file's date stands. A yes without a
 * date never undoes a withdrawal; a no without one only takes back what an import had granted, not what people said
 * themselves.
 */
export function consentToRecord(said: { consent: boolean | null; at: number | null }, now: ConsentNow): "granted" | "withdrawn" | null {
  if (said.consent === null) return null;
  const wanted = said.consent ? "granted" : "withdrawn";
  if (!now) return said.consent ? "granted" : null;
  if (now.state === wanted) return null;
  if (said.at !== null) return said.at > now.since ? wanted : null;
  if (said.consent) return now.state === "pending" ? "granted" : null;
  return now.source === "import" ? "withdrawn" : null;
}
