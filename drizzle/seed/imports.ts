/** A file that staff of the demo have imported: whom they met at a fair. Most rows were taken, some refused. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Database } from "../../app/db/types";
import { getCompany } from "../../app/domain/company/company.server";
import { csvRow } from "../../app/domain/imports/csv";
import { inspectFile } from "../../app/domain/imports/csv-file.server";
import { runToEnd } from "../../app/domain/imports/running.server";
import { createRun, planImport, startRun } from "../../app/domain/imports/runs.server";
import type { StaffActor } from "../../app/domain/journal/actor";

type Known = { number: string; person: { email: string; givenName: string; familyName: string } };

const DAY = 86_400_000;
const FILE = "trade-fair-2026.csv";
const TAG = "trade fair";

/** An address with a sign that is none, nobody at all, a country that is none, somebody else's address. */
const refused = (known: Known) => [
  ["", "zofia.lis(at)example.com", "Zofia", "Lis", "PL", TAG],
  ["", "", "Marek", "Bąk", "PL", TAG],
  ["", "ines.ortega@example.com", "Inés", "Ortega", "XX", TAG],
  ["90001", known.person.email, "Jan", "Kos", "PL", TAG],
];

/** Not the first customers, whom the demo's pages tell of. */
const visitors = (customers: readonly Known[]) => customers.slice(Math.min(30, Math.max(0, customers.length - 14))).slice(0, 14);

export async function importVisitors(db: Database, customers: readonly Known[], staff: StaffActor, now: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "rapport-seed-"));
  try {
    const path = join(folder, FILE);
    const there = visitors(customers);
    const known = there.map(({ number, person }) => [number, person.email, person.givenName, person.familyName, "", TAG]);
    const rows = [...known.slice(0, 5), ...refused(there[0] as Known), ...known.slice(5)];
    writeFileSync(path, [["number", "e-mail", "first name", "last name", "country", "tags"], ...rows].map(csvRow).join(""));
    const shape = await inspectFile(path);
    const plan = planImport("customers", shape, await getCompany(db.read), null);
    const by = { actor: staff, now: now - 3 * DAY };
    const run = await db.write(async (tx) => {
      // the worker of a demo that is filled while it runs leaves the shell's files alone
      const made = await createRun(tx, by, { type: "customers", filename: FILE, shape, ...plan, preset: null, origin: "shell", staffId: staff.id });
      await startRun(tx, by, made, plan);
      return made;
    });
    await runToEnd(db, () => by.now + 2000, run.id, path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
