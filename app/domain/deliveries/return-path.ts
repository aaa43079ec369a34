import { isEmail } from "../customers/contact.ts";

/** What stands before and after the `@`. */
export function splitAddress(address: string): { local: string; host: string } {
  const at = address.lastIndexOf("@");
  return { local: address.slice(0, at), host: address.slice(at + 1) };
}

/** The longest token that return-path.server.ts writes: `+`, an id of 11 signs, `-`, 24 signs. */
const LONGEST_TOKEN = 37;

/** Whether bounces can come back to this address with our token in it: plain ASCII, room for the token, no `+` of its own. */
export function isBounceAddress(address: string): boolean {
  const { local } = splitAddress(address);
  return isEmail(address) && /^[a-z0-9._-]+$/i.test(local) && local.length + LONGEST_TOKEN <= 64;
}
