import { expect, test } from "vitest";

import { reasonOfRefusal } from "./delivery";

// Mutant: without the look for 5.1.x first, a mailbox that does not exist is written to again.
test.each([
  [550, "550 5.1.1 <a@example.com>: Recipient address rejected: User unknown", "no_mailbox"],
  [550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found", "no_mailbox"],
  [551, "551 5.1.6 mailbox has moved", "no_mailbox"],
  [552, "552 5.2.2 user over quota", "mailbox_full"],
  [552, "552 mailbox full", "mailbox_full"],
  [550, "550 5.7.1 Our system has detected that this message is likely unsolicited mail", "blocked"],
  [554, "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using list.example", "blocked"],
  [554, "554 Blocked by policy", "blocked"],
  [550, "550 5.7.26 this mail has been blocked because the sender is unauthenticated", "blocked"],
  [550, "550 5.4.1 Recipient address rejected: Access denied", "blocked"],
  [452, "452 too many recipients, try again later", "blocked"],
  [550, "550 sorry, no such user here", "no_mailbox"],
  [550, "550 no thanks", "refused"],
  [553, "553 5.5.2 what?", "refused"],
  // An address or a version that looks like a status is none.
  [550, "550 rejected by 10.5.1.1", "refused"],
])("%i %s is %s", (code, words, reason) => {
  expect(reasonOfRefusal(code, words)).toBe(reason);
});
