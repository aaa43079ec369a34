/** Cursors: the place in a list, sealed, and bound to the list and the filters that it was made for. */
import { seal, unseal } from "../../domain/accounts/sealed.server";
import { Problem } from "./problem";

type Keys = { SECRET_KEY: string; SECRET_KEY_OLD: readonly string[] };

export function makeCursor(keys: Keys, list: string, after: number): string {
  return seal(keys.SECRET_KEY, `cursor:${list}`, String(after)).toString("base64url");
}

/** 0 without a cursor. @throws Problem when it is none of ours, or one of another list */
export function readCursor(keys: Keys, list: string, cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const text = unseal([keys.SECRET_KEY, ...keys.SECRET_KEY_OLD], `cursor:${list}`, Buffer.from(cursor, "base64url"));
  if (text === null || !/^\d{1,16}$/.test(text)) throw new Problem("bad_cursor", undefined, [{ parameter: "cursor", code: "bad_cursor", detail: "is not the `next` of this list with these filters" }]);
  return Number(text);
}
