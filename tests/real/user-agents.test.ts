/** Robots and browsers that were really seen. Skipped where the lists are not at hand (../shared/data/user-agents). */
import { existsSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { judgeHit } from "../../app/domain/tracking/judgement";

const FOLDER = "../shared/data/user-agents";
const isHere = existsSync(FOLDER);

const judged = (userAgent: string) => judgeHit({ kind: "open", linkPosition: null, at: 1e9, method: "GET", userAgent }, { handedAt: 0, near: [], links: 3 }).judgement;

/** The values below the keys of a YAML of names and lists of texts. */
function listed(file: string): string[] {
  return readFileSync(`${FOLDER}/${file}`, "utf8").split("\n").flatMap((line) => /^\s+- (.+)$/.exec(line)?.[1] ?? []).map((text) => text.replace(/^(['"])(.*)\1$/, "$2"));
}

test.skipIf(!isHere)("nearly all robots are told, and nearly no browser is taken for one", () => {
  const crawlers = (JSON.parse(readFileSync(`${FOLDER}/crawler-user-agents.json`, "utf8")) as { instances: string[] }[]).flatMap(({ instances }) => instances);
  const robots = [...crawlers, ...listed("isbot_crawlers.yml")].filter((agent) => !/GoogleImageProxy|YahooMailProxy/.test(agent));
  const people = listed("isbot_browsers.yml");
  const missed = robots.filter((agent) => judged(agent) === "person");
  const wronged = people.filter((agent) => judged(agent) === "robot");
  expect(robots.length).toBeGreaterThan(1_000);
  expect(people.length).toBeGreaterThan(50);
  // Of 2,739 robots 64 are taken for people, of 555 browsers one for a robot.
  expect(missed.length / robots.length).toBeLessThan(0.03);
  expect(wronged.length / people.length).toBeLessThan(0.02);
});
