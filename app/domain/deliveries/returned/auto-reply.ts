/** Mails that no person wrote in answer (RFC 3834, and what servers did before it): nobody answers them, and they open nothing. */
import { headerOf, type IncomingMail } from "./incoming-mail";

export function isAutoReply(mail: Pick<IncomingMail, "headers" | "subject">): boolean {
  const said = (name: string) => headerOf(mail, name).trim().toLowerCase();
  const submitted = said("auto-submitted");
  if (submitted !== "" && !submitted.startsWith("no")) return true;
  if (["x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponder", "x-autoreply-from", "x-mail-autoreply"].some((name) => said(name) !== "" && said(name) !== "no")) return true;
  // Not `list`: a support address that is a group marks every letter so.
  if (/^(auto[_-]?reply|bulk|junk)\b/.test(said("precedence"))) return true;
  if (said("x-precedence") === "auto_reply" || /vacation/.test(said("x-apple-action")) || /^vacation\b/.test(said("x-mailer"))) return true;
  return SUBJECT.test(mail.subject.trim());
}

/** At the subject's beginning only, and not behind "Re:": those are answers to a mail of ours that was called so. */
const SUBJECT = new RegExp(
  `^(?:\\[[^\\]]{1,40}\\]\\s*)*(?:${[
    "auto(?:matic|mated|-|\\s)*(?:reply|response|respond\\w*|answer)", "auto:", "out of (?:the |my )?office", "ooo\\b", "away from (?:the |my )?(?:office|desk|mail)", "vacation (?:reply|message|notice|response|auto)", "i am (?:away|out of)",
    "automatische (?:antwort|rückmeldung)", "autoantwort", "abwesenheit", "abwesend",
    "odpowiedź automatyczna", "automatyczna odpowiedź", "autoodpowiedź", "autoresponder", "poza biurem", "nieobecno", "jestem na urlopie",
    "automatski odgovor", "automatska poruka", "odsutan", "odsutna", "nisam u kancelariji", "na odmoru", "аутоматски одговор", "аутоматска порука", "одсутан", "одсутна", "нисам у канцеларији",
    "réponse automatique", "absence du bureau", "absent du bureau", "message d'absence", "respuesta autom[aá]tica", "fuera de (?:la )?oficina", "risposta automatica", "fuori (?:ufficio|sede)", "resposta autom[aá]tica", "fora do escrit[oó]rio", "aus[eê]ncia",
    "automatisch(?:e)? (?:antwoord|beantwoording)", "afwezig", "automatiskt? (?:svar|meddelande)", "frånvaro", "fravær", "automaattinen", "poissa",
    "automatická odpověď", "mimo kancelář", "automatikus válasz", "házon kívül", "automatický", "samodejni odgovor", "automatinis atsakymas", "automātiskā atbilde", "automaatvastus", "răspuns automat", "otomatik yanıt", "αυτόματη απάντηση",
    "автоматический ответ", "автоответ", "автоматична відповідь", "автоматичен отговор", "自動返信", "自動応答", "不在", "自动回复", "自動回覆", "자동 회신", "부재중",
  ].join("|")})`,
  "iu",
);
