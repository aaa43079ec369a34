import { describe, expect, test } from "vitest";

import { PASSWORD_MAX, passwordFault } from "./password";

describe("a new password", () => {
  test.each([
    ["correct horse battery", undefined, null],
    ["zażółć gęślą", undefined, null],
    ["лозинка за Рапорт", undefined, null],
    ["ninechars", undefined, "password_short"],
    ["Password123", undefined, "password_common"],
    ["abababababab", undefined, "password_common"],
    ["mira.kovac@example.com", "mira.kovac@example.com", "password_like_email"],
    ["mira.kovac1", "mira.kovac@example.com", "password_like_email"],
    ["mira.kovac drinks tea", "mira.kovac@example.com", null],
    ["x1y2".repeat(60), undefined, "too_long"],
  ])("%s for %s: %s", (password, email, fault) => {
    expect(passwordFault(password, email)).toBe(fault);
  });

  test("is measured in characters, not in UTF-16 units", () => {
    expect(passwordFault("🦊🐻🐼🐨🐯")).toBe("password_short");
    expect(passwordFault("🦊🐻🐼🐨🐯".repeat(PASSWORD_MAX / 5))).toBeNull();
  });
});
