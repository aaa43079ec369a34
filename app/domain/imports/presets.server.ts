/** Presets: a mapping and options under a name. */
import { asc, eq } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import { BUILT_IN_PRESETS } from "./built-in-presets";
import type { ImportType, Preset } from "./import";
import { importPresets } from "./schema";

/** Built-in presets first, then those that people saved, by name. */
export async function listPresets(db: Reader, type?: ImportType): Promise<(Preset & { isBuiltIn: boolean })[]> {
  const saved = await db.select().from(importPresets).orderBy(asc(importPresets.name));
  return [
    ...BUILT_IN_PRESETS.map((preset) => ({ ...preset, isBuiltIn: true })),
    ...saved.map(({ name, type: of, mapping, options }) => ({ name, type: of, mapping, options, isBuiltIn: false })),
  ].filter((preset) => type === undefined || preset.type === type);
}

export async function findPreset(db: Reader, type: ImportType, name: string): Promise<Preset | null> {
  return (await listPresets(db, type)).find((preset) => preset.name === name) ?? null;
}

export type SavePresetResult = { ok: true } | { ok: false; reason: "name_taken" };

/** Saves a mapping under a name; the same name of the same type is written over. */
export async function savePreset(tx: Tx, by: By, preset: Preset): Promise<SavePresetResult> {
  const [known] = await tx.select().from(importPresets).where(eq(importPresets.name, preset.name));
  if ((known && known.type !== preset.type) || BUILT_IN_PRESETS.some((own) => own.name === preset.name)) return { ok: false, reason: "name_taken" };
  const { mapping, options } = preset;
  if (known) await tx.update(importPresets).set({ mapping, options }).where(eq(importPresets.id, known.id));
  else await tx.insert(importPresets).values({ ...preset, createdAt: by.now });
  await recordAudit(tx, by, "savePreset", { type: "import_preset", id: known?.id ?? null }, { name: preset.name });
  return { ok: true };
}

export async function deletePreset(tx: Tx, by: By, name: string): Promise<void> {
  await tx.delete(importPresets).where(eq(importPresets.name, name));
  await recordAudit(tx, by, "deletePreset", { type: "import_preset", id: null }, { name });
}
