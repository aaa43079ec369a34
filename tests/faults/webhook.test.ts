/** `npm run fault -- webhook`, short. */
import { expect, onTestFinished, test } from "vitest";

import { openSqlite } from "../../app/db/open-sqlite.server";
import { provideMailIdentity } from "../../app/domain/deliveries/identity.server";
import { freshSqliteFile, TEST_MAIL_FROM, TEST_SECRET } from "../support/database";
import { killWhileTaking } from "../support/webhook-faults";

// Mutant: answer 204 before the loop of transactions (sendgrid.server.ts): what was said to be taken is then absent.
test("a server that is killed while it takes events has said 2xx of none that is not there, and sent again they are there once", async () => {
  provideMailIdentity(TEST_SECRET, TEST_MAIL_FROM);
  const file = freshSqliteFile();
  const db = openSqlite(file);
  onTestFinished(() => db.close());
  const settings = { DATABASE_FILE: file, SECRET_KEY: TEST_SECRET, MAIL_FROM: TEST_MAIL_FROM };
  const result = await killWhileTaking(db, settings, { mails: 1_000, kills: 2 });
  expect(result).toMatchObject({ kills: 2, acceptedButAbsent: 0, statuses: [204, 204], missing: 0, undelivered: 0, unsuppressed: 0, untold: 0 });
});
