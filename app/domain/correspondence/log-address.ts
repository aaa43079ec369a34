/** The address that a staff member puts in Bcc, or forwards to: the system's own mailbox with their secret in it. Pure. */
import { headersOf, type IncomingMail } from "../deliveries/returned/incoming-mail";
import { splitAddress } from "../deliveries/return-path";

/** Letters and digits in one case only: some servers write local parts in lower case. */
export const LOG_TOKEN = /^[a-z2-7]{16}$/;

export function logAddressFor(token: string, bounceAddress: string): string {
  const { local, host } = splitAddress(bounceAddress);
  return `${local}+log-${token}@${host}`;
}

/**
 * The secret that a mail was sent to, whether or not it is anybody's; null when it was not sent to such an address. Of Bcc
 * only the servers know: they note it on the envelope, or in what they say of how they received it.
 */
export function logTokenIn(mail: Pick<IncomingMail, "to" | "headers">, bounceAddress: string | undefined): string | null {
  if (!bounceAddress) return null;
  const received = headersOf(mail, "received").flatMap((line) => /\bfor\s+<?([^\s<>;]+@[^\s<>;]+)/i.exec(line)?.[1] ?? []);
  for (const address of [...mail.to, ...received]) {
    const token = tokenOf(address, bounceAddress);
    if (token !== null) return token;
  }
  return null;
}

export function isLogAddress(address: string, bounceAddress: string | undefined): boolean {
  return bounceAddress !== undefined && tokenOf(address, bounceAddress) !== null;
}

function tokenOf(address: string, bounceAddress: string): string | null {
  const [here, own] = [splitAddress(address.trim().toLowerCase()), splitAddress(bounceAddress.toLowerCase())];
  const start = `${own.local}+log-`;
  return here.host === own.host && here.local.startsWith(start) ? here.local.slice(start.length) : null;
}
