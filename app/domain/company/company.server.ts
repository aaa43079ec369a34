/** The door of the company's settings. */
import { eq } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { companySchema, UNNAMED_COMPANY, type Company } from "./company";
import { settings } from "./schema";

export async function getCompany(db: Reader): Promise<Company> {
  return (await findSetting<Company>(db, "company")) ?? UNNAMED_COMPANY;
}

export async function saveCompany(tx: Tx, by: By, company: Company): Promise<void> {
  await saveSetting(tx, by, "company", companySchema.parse(company));
  await recordAudit(tx, by, "saveCompany", { type: "company", id: null });
  await noteChange(tx, by, "company");
}

/** One setting's value, or null. The key's owner knows its shape. */
export async function findSetting<T>(db: Reader, key: string): Promise<T | null> {
  const [row] = await db.select({ value: settings.value }).from(settings).where(eq(settings.key, key));
  return (row?.value as T | undefined) ?? null;
}

export async function saveSetting(tx: Tx, by: By, key: string, value: unknown): Promise<void> {
  await tx
    .insert(settings)
    .values({ key, value, updatedAt: by.now })
    .onConflictDoUpdate({ target: settings.key, set: { value, updatedAt: by.now } });
}
