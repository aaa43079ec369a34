/** Opening a mailbox at an address that somebody typed in: only where it may be reached, as with webhooks (post.server.ts). */
import { lookup as resolve } from "node:dns/promises";
import { isIP, type BlockList } from "node:net";

import { openImapAccount } from "../mail/imap-account.server";
import { MailboxError, type AccountSession, type MailAccount } from "../mail/mailbox";
import { isLetIn, mayReach } from "./reach";

/** @throws MailboxError `blocked` when its name, or one of its addresses, leads into a closed network */
export async function openMailAccount(account: MailAccount, letIn: BlockList, lookup = resolve): Promise<AccountSession> {
  const addresses = isIP(account.host) ? [account.host] : await addressesOf(account.host, lookup);
  // One closed address among open ones is enough: whoever has such a name means no good.
  if (addresses.length === 0 || addresses.some((address) => !mayReach(address, letIn))) throw new MailboxError("blocked", "this address leads into a network that is not the Internet");
  const [first] = addresses as [string];
  return openImapAccount(account, first, isLetIn(first, letIn));
}

async function addressesOf(host: string, lookup: typeof resolve): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw new MailboxError("unreachable", (error as { code?: string }).code ?? "no such name");
  }
}
