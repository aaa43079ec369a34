import { expect, test } from "vitest";

import { progressOf } from "./progress";

const at = { receivedAt: 1, startedAt: null, answeredAt: null, closedAt: null, statutoryDueAt: 9 };
const read = (of: Parameters<typeof progressOf>[0]) => progressOf(of).map(({ key, state, at }) => `${key} ${state} ${at ?? "-"}`);

test.each([
  ["that nobody has looked at", { ...at, status: "new" as const }, ["filed current 1", "looked_at next -", "answered next 9", "closed next -"]],
  ["being worked on", { ...at, status: "waiting" as const, startedAt: 2 }, ["filed done 1", "looked_at current 2", "answered next 9", "closed next -"]],
  ["answered", { ...at, status: "answered" as const, startedAt: 2, answeredAt: 3 }, ["filed done 1", "looked_at done 2", "answered current 3", "closed next -"]],
  ["reopened", { ...at, status: "open" as const, startedAt: 2, answeredAt: 3 }, ["filed done 1", "looked_at done 2", "answered done 3", "looked_at_again current -", "closed next -"]],
  ["closed", { ...at, status: "closed" as const, startedAt: 2, answeredAt: 3, closedAt: 4 }, ["filed done 1", "looked_at done 2", "answered done 3", "closed done 4"]],
  ["closed without an answer", { ...at, status: "closed" as const, startedAt: 2, closedAt: 4 }, ["filed done 1", "looked_at done 2", "closed done 4"]],
])("a case %s", (_what, of, steps) => {
  expect(read(of)).toEqual(steps);
});
