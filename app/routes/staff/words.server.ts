import { transliterate } from "~/i18n/transliterate";

type Filled = { en: string; pl?: string; srLatn?: string; srCyrl?: string; enText?: string; plText?: string; srLatnText?: string; srCyrlText?: string };

/** What a form says in four languages, by locale. Serbian left empty in Cyrillic is spelt from the Latin. */
export function wordsOf<T>(filled: Filled, make: (name: string, text: string) => T): Record<string, T> {
  const { en, pl, srLatn, srCyrl } = filled;
  const cyrillic = srCyrl || (srLatn && transliterate(srLatn));
  const cyrillicText = filled.srCyrlText || (filled.srLatnText ? transliterate(filled.srLatnText) : "");
  return {
    en: make(en, filled.enText ?? ""),
    ...(pl && { pl: make(pl, filled.plText ?? "") }),
    ...(srLatn && { "sr-Latn": make(srLatn, filled.srLatnText ?? "") }),
    ...(cyrillic && { "sr-Cyrl": make(cyrillic, cyrillicText) }),
  };
}
