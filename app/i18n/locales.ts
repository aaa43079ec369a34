/** The languages of Rapport, as BCP 47 tags. To Intl plain `sr` means Cyrillic, so the script is always named. */
export const LOCALES = ["en", "pl", "sr-Latn", "sr-Cyrl"] as const;
export type Locale = (typeof LOCALES)[number];

/** Each language in its own words, for the switch. */
export const LOCALE_NAMES: Record<Locale, string> = {
  en: "English",
  pl: "Polski",
  "sr-Latn": "Srpski (latinica)",
  "sr-Cyrl": "Српски (ћирилица)",
};

export function isLocale(text: unknown): text is Locale {
  return (LOCALES as readonly unknown[]).includes(text);
}

/** The first language of an Accept-Language header that we speak (RFC 9110 §12.5.4); English when none. */
export function negotiateLocale(acceptLanguage: string | null | undefined): Locale {
  const wanted = (acceptLanguage ?? "")
    .split(",")
    .map((part, order) => {
      const [tag = "", ...params] = part.trim().split(";");
      const q = params.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find(Boolean);
      return { tag: tag.toLowerCase(), q: q === undefined ? 1 : Number(q), order };
    })
    .filter((w) => w.tag && w.q > 0)
    .toSorted((a, b) => b.q - a.q || a.order - b.order);
  for (const { tag } of wanted) {
    if (/^(sr|hr|bs|cnr)-latn\b/.test(tag) || /^(hr|bs)\b/.test(tag)) return "sr-Latn";
    if (/^(sr|cnr)\b/.test(tag)) return tag.includes("latn") ? "sr-Latn" : "sr-Cyrl";
    if (/^pl\b/.test(tag)) return "pl";
    if (/^en\b/.test(tag)) return "en";
  }
  return "en";
}
