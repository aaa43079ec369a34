/**
 * Why a mail came back, from what a server said. Only an address that does not exist, has moved or takes no mail at all
 * is `hard`: everything else may pass, or is about us. In doubt it is soft, because a suppression lasts.
 *
 * The reasons' names are those that readers of bounces have in common (as Sisimai gives them).
 */
export type Reason =
  | "userunknown" | "hostunknown" | "hasmoved" | "notaccept"
  | "mailboxfull" | "mesgtoobig" | "suspend" | "norelaying" | "authfailure" | "requireptr" | "notcompliantrfc"
  | "virusdetected" | "spamdetected" | "blocked" | "rejected" | "policyviolation" | "speeding" | "expired"
  | "networkerror" | "systemfull" | "systemerror" | "mailererror" | "contenterror" | "securityerror" | "filtered"
  | "onhold" | "undefined"
  | "feedback" | "vacation" | "delivered";

export type Told = {
  /** RFC 3463, or empty. */
  status: string;
  /** The reply's code of three digits, or empty. */
  replyCode: string;
  /** The last command of ours or the relay's that was answered: RCPT, MAIL, DATA, EHLO, CONN, or empty. */
  command: string;
  /** RFC 3464 2.3.3, or empty. */
  action: string;
  words: string;
};

export function isHardReason(reason: Reason): boolean {
  return reason === "userunknown" || reason === "hostunknown" || reason === "hasmoved" || reason === "notaccept";
}

export function reasonOf(told: Told): Reason {
  const { status, action } = told;
  if (action === "delivered" || action === "relayed" || action === "expanded" || status.startsWith("2.")) return "delivered";
  const words = bare(told.words);
  const detail = status.replace(/^\d\./, "");
  if (detail === "2.2" || FULL.test(words)) return "mailboxfull";
  const other = OTHERS.find(([, said]) => said.test(words))?.[0] ?? null;
  // Still being tried: whatever it says may pass.
  if (action === "delayed" || action === "expired") return other ?? "expired";

  const contradicted = other !== null && ABOUT_SOMETHING_ELSE.has(other);
  if (told.replyCode === "521" || told.replyCode === "556" || NO_MAIL_AT_ALL.test(words)) return status.startsWith("4") ? "systemerror" : "notaccept";
  if (!contradicted && saysUnknownUser(told, words, detail)) return "userunknown";
  if (!contradicted && (detail === "1.6" || MOVED.test(words))) return "hasmoved";
  if (other !== "networkerror" && other !== "expired" && (detail === "1.2" || detail === "4.4" || UNKNOWN_HOST.test(words))) return "hostunknown";
  if (other) return other;
  return byStatus(detail) ?? (UNKNOWN_USER.test(words) ? "filtered" : words ? "onhold" : "undefined");
}

/**
 * By its status; or by its words where the answer was to RCPT, or where no server answered because the one that
 * reports keeps the mailboxes itself. "Unknown user" after DATA is what filters say of mails that they do not like.
 */
function saysUnknownUser({ status, command, replyCode }: Told, words: string, detail: string): boolean {
  if (["1.1", "1.0", "1.3", "1.10"].includes(detail)) return true;
  if (!UNKNOWN_USER.test(words)) return false;
  if (command === "RCPT") return true;
  return command === "" && replyCode === "" && (status === "" || /^5\.0\.0$/.test(status));
}

function byStatus(detail: string): Reason | null {
  const exact: Record<string, Reason> = {
    "1.7": "rejected", "1.8": "rejected", "2.0": "filtered", "2.1": "suspend", "2.3": "mesgtoobig", "2.4": "filtered", "3.0": "systemerror", "3.1": "systemfull",
    "3.4": "mesgtoobig", "4.7": "expired", "7.25": "requireptr", "7.26": "authfailure", "7.23": "authfailure", "7.20": "authfailure", "7.9": "policyviolation",
  };
  const groups: Record<string, Reason> = { "1": "filtered", "2": "filtered", "3": "systemerror", "4": "networkerror", "5": "systemerror", "6": "contenterror", "7": "securityerror" };
  return exact[detail] ?? groups[detail.split(".")[0] ?? ""] ?? null;
}

/** Without addresses, host names, links and codes, whose letters say nothing about the reason. */
function bare(words: string): string {
  return words
    .slice(0, 4000)
    .toLowerCase()
    .replace(/[’`]/g, "'")
    .replace(/recipnotfound|recipientnotfound/g, " recipient not found ")
    .replace(/https?:\/\/\S+/g, (link) => (/nosuchuser/.test(link) ? " no such user " : /overquota/.test(link) ? " over quota " : " "))
    .replace(/\S+@\S+/g, " ")
    .replace(/\[[^\]\s]{0,80}\]/g, " ")
    .replace(/[a-z0-9_-]+(?:\.[a-z0-9_-]+)+/g, " ")
    .replace(/\b[245]\d\d\b[- ]?/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

const FULL = new RegExp(
  [
    "over ?(?:the )?(?:allowed |disk |mailbox )?quota", "overquota", "quota (?:is )?(?:exceed|violation|usage|full)", "exceed\\w* (?:[a-z]+ ){0,4}(?:quota|storage|space|mailbox size)",
    "(?:mail ?box|inbox|mail ?folder|maildir|postfach|boite|boîte|skrzynka|casella|buz[oó]n|sandu[cč]e)[^.;]{0,40}\\b(?:full|voll|pleine|pełna|piena|lleno|puno)", "full (?:mail ?box|inbox)",
    "out of storage", "(?:not|n't) have enough (?:disk )?space", "not enough (?:storage|disk) space", "too many messages on the server", "maximum allowed storage",
    "disk ?quota", "disc quota", "space has been used up", "mailbox size limit", "too much mail data", "exceeded storage allocation",
  ].join("|"),
);

const OTHERS: [Reason, RegExp][] = [
  ["mesgtoobig", /(?:message|mail|size|data|content)[^.;]{0,30}(?:too (?:big|large|long)|exceed[^.;]{0,30}(?:size|limit|maximum))|size limit|message length/],
  ["suspend", /suspend|deactivat|\bdisabled\b|temporar\w+ (?:locked|inactive)|\bfrozen\b|account (?:is )?(?:locked|inactive)|invalid\/inactive|user (?:is )?inactive|that you tried to reach is inactive/],
  ["norelaying", /relay(?:ing)?(?: access)?(?: is)? (?:denied|prohibited|disallow\w+|not (?:allowed|permitted))|(?:unable|configured|permitted|allowed) to relay|not relay|open relay|relaying (?:mail )?(?:denied|to)|mail server requires authentication/],
  ["authfailure", /\b(?:dmarc|spf|dkim|sender ?id)\b|unauthenticated email|not have authentication information|authentication checks/],
  ["requireptr", /\bptr\b|reverse (?:dns|hostname|lookup|address)|\brdns\b|unverifiable sending|no reverse/],
  ["notcompliantrfc", /not (?:compliant|rfc)|rfc ?[2-5]\d{3}|non-?compliant|duplicate header|multiple addresses in from/],
  ["virusdetected", /\bvirus\b|malware|infected|trojan/],
  ["spamdetected", /\bspam\w*|\bbulk\b|\bjunk\b|unsolicited|message content rejected|blacklisted url|content (?:rejected|filter)/],
  ["blocked", /\bblock(?:ed|list\w*|ing)?\b|black ?list|\b(?:rbl|dnsbl|bl)\b|reputation|\bbanned\b|client host rejected|bad (?:helo|ip)|(?:^|[^a-z:] )access denied|your (?:ip|host|server|isp)\b|smtp server of your|not accept(?:ed)? (?:mail|connections) from|ip address/],
  ["rejected", /\b(?:sender|from|return-?path|mail from)\b[^.;]{0,40}(?:rejected|denied|refused|not (?:allowed|exist|accepted|valid|verif\w+)|invalid|unknown|blocked|verif\w+)|unrout(?:e)?able sender|sender verif\w+|spoof|callout|not a registered gateway user|sender address|address that has been/],
  ["policyviolation", /policy|prohibited|restrict\w+|not permitted|violat\w+|low trust|not authorized|unauthori[sz]ed/],
  ["speeding", /too many|rate ?limit|throttl|too fast|grey-?list|try (?:again )?later|temporarily (?:deferred|rejected|unavailable)|exceeded[^.;]{0,20}(?:rate|limit|messages)/],
  ["expired", /expired|timed? ?out|retry (?:time|limit)|too long|delivery time|could not be delivered (?:for|within)|all hosts have been failing|not accept our requests|has been in the queue|still being retried|giving up/],
  ["networkerror", /connection (?:refused|reset|lost|dropped|closed|failed|died)|lost connection|no route to host|network (?:is )?(?:unreachable|error)|name server reply|try again|name service error[^.;]{0,60}(?:malformed|unexpected|temporary)|general failure|temporary (?:dns|lookup)|\bloops?\b|too many hops|hop count|socket error|handshake|\btls\b|communicating with|conversation with/],
  ["systemfull", /insufficient system|no space left|disk (?:is )?full|insufficient disk/],
  ["systemerror", /system (?:error|failure|problem)|internal (?:server )?error|configuration|local error|could not load|service (?:currently )?unavailable|server error|can't (?:create|open|chdir)|cannot (?:create|open|append)/],
  ["mailererror", /command (?:failed|died|output)|pipe to|exit(?:ed)? (?:status|code|with)|procmail|during the delivery attempt/],
  ["contenterror", /headers?\b|\bmime\b|content-type|attachment|8 ?bit|bare (?:lf|cr)|improper use/],
];

/** Said together with "unknown user" these win: the address may be right. */
const ABOUT_SOMETHING_ELSE = new Set<Reason>(["mesgtoobig", "suspend", "norelaying", "authfailure", "requireptr", "virusdetected", "spamdetected", "blocked", "rejected", "speeding"]);

const UNKNOWN_USER = new RegExp(
  [
    "(?:unknown|non-?existent|no such|invalid|bad|inexistent|undefined) (?:local )?(?:user|recipient|mail ?box|address|account|local[ -]?part|virtual user|e-?mail|destination|person|alias)",
    "(?:user|recipient|mail ?box|address|account|person|e-?mail address|addressee)s?(?: \\S{1,60})? (?:is |was |are |were )?(?:unknown|not found|not known|not exist|non-?existent|invalid|not listed|not valid|not recogni[sz]ed|undeliverable)",
    "(?:user|recipient|mail ?box|address|account|account that you tried to reach|that you tried to reach)[^.;]{0,60} (?:does ?n[o']t|do ?n[o']t|could ?n[o']t|was ?n[o']t|did not|can ?not) (?:be )?(?:exist|found|find)", "(?:does|do)(?: not|n't) exist",
    "no (?:mail ?box|account|user|address|such|recipient)[^.;]{0,20} (?:here|by that name|found|available)", "no mail ?box", "not a (?:valid|known|local) (?:user|recipient|mail ?box|address)", "isn't in my list of allowed", "in my (?:badrcptto|validrcptto|badrecipientto)",
    "(?:not|n't) have an? [^.;]{0,30}account", "mail ?box (?:is )?(?:unavailable|unavaiable|inactive|not present)", "recipient address rejected: ?(?:access denied|user|unknown|invalid|undeliverable)",
    "no longer (?:accepts mail|valid|exists?|with us|employed|works)", "recipient (?:is )?(?:not (?:ok|accepted|local)|does not exist)", "destination addresses were unknown", "no valid recipients", "bad (?:rcpt|destination)", "can't accept user",
    "wasn't found at", "could(?: not|n't) be found", "badrcptto", "utilisateur inconnu", "adresse(?: \\S+)? (?:inconnue|invalide)", "destinataire(?: \\S+)? (?:inconnu|invalide)", "benutzer unbekannt", "unbekannte[rn]? (?:benutzer|empf)", "empfänger unbekannt",
    "nie ma takie(?:go|j)", "nieznany (?:użytkownik|adresat|odbiorca)", "użytkownik nie istnieje", "no existe", "usuario desconocido", "utente sconosciuto", "nessun utente", "casella inesistente", "usuário (?:desconhecido|inexistente)",
    "nepoznat (?:korisnik|primalac)", "нет такого", "не существует", "пользователь не найден", "ne postoji",
  ].join("|"),
);

const UNKNOWN_HOST = new RegExp(
  [
    "host or domain name not found", "(?:host|domain)(?: name)? (?:is )?(?:unknown|not found|not exist|unreachable)", "(?:unknown|no such|invalid|non-?existent) (?:host|domain)", "domain (?:does(?: not|n't) exist|must exist|is not reachable)",
    "unrout(?:e)?able address", "name or service not known", "all relevant mx records point to non-?existent", "host address lookups failed permanently", "mail exchanger or ip address", "couldn't find any host", "no mx (?:record|host)", "no valid hosts",
  ].join("|"),
);

const MOVED = /(?:address|user|mail ?box|account|recipient)[^.;]{0,60}(?:has |have )?(?:been replaced by|moved (?:to|permanently)|changed to)|user not local; please try/;

const NO_MAIL_AT_ALL = /(?:host|domain|server)[^.;]{0,30} (?:does(?: not|n't)|never) accepts? (?:any )?(?:e?-?mail|messages)|null mx|accepts no mail|no smtp service|mx or srv record indicated no/;
