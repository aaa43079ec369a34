/**
 * Which addresses may be called from here. Everything that is not plain public Internet is refused (IANA's registries of
 * special-purpose addresses), also in its IPv6 clothes; the administrator's own networks can be let through by a setting.
 */
import { BlockList, isIP } from "node:net";

const V4 = [
  "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
  "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
];

/** Of IPv6 only 2000::/3 is the Internet; of that, these are not. */
const V6_SPECIAL = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

const closed = listOf([...V4, ...V6_SPECIAL]);
const open6 = listOf(["2000::/3"]);

export function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? "ipv6" : "ipv4");
  }
  return list;
}

/** Whether this is a network like 10.1.0.0/16. */
export function isNetwork(text: string): boolean {
  const [address = "", bits = "", more] = text.split("/");
  const kind = isIP(address);
  return kind !== 0 && more === undefined && /^\d{1,3}$/.test(bits) && Number(bits) <= (kind === 4 ? 32 : 128);
}

/** @param address as a socket names it @param letIn networks that are allowed besides */
export function mayReach(address: string, letIn: BlockList): boolean {
  const bare = address.replace(/%.*$/, "");
  if (isLetIn(bare, letIn)) return true;
  const v4 = mappedV4(bare);
  if (v4 !== null) return !closed.check(v4, "ipv4");
  return isIP(bare) === 6 && open6.check(bare, "ipv6") && !closed.check(bare, "ipv6");
}

/** In a network of the administrator's own. */
export function isLetIn(address: string, letIn: BlockList): boolean {
  const v4 = mappedV4(address);
  return v4 === null ? isIP(address) === 6 && letIn.check(address, "ipv6") : letIn.check(v4, "ipv4");
}

/** The IPv4 address that this is, or that it is mapped from (::ffff:a.b.c.d), in whichever writing. */
function mappedV4(address: string): string | null {
  if (isIP(address) === 4) return address;
  if (isIP(address) !== 6) return null;
  const { hostname } = new URL(`http://[${address}]/`);
  const match = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(hostname);
  if (!match) return null;
  const [high, low] = [Number.parseInt(match[1]!, 16), Number.parseInt(match[2]!, 16)];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}
