/**
 * Serbian Latin → Serbian Cyrillic, for our own messages and for names. Addresses, words with letters that Serbian
 * does not have, and the names of SPARED stay as they are.
 */
const PAIRS: Record<string, string> = {
  nj: "њ", lj: "љ", dž: "џ",
  a: "а", b: "б", v: "в", g: "г", d: "д", đ: "ђ", e: "е", ž: "ж", z: "з", i: "и", j: "ј", k: "к", l: "л", m: "м", n: "н",
  o: "о", p: "п", r: "р", s: "с", t: "т", ć: "ћ", u: "у", f: "ф", h: "х", c: "ц", č: "ч", š: "ш",
};

/** Names and marks that are written in Latin in Cyrillic text too. */
const SPARED = new Set(
  ("Rapport SendGrid Gmail Outlook Excel Google Apple Mailchimp Unicode Liquid Ctrl Esc Enter Shift Tab Alt " +
    "SMTP IMAP MJML HTML CSS CSV JSON XML PDF SVG GIF PNG JPEG JPG WebP HEIC ICU URL API HTTP HTTPS RFC ISO IANA UTC BCC DPI KB MB GB px " +
    "DHL UPS GLS InPost PayPal PLN RSD EUR USD GBP SQL DNS SPF DKIM DMARC POST TLS ID IP SKU RFM A/B").split(" "),
);

/** Where n+j and d+ž are two sounds, mostly on the seam of a prefix (Pravopis srpskoga jezika, 2010, §24). */
const APART = /injek[ct]|konjun|konjug|anjon|tanjug|vanjez|nadž[bdinv]|odžal|odživ|podžanr|podžup/giu;

/** An address, or a word with what belongs to it; everything else stays as it is. */
const PARTS = /https?:\/\/\S+|[^\s<>]+@[^\s<>]+|(?:[\p{L}\d-]+\.)+(?:com|org|net|rs|pl|csv|json|html|mjml|db|gif|pdf)\b|\p{L}[\p{L}\p{M}]*(?:\/\p{L}+)?/gu;

export function transliterate(text: string): string {
  return text.replace(PARTS, (part) => (staysLatin(part) ? part : letters(part)));
}

function staysLatin(part: string): boolean {
  return /[@.]|:\/\//.test(part) || /[qwxy]/i.test(part) || SPARED.has(part);
}

function letters(word: string): string {
  const held = word.replace(APART, (match) => match.replace(/(n)(j)|(d)(ž)/giu, (pair) => `${pair[0]}\u200c${pair[1]}`));
  return held
    .replace(/nj|lj|dž|[a-zđžćčš]/giu, (part) => {
      const cyrillic = PAIRS[part.toLowerCase()];
      if (!cyrillic) return part;
      return part[0] === part[0]?.toLowerCase() ? cyrillic : cyrillic.toUpperCase();
    })
    .replaceAll("\u200c", "");
}
