import { expect, test } from "vitest";

import { webLink } from "./link";

/** The rows are asked for in SQL that says the same (hits.server.ts): each of the two holds without the other. */
test.each(["//evil.test/a", "/\\evil.test", "javascript:alert(1)", "data:text/html,x", "ftp://evil.test/", "mailto:a@evil.test", "", "evil.test"])("%s leads nowhere", (stored) => {
  expect(webLink(stored)).toBeNull();
});

test("web addresses are written as a browser writes them, paths of ours stay as they are", () => {
  expect(webLink("HTTPS://Shop.test")).toBe("https://shop.test/");
  expect(webLink("/portal/orders?x=1#top")).toBe("/portal/orders?x=1#top");
});
