/**
 * The receiving provider of an address. Large providers count what one sender brings them in an hour, over all of their
 * domains together: mail to one of them goes in a lane of its own, which can have a limit.
 */
const DOMAINS = {
  google: ["gmail.com", "googlemail.com"],
  microsoft: ["outlook.*", "hotmail.*", "live.*", "msn.com", "windowslive.com", "passport.com"],
  yahoo: ["yahoo.*", "ymail.com", "rocketmail.com", "aol.*", "myyahoo.com"],
  apple: ["icloud.com", "me.com", "mac.com"],
  // Poland
  wp: ["wp.pl", "o2.pl", "go2.pl", "tlen.pl", "1gb.pl", "2gb.pl"],
  onet: ["onet.pl", "onet.eu", "poczta.onet.pl", "poczta.onet.eu", "op.pl", "vp.pl", "spoko.pl", "autograf.pl", "onet.com.pl", "buziaczek.pl", "amorki.pl"],
  interia: ["interia.pl", "interia.eu", "interia.com", "poczta.fm", "intmail.pl", "pisz.to", "ogarnij.se"],
  gazeta: ["gazeta.pl"],
  // Serbia and its neighbours
  telekom_srbija: ["mts.rs", "ptt.rs", "open.telekom.rs", "telekom.rs", "ptt.yu"],
  sbb: ["sbb.rs", "eunet.rs", "ikomline.net", "bitsyu.net", "beotel.net", "beotel.rs", "yunet.com"],
  // Germany, Austria, Switzerland
  gmx: ["gmx.*", "web.de", "mail.com", "email.de", "caramail.com"],
  telekom: ["t-online.de", "magenta.de"],
  freenet: ["freenet.de", "arcor.de"],
  // Czechia and Slovakia, France, Italy
  seznam: ["seznam.cz", "email.cz", "post.cz", "spoluzaci.cz"],
  orange: ["orange.fr", "wanadoo.fr"],
  free: ["free.fr", "aliceadsl.fr"],
  libero: ["libero.it", "inwind.it", "iol.it", "blu.it"],
} as const;

export type Lane = keyof typeof DOMAINS;
export const LANES = Object.keys(DOMAINS) as Lane[];

/** Under which name their users know them. Names of firms are the same in every language. */
export const LANE_NAMES: Record<Lane, string> = {
  google: "Gmail", microsoft: "Outlook, Hotmail", yahoo: "Yahoo, AOL", apple: "iCloud", wp: "WP, o2", onet: "Onet", interia: "Interia",
  gazeta: "Gazeta.pl", telekom_srbija: "Telekom Srbija (mts)", sbb: "SBB, EUnet", gmx: "GMX, WEB.DE", telekom: "T-Online", freenet: "freenet",
  seznam: "Seznam", orange: "Orange", free: "Free", libero: "Libero",
};

const exact = new Map<string, Lane>();
const families = new Map<string, Lane>();
for (const lane of LANES)
  for (const domain of DOMAINS[lane]) {
    if (domain.endsWith(".*")) families.set(domain.slice(0, -2), lane);
    else exact.set(domain, lane);
  }

/** `outlook.*` is outlook.com and outlook.co.uk, but not outlook.example.com: one label, or co/com and a country. */
const FAMILY = /^([a-z0-9-]+)\.(?:[a-z]{2,4}|(?:co|com)\.[a-z]{2})$/;

/** The lane of an address; '' for the many small servers, which have none. */
export function laneOf(address: string): Lane | "" {
  const domain = address.slice(address.lastIndexOf("@") + 1).trim().toLowerCase();
  const lane = exact.get(domain);
  if (lane) return lane;
  const family = FAMILY.exec(domain)?.[1];
  return (family && families.get(family)) || "";
}
