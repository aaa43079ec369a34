import { expect, test } from "vitest";

import { companySchema, UNNAMED_COMPANY } from "./company";

const COMPANY = { ...UNNAMED_COMPANY, postalAddress: "ul. Lipowa 1, Kraków", supportEmail: "support@example.com" };

/** Mutant: any word is taken, and from then on every page that shows a time fails. */
test.each(["Europe/Nowhere", "", "Warsaw"])("a zone that is none, %j, is refused at its field", (timeZone) => {
  const parsed = companySchema.safeParse({ ...COMPANY, timeZone });
  expect(parsed.error?.issues).toMatchObject([{ path: ["timeZone"], message: "choose" }]);
  expect(companySchema.safeParse({ ...COMPANY, timeZone: "Europe/Belgrade" }).success).toBe(true);
});
