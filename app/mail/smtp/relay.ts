/** A mail relay as MAIL_URL names it. Pure. */

export type Relay = {
  host: string;
  port: number;
  /** TLS from the first byte (smtps://). */
  isSecure: boolean;
  /** Certificates are checked, but on this very machine or where `tls=unverified` says not to. */
  isVerified: boolean;
  login: { user: string; password: string; method: "password" | "xoauth2" } | null;
  /** How many connections are open at once. */
  connections: number;
  /** After so many mails a connection is closed and opened anew. */
  mailsPerConnection: number;
  /**
   * For how many mails a connection may hold an intent. 1: the intent is committed when the server has said "go on", so
   * that at a crash at most one mail per connection is unknown. More: committed before the envelope, which lets a slow
   * disk keep up, for so many unknown mails per connection more.
   */
  ahead: number;
};

const CONNECTIONS = 5;
const MOST_CONNECTIONS = 200;

/**
 * `smtp://user:password@host:port?connections=10&weight=3`, several of them with blanks between. A relay's weight is its
 * share of all connections.
 * @throws TypeError when it is no URL
 */
export function readRelays(mailUrl: string): Relay[] {
  const relays = mailUrl.trim().split(/\s+/).map(readRelay);
  const total = relays.reduce((sum, { relay }) => sum + relay.connections, 0);
  const weights = relays.reduce((sum, { weight }) => sum + weight, 0);
  if (relays.length === 1 || relays.every(({ weight }) => weight === 1)) return relays.map(({ relay }) => relay);
  return relays.map(({ relay, weight }) => ({ ...relay, connections: Math.max(1, Math.round((total * weight) / weights)) }));
}

function readRelay(text: string): { relay: Relay; weight: number } {
  const url = new URL(text);
  const isSecure = url.protocol === "smtps:";
  const user = decodeURIComponent(url.username);
  const number = (name: string, usual: number, most: number) => {
    const given = Number(url.searchParams.get(name) ?? usual);
    return Number.isFinite(given) ? Math.min(most, Math.max(1, Math.trunc(given))) : usual;
  };
  return {
    relay: {
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port) || (isSecure ? 465 : 587),
      isSecure,
      isVerified: !isLoopback(url.hostname) && url.searchParams.get("tls") !== "unverified",
      login: user
        ? { user, password: decodeURIComponent(url.password), method: url.searchParams.get("auth") === "xoauth2" ? "xoauth2" : "password" }
        : null,
      connections: number("connections", CONNECTIONS, MOST_CONNECTIONS),
      mailsPerConnection: number("mails", 500, 1_000_000),
      ahead: number("ahead", 1, 100),
    },
    weight: number("weight", 1, 1000),
  };
}

export function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(host);
}
