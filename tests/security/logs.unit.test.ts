/** What an error quotes is not ours to keep: libraries put what they could not take into their messages. */
import { expect, test } from "vitest";

import { openLog } from "../../app/context.server";

// Mutant: log-quoted-text.
test.each([
  [new Error('malformed content-disposition header: form-data; filename="canary.csv"')],
  [new Error("Unexpected token 'c', 'canary' is not valid JSON")],
  [new TypeError("`canary` is no header value")],
  [new Error("outer", { cause: new Error('inner "canary"') })],
  [new Error("could not reach canary@example.com")],
])("%s is logged without what it quotes", (error) => {
  const lines: string[] = [];
  openLog({ LOG_LEVEL: "info" }, { write: (line) => void lines.push(line) }).error({ err: error }, "request failed");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("request failed");
  expect(lines[0]).not.toContain("canary");
});
