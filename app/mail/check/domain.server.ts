/** What the DNS says of the sender's domain: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489), and where answers go. */
import { type Finding, ok, warning, wrong } from "./finding";

/** As node:dns/promises' Resolver. */
export type DnsResolver = {
  resolveTxt(name: string): Promise<string[][]>;
  resolveMx(name: string): Promise<{ exchange: string; priority: number }[]>;
};

/** `publicKey`: base64 of the key that we sign with, as its DNS record must say. */
export type Signing = { domain: string; selector: string; publicKey: string };

export async function checkDomain(dns: DnsResolver, domain: string, signings: readonly Signing[]): Promise<Finding[]> {
  if (/(^|\.)(example|test|invalid|localhost|local)$|(^|\.)example\.(com|org|net)$/.test(domain)) return [warning("domain_example", { domain })];
  try {
    return (await Promise.all([spf(dns, domain), ...dkim(dns, domain, signings), dmarc(dns, domain), mx(dns, domain)])).flat();
  } catch (error) {
    return [warning("dns_no_answer", { domain, words: (error as NodeJS.ErrnoException).code ?? "" })];
  }
}

async function spf(dns: DnsResolver, domain: string): Promise<Finding> {
  const records = (await texts(dns, domain)).filter((text) => /^v=spf1( |$)/i.test(text));
  if (records.length === 0) return warning("spf_missing", { domain });
  if (records.length > 1) return wrong("spf_many", { domain, count: records.length });
  const [record] = records as [string];
  return / [+]?all\b/i.test(record) ? wrong("spf_open", { domain, record }) : ok("spf_ok", { domain, record });
}

function dkim(dns: DnsResolver, domain: string, signings: readonly Signing[]): Promise<Finding>[] {
  if (signings.length === 0) return [Promise.resolve(ok("dkim_elsewhere", { domain }))];
  return signings.map(async ({ domain: signer, selector, publicKey }) => {
    const name = `${selector}._domainkey.${signer}`;
    const [record] = (await texts(dns, name)).filter((text) => /(^|;)\s*p=/i.test(text));
    if (!record) return wrong("dkim_missing", { name });
    const key = /(?:^|;)\s*p=([^;]*)/i.exec(record)?.[1]?.replace(/\s/g, "");
    return key === publicKey ? ok("dkim_ok", { name }) : wrong("dkim_other_key", { name });
  });
}

/** The record of the domain itself, else of the one above it. */
async function dmarc(dns: DnsResolver, domain: string): Promise<Finding> {
  const labels = domain.split(".");
  const candidates = [domain, ...(labels.length > 2 ? [labels.slice(1).join("."), labels.slice(-2).join(".")] : [])];
  for (const candidate of new Set(candidates)) {
    const record = (await texts(dns, `_dmarc.${candidate}`)).find((text) => /^v=DMARC1\b/i.test(text));
    if (!record) continue;
    const policy = /;\s*p=(\w+)/i.exec(record)?.[1]?.toLowerCase() ?? "none";
    return policy === "none" ? ok("dmarc_none", { domain: candidate }) : ok("dmarc_ok", { domain: candidate, policy });
  }
  return warning("dmarc_missing", { domain });
}

async function mx(dns: DnsResolver, domain: string): Promise<Finding> {
  const records = await orNothing(dns.resolveMx(domain));
  return records.length ? ok("mx_ok", { domain }) : warning("mx_missing", { domain });
}

async function texts(dns: DnsResolver, name: string): Promise<string[]> {
  return (await orNothing(dns.resolveTxt(name))).map((parts) => parts.join(""));
}

/** No such name and no such record are answers; a server that does not answer is none. */
async function orNothing<T>(asked: Promise<T[]>): Promise<T[]> {
  try {
    return await asked;
  } catch (error) {
    if (["ENOTFOUND", "ENODATA"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}
