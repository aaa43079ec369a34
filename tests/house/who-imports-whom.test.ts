/**
 * The house's rule of who may import whom stands in .oxlintrc.json. Here each of its walls is run against: a file is
 * written that does what is forbidden, and the linter must refuse it; what is allowed beside it must pass.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** Rooms from the ground up, each with the rooms it may use. */
const ROOMS: Record<string, string[]> = {
  journal: [],
  company: ["journal"],
  customers: ["company", "journal"],
  segments: ["company", "customers", "journal"],
  products: ["company", "customers", "journal"],
  mailings: ["company", "customers", "journal", "products"],
  deliveries: ["company", "customers", "journal", "mailings", "products"],
  accounts: ["company", "customers", "deliveries", "journal", "mailings", "products"],
  tracking: ["company", "customers", "deliveries", "journal", "mailings", "products"],
  orders: ["company", "customers", "deliveries", "journal", "mailings", "products"],
  correspondence: ["accounts", "company", "customers", "deliveries", "journal", "mailings", "products"],
  cases: ["accounts", "company", "correspondence", "customers", "deliveries", "journal", "mailings", "orders", "products"],
  campaigns: ["accounts", "company", "customers", "deliveries", "journal", "mailings", "orders", "products", "segments", "tracking"],
  imports: ["accounts", "company", "customers", "deliveries", "journal", "mailings", "orders", "products"],
  privacy: ["accounts", "campaigns", "cases", "company", "correspondence", "customers", "deliveries", "imports", "journal", "mailings", "orders", "products", "segments", "tracking"],
  doubles: ["accounts", "cases", "company", "correspondence", "customers", "deliveries", "journal", "orders", "products", "tracking"],
  integrations: ["accounts", "campaigns", "cases", "company", "correspondence", "customers", "deliveries", "doubles", "imports", "journal", "mailings", "orders", "products", "segments", "tracking"],
  analytics: ["accounts", "campaigns", "cases", "company", "correspondence", "customers", "deliveries", "doubles", "imports", "integrations", "journal", "mailings", "orders", "privacy", "products", "segments", "tracking"],
};

const value = (from: string) => `import { it } from "${from}";\nexport const own = it;\n`;
const type = (from: string) => `import type { It } from "${from}";\nexport type Own = It;\n`;

const rooms = Object.entries(ROOMS).flatMap(([room, mayUse]) =>
  Object.keys(ROOMS)
    .filter((other) => other !== room)
    .flatMap((other) => {
      const files: [string, string][] = [
        [`app/domain/${room}/relative-${other}.server.ts`, value(`../${other}/${other}.server`)],
        [`app/domain/${room}/from-root-${other}.server.ts`, value(`~/domain/${other}/${other}`)],
        [`app/domain/${room}/type-${other}.ts`, type(`../${other}/schema`)],
      ];
      return files.map(([path, code]) => ({ path, code, mayPass: mayUse.includes(other) }));
    }),
);

const refused: [string, string][] = [
  ["app/domain/orders/web.server.ts", value("@remix-run/node")],
  ["app/domain/orders/express.server.ts", value("express")],
  ["app/domain/orders/react.ts", value("react")],
  ["app/domain/orders/words.ts", value("../../i18n/format")],
  ["app/domain/orders/screen.ts", value("~/ui/button")],
  ["app/domain/orders/page.ts", value("../../routes/staff/home")],
  ["app/domain/orders/http.server.ts", value("../../http/require")],
  ["app/domain/orders/wiring.server.ts", type("../../context.server")],
  ["app/domain/orders/settings.server.ts", value("~/env.server")],
  ["app/domain/orders/environment.server.ts", "export const home = process.env.HOME;\n"],
  ["app/domain/orders/transport.server.ts", value("../../mail/smtp.server")],
  ["app/domain/orders/opens.server.ts", value("../../db/open-sqlite.server")],
  ["app/domain/orders/barrel.ts", 'export * from "./order";\n'],
  ["app/db/reads.server.ts", type("../domain/orders/schema")],
  ["app/mail/door.server.ts", value("../domain/deliveries/deliveries.server")],
  ["app/mail/rows.server.ts", type("../db/types")],
  ["app/i18n/rule.ts", value("../domain/orders/order")],
  ["app/i18n/screen.tsx", value("../ui/button")],
  ["app/ui/door.tsx", value("../domain/orders/orders.server")],
  ["app/ui/table-rows.tsx", value("../domain/orders/schema")],
  ["app/ui/page-of.tsx", value("../routes/staff/home")],
  ["app/ui/session.tsx", value("../http/forms")],
  ["app/ui/query.tsx", value("drizzle-orm")],
  ["app/http/page.server.ts", value("../routes/staff/home")],
  ["app/http/case.server.ts", value("../domain/cases/cases.server")],
  ["app/http/rows.server.ts", value("../domain/accounts/schema")],
  ["app/routes/staff/rows.tsx", value("~/domain/orders/schema")],
  ["app/routes/staff/query.tsx", value("drizzle-orm")],
  ["app/routes/staff/sends.tsx", value("~/mail/smtp.server")],
  ["app/routes/staff/opens.tsx", value("~/db/open.server")],
  ["app/routes/staff/wires.tsx", value("~/context.server")],
  ["app/routes/staff/settings.tsx", value("~/env.server")],
  ["app/routes/staff/orders/borrowed.tsx", value("~/routes/portal/orders/show")],
  ["app/routes/portal/orders/borrowed.tsx", value("../../staff/orders/show")],
  ["app/shell/page.ts", value("../routes/staff/home")],
  ["app/worker.ts", value("./http/require")],
];

const allowed: [string, string][] = [
  ["app/domain/orders/port.server.ts", type("../../mail/transport")],
  ["app/domain/orders/rows.server.ts", type("../../db/types")],
  ["app/domain/orders/order.ts", "export const order = 1;\n"],
  ["app/mail/address.server.ts", value("../domain/customers/contact")],
  ["app/ui/rule.tsx", value("../domain/orders/order")],
  ["app/ui/look.ts", type("../domain/products/schema")],
  ["app/http/account.server.ts", value("../domain/accounts/sessions.server")],
  ["app/routes/staff/door.tsx", value("~/domain/orders/orders.server")],
  ["app/routes/staff/reader.server.ts", type("~/db/types")],
  ["app/shell/orders.ts", value("../domain/orders/orders.server")],
  ["app/env.server.ts", "export const home = process.env.HOME;\n"],
];

const house = mkdtempSync(join(tmpdir(), "rapport-house-"));
let complaints: Map<string, string>;

beforeAll(() => {
  const root = resolve(import.meta.dirname, "../..");
  copyFileSync(join(root, ".oxlintrc.json"), join(house, ".oxlintrc.json"));
  for (const [path, code] of [...refused, ...allowed, ...rooms.map((r) => [r.path, r.code] as const)]) {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    writeFileSync(join(house, path), code);
  }
  const { stdout } = spawnSync(join(root, "node_modules/.bin/oxlint"), ["--format", "json", "."], { cwd: house, encoding: "utf8", maxBuffer: 1e8 });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string; code: string; help?: string }[] };
  complaints = new Map(diagnostics.map((d) => [d.filename, d.help ?? d.code]));
});
afterAll(() => rmSync(house, { recursive: true }));

describe("the linter", () => {
  it("knows every room", () => {
    const own = resolve(import.meta.dirname, "../../app/domain");
    for (const room of Object.keys(ROOMS)) expect(existsSync(join(own, room)), room).toBe(true);
  });

  it.each(refused)("refuses %s", (path) => {
    expect(complaints.get(path)).toBeDefined();
  });

  it.each(allowed)("lets %s pass", (path) => {
    expect(complaints.get(path)).toBeUndefined();
  });

  it.each(Object.keys(ROOMS))("keeps %s to the rooms it may use", (room) => {
    const wrong = rooms.filter(({ path, mayPass }) => path.startsWith(`app/domain/${room}/`) && complaints.has(path) === mayPass);
    expect(wrong.map(({ path }) => `${path}: ${complaints.get(path) ?? "passed"}`)).toEqual([]);
  });
});
