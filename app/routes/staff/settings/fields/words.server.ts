import { linesOf } from "~/domain/customers/custom-field";
import type { FieldWords } from "~/domain/customers/custom-fields.server";
import { wordsOf } from "../../words.server";

type Filled = Parameters<typeof wordsOf>[0] & { optionsEn?: string; optionsPl?: string; optionsSrLatn?: string; optionsSrCyrl?: string };

const named = (name: string, description: string) => ({ name, description });

/** What the form says of the field, and of each option: the lines of the languages belong together by their order. */
export function fieldWords(filled: Filled): { words: FieldWords; options: FieldWords[] } {
  const [pl, srLatn, srCyrl] = [linesOf(filled.optionsPl), linesOf(filled.optionsSrLatn), linesOf(filled.optionsSrCyrl)];
  return {
    words: wordsOf(filled, named),
    options: linesOf(filled.optionsEn).map((en, i) => wordsOf({ en, pl: pl[i], srLatn: srLatn[i], srCyrl: srCyrl[i] }, named)),
  };
}
