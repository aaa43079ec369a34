import type { Clause } from "~/domain/segments/rule";

/** The page of a new segment, begun with these clauses: every one of them holds. */
export function segmentDraft(rules: readonly Clause[]): string {
  return `/staff/segments/new?${new URLSearchParams({ rules: JSON.stringify({ match: "all", rules }) })}`;
}
