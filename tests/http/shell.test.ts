/** The shell's commands on a folder where nothing is yet: each makes the database first. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

function rapport(args: string[], input = "") {
  const folder = mkdtempSync(join(tmpdir(), "rapport-shell-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const env = { ...process.env, DATABASE_FILE: join(folder, "rapport.db"), LOG_LEVEL: "silent" };
  const { status, stdout, stderr } = spawnSync(process.execPath, ["build/server/cli.js", ...args], { input, env, encoding: "utf8" });
  return { status, stdout, stderr };
}

test("segment count answers with a number, and names what is wrong with a file", () => {
  expect(rapport(["segment", "count", "-"], '{"match":"all","rules":[]}')).toMatchObject({ status: 0, stdout: "0\n" });
  const wrong = rapport(["segment", "count", "-"], '{"match":"all","rules":[{"field":"gone","op":"in"}]}');
  expect(wrong).toMatchObject({ status: 1, stdout: "" });
  expect(wrong.stderr).toMatch(/^-: The rules cannot be used: \/rules\/0 unknown_field/);
  expect(rapport(["segment", "count", "-"], "{").stderr).toMatch(/^-: .*JSON/);
});

test("setup prints the first administrator's token", () => {
  expect(rapport(["setup"])).toMatchObject({ status: 0, stdout: expect.stringMatching(/token: \S{43}\n$/) });
});
