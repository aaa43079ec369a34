/**
 * Folding of text for search. The same function folds what is kept and what is asked, so the two always meet:
 * "Łódź", "lodz" and "Лодз" find each other. SQLite's own folding knows neither ł nor đ, and LIKE differs between the
 * dialects, so that we fold ourselves.
 */

/** Letters that Unicode does not decompose. Cyrillic follows Serbian usage, with Russian and Ukrainian letters beside it. */
const LETTERS: Record<string, string> = {
  ł: "l", đ: "d", ð: "d", ø: "o", æ: "ae", œ: "oe", ß: "ss", þ: "th", ı: "i", ħ: "h", ŧ: "t", ŋ: "n", ə: "e",
  а: "a", б: "b", в: "v", г: "g", ґ: "g", д: "d", ђ: "d", е: "e", є: "e", ж: "z", з: "z", и: "i", і: "i", ј: "j",
  к: "k", л: "l", љ: "lj", м: "m", н: "n", њ: "nj", о: "o", п: "p", р: "r", с: "s", т: "t", ћ: "c", у: "u", ф: "f",
  х: "h", ц: "c", ч: "c", џ: "dz", ш: "s", щ: "sc", ъ: "", ы: "y", ь: "", э: "e", ю: "ju", я: "ja", ѕ: "dz",
};

const FOLDABLE = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "gu");

const PLAIN = /^[\u0000-\u007f]*$/;

/** Lower case, without diacritics, Cyrillic as Latin, single spaces. Folding twice changes nothing. */
export function foldForSearch(text: string): string {
  // nothing in it would be folded but the case
  if (PLAIN.test(text)) return text.toLowerCase().replace(/\s+/g, " ").trim();
  return text
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(FOLDABLE, (letter) => LETTERS[letter] ?? letter)
    .replace(/\s+/gu, " ")
    .trim();
}
