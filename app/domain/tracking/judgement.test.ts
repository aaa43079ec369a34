import { expect, test } from "vitest";

import { judgeHit, type HitFacts } from "./judgement";

const CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
const hit = (given: Partial<HitFacts> = {}): HitFacts => ({ kind: "open", linkPosition: null, at: 100_000, method: "GET", userAgent: CHROME, ...given });
const alone = { handedAt: 0, near: [], links: 5 };

test.each<[string, Partial<HitFacts>, string, string]>([
  ["a browser", {}, "person", "plain"],
  ["a click in a browser", { kind: "click", linkPosition: 1 }, "person", "plain"],
  ["Gmail's picture proxy", { userAgent: "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)" }, "person", "proxy"],
  ["Yahoo's picture proxy", { userAgent: "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html" }, "person", "proxy"],
  ["Apple Mail Privacy", { userAgent: "Mozilla/5.0" }, "unknown", "apple_privacy"],
  ["a crawler", { userAgent: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)" }, "robot", "agent"],
  ["nobody", { userAgent: " " }, "robot", "no_agent"],
  ["a look without a body", { method: "HEAD" }, "robot", "head"],
  ["somebody faster than reading", { at: 1999 }, "robot", "too_soon"],
])("%s is judged", (_name, given, judgement, rule) => {
  expect(judgeHit(hit(given), alone)).toEqual({ judgement, rule });
});

test("three links within a second are a gateway's, whichever of them is asked about", () => {
  const clicks = [0, 400, 900].map((ms, i) => hit({ kind: "click", linkPosition: i, at: 100_000 + ms }));
  for (const click of clicks) expect(judgeHit(click, { handedAt: 0, near: clicks, links: 9 }).rule).toBe("all_links");
});

test("both links of a short mail within a second, too; one link twice is a double click", () => {
  const both = [0, 1].map((i) => hit({ kind: "click", linkPosition: i }));
  expect(judgeHit(both[0]!, { handedAt: 0, near: both, links: 2 }).judgement).toBe("robot");
  const twice = [hit({ kind: "click", linkPosition: 1 }), hit({ kind: "click", linkPosition: 1, at: 100_300 })];
  expect(judgeHit(twice[0]!, { handedAt: 0, near: twice, links: 2 }).judgement).toBe("person");
  const slowly = [0, 1, 2].map((i) => hit({ kind: "click", linkPosition: i, at: 100_000 + i * 3000 }));
  expect(judgeHit(slowly[1]!, { handedAt: 0, near: slowly, links: 3 }).judgement).toBe("person");
});
