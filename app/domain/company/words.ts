/** What the company says in each of its languages, as staff fill it in. Pure. */
import { z } from "zod";

const words = (longest: number) => z.string().trim().max(longest, `too_long:${longest}`).optional();

/** A name in four languages; Serbian in Cyrillic is spelt from the Latin when it is left empty. */
export const namesShape = { en: z.string({ error: "required" }).trim().min(1, "required").max(120, "too_long:120"), pl: words(120), srLatn: words(120), srCyrl: words(120) };
/** What is said beside the name. */
export const descriptionsShape = { enText: words(500), plText: words(500), srLatnText: words(500), srCyrlText: words(500) };
