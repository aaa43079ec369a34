/** Codes, words and forms of the catalogue. Pure. */

/** Codes that differ only in case or outer space are one. */
export function normalizeSku(text: string): string {
  return text.trim().toUpperCase();
}

/** The reader's language, else the other script of it, else English, else whatever there is. */
export function pickTranslation<Row extends { locale: string }>(rows: Row[], locale: string): Row | null {
  const wanted = [locale, ...(locale === "sr-Cyrl" ? ["sr-Latn"] : locale === "sr-Latn" ? ["sr-Cyrl"] : []), "en"];
  for (const one of wanted) {
    const row = rows.find((r) => r.locale === one);
    if (row) return row;
  }
  return rows[0] ?? null;
}
