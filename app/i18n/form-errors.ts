/** The message key (area `errors`) of what zod finds wrong, where the schema itself names none. */
export function messageKeyOf(issue: { code?: string; input?: unknown; format?: string; origin?: string; minimum?: unknown }): string {
  const empty = issue.input === undefined || issue.input === null || issue.input === "";
  if (empty) return "required";
  switch (issue.code) {
    case "too_small":
      return issue.origin === "string" ? "too_short" : "too_small";
    case "too_big":
      return issue.origin === "string" ? "too_long" : "too_big";
    case "invalid_format":
      return issue.format === "email" ? "email" : issue.format === "url" ? "url" : issue.format === "date" ? "date" : "invalid";
    case "invalid_value":
      return "choose";
    default:
      return "invalid";
  }
}
