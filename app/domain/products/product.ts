/** Codes and words of the catalogue. Pure. */

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

/** For each thing that has words, those in the reader's language. */
export function pickWords<Row extends { locale: string }>(words: Row[], idOf: (row: Row) => number, locale: string): Map<number, Row> {
  return new Map([...groupBy(words, idOf, (row) => row)].map(([id, rows]) => [id, pickTranslation(rows, locale) as Row]));
}

/** What each row becomes, by key, in the order of the rows. */
export function groupBy<Row, Kept>(rows: Row[], key: (row: Row) => number, keep: (row: Row) => Kept): Map<number, Kept[]> {
  const groups = new Map<number, Kept[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(keep(row));
    else groups.set(key(row), [keep(row)]);
  }
  return groups;
}
