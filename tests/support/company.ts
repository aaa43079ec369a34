/** The company that every test database belongs to: without its postal address no campaign may leave. */
import type { Database } from "../../app/db/types";
import { UNNAMED_COMPANY } from "../../app/domain/company/company";
import { saveCompany } from "../../app/domain/company/company.server";

export async function nameTheCompany(db: Database): Promise<void> {
  const by = { actor: { kind: "system" as const, name: "cli" as const }, now: Date.UTC(2026, 0, 1) };
  await db.write((tx) => saveCompany(tx, by, { ...UNNAMED_COMPANY, name: "Test shop", postalAddress: "1 Test Street, Testville", supportEmail: "support@example.com" }));
}
