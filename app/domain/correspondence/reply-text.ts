/** What somebody wrote, without the mail that they answered. Pure; the whole text is kept beside it. */

/** In the languages that customers write in, and what their programs put above a quotation. */
const INTRODUCTIONS = [
  /^(?:on|w dniu|dnia|dana|дана|am|le|el|il|em|op|den|dne|pe|в|у)\b.{4,200}(?:wrote|napisał(?:\(a\))?|pisze|napisa[ol](?:\/la)?|je napisao(?:\/la)?|написа[ло](?:\/ла)?|је написао(?:\/ла)?|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|napsal(?:\(a\))?|a scris|пишет|написал)[^\n]{0,80}:$/iu,
  /^.{2,200}(?:<[^<>\s]+@[^<>\s]+>|@\S+).{0,40}(?:wrote|napisał(?:\(a\))?|napisao(?:\/la)?|написао(?:\/ла)?|schrieb|a écrit|escribió|ha scritto)\s*:$/iu,
  /^-{2,}\s*(?:original message|wiadomość oryginalna|oryginalna wiadomość|originalna poruka|оригинална порука|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale|forwarded message|wiadomość przekazana)\s*-{2,}$/iu,
  /^_{10,}$/,
];

/** A block of header lines, as Outlook quotes: From, then Sent or Date. */
const QUOTED_FROM = /^\*?(?:from|od|od:|von|de|da|van|од|от)\s?:\*?\s.+/iu;
const QUOTED_SENT = /^\*?(?:sent|date|wysłano|data|poslato|datum|gesendet|envoyé|enviado|inviato|verzonden|послато|датум|отправлено)\s?:\*?\s.+/iu;

export function withoutQuotation(text: string): string {
  const lines = text.slice(0, 200_000).replace(/\r\n?/g, "\n").split("\n");
  const end = lines.findIndex((_, at) => beginsQuotation(lines, at));
  const own = (end < 0 ? lines : lines.slice(0, end)).filter((line) => !line.startsWith(">"));
  const signature = own.findIndex((line) => line === "-- " || line === "--");
  const said = (signature > 0 ? own.slice(0, signature) : own).join("\n").replace(/\n{3,}/g, "\n\n").trim();
  return said || text.trim();
}

function beginsQuotation(lines: string[], at: number): boolean {
  const line = (lines[at] as string).trim().slice(0, 500);
  if (line === "") return false;
  if (INTRODUCTIONS.some((one) => one.test(line))) return true;
  // Long introductions are broken in two.
  const two = `${line} ${(lines[at + 1] ?? "").trim().slice(0, 300)}`;
  if (/[:：]$/.test(two) && line.length > 10 && (INTRODUCTIONS[0] as RegExp).test(two)) return true;
  return QUOTED_FROM.test(line) && lines.slice(at + 1, at + 4).some((next) => QUOTED_SENT.test(next.trim()));
}

/** `Re: Re: News` → `News`; what a program added is no subject. */
export function bareSubject(subject: string): string {
  return subject.replace(/[\p{Cc}\p{Cf}]+/gu, " ").replace(/^(?:\s*(?:re|aw|odp|sv|vs|fwd?|wg|pd|ha|antw|одг|пр)(?:\[\d+\])?\s*:\s*)+/iu, "").replace(/\s+/g, " ").trim().slice(0, 150);
}
