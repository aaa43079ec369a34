import { transliterate } from "./transliterate";

/** Every text of a message tree, in Cyrillic. */
export function toCyrillic<T>(messages: T): T {
  if (typeof messages === "string") return transliterate(messages) as T;
  return Object.fromEntries(Object.entries(messages as object).map(([key, value]) => [key, toCyrillic(value)])) as T;
}
