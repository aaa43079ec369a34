/**
 * What an event means, whoever reports it: SendGrid by its webhook, or a server by a mail that came back. The state of a
 * delivery follows from meanings alone, so that every provider goes the same way. Pure.
 */
export type Meaning =
  /** It was handed over: any word about it says so. */
  | { kind: "taken" }
  | { kind: "delivered" }
  /** `isHard`: the address does not exist, or takes no mail for good. */
  | { kind: "bounced"; isHard: boolean; words: string }
  /** The provider took it and never tried. */
  | { kind: "dropped"; isHard: boolean; words: string }
  | { kind: "complained" }
  | { kind: "left" };

export type Reportage = { provider: string; type: string; payload: Record<string, unknown> };

export function meaningOf({ provider, type, payload }: Reportage): Meaning {
  const words = String(payload.reason ?? "").slice(0, 300);
  if (provider === MAILBOX) return ofMailbox(type, words);
  switch (type) {
    case "delivered":
      return { kind: "delivered" };
    case "bounce":
      return { kind: "bounced", isHard: isHardAtSendGrid(payload), words };
    case "dropped":
      return { kind: "dropped", isHard: /bounced address|invalid/i.test(words), words };
    case "spamreport":
      return { kind: "complained" };
    case "unsubscribe":
    case "group_unsubscribe":
      return { kind: "left" };
    default:
      return { kind: "taken" };
  }
}

/** The provider's name of what came back by mail; its types are those that returned/ judges. */
export const MAILBOX = "mailbox";

function ofMailbox(type: string, words: string): Meaning {
  if (type === "hard" || type === "soft") return { kind: "bounced", isHard: type === "hard", words };
  if (type === "complaint") return { kind: "complained" };
  return type === "delivered" ? { kind: "delivered" } : { kind: "taken" };
}

/** A mailbox that does not exist, or an address the provider gave up: not a full mailbox, not a blocked sender. */
function isHardAtSendGrid(payload: Record<string, unknown>): boolean {
  const status = String(payload.status ?? "");
  const reason = String(payload.reason ?? "");
  if (payload.type === "blocked") return false;
  if (/^5\.2\.2/.test(status) || /over quota|mailbox (is )?full/i.test(reason)) return false;
  return /^5\./.test(status) || (status === "" && /^5\d\d/.test(reason));
}
