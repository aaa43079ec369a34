/**
 * Serbian Latin → Serbian Cyrillic for our own messages. ICU arguments (`{name}`, plural keywords), tags, addresses
 * and the words of `SPARED` stay as they are.
 */
const PAIRS: Record<string, string> = {
  nj: "њ", lj: "љ", dž: "џ",
  a: "а", b: "б", v: "в", g: "г", d: "д", đ: "ђ", e: "е", ž: "ж", z: "з", i: "и", j: "ј", k: "к", l: "л", m: "м", n: "н",
  o: "о", p: "п", r: "р", s: "с", t: "т", ć: "ћ", u: "у", f: "ф", h: "х", c: "ц", č: "ч", š: "ш",
};

export function transliterate(text: string): string {
  return text.replace(/nj|lj|dž|[a-zđžćčš]/gi, (part) => {
    const cyrillic = PAIRS[part.toLowerCase()];
    if (!cyrillic) return part;
    return part[0] === part[0]?.toLowerCase() ? cyrillic : cyrillic.toUpperCase();
  });
}
