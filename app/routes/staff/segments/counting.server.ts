/** One count at a time for each open page: a newer one takes the place of the one before. */
import type { App } from "~/context.server";
import type { Reader } from "~/db/types";
import { lastPartyId } from "~/domain/customers/derived.server";

/** Up to so many are counted while the page is made: some milliseconds. */
const FEW = 20_000;

/** Whether a count is no matter of milliseconds. */
export async function isLarge(app: App): Promise<boolean> {
  return (await lastPartyId(app.db.read)) > FEW;
}

/** For a question about everybody, which nobody wants any more when the signal is given: then the database gives it up. */
export async function wholeReader(app: App, wanted: AbortSignal): Promise<Reader> {
  return (await isLarge(app)) ? app.db.cancellable(wanted) : app.db.aside;
}

export class Replaced extends Error {
  override name = "Replaced";
}

const underWay = new Map<string, AbortController>();

/** @param work is given a signal that tells when nobody wants it any more: the request ended, or the page asked anew */
export async function inTurn<T>(page: string, request: AbortSignal, work: (wanted: AbortSignal) => Promise<T>): Promise<T> {
  underWay.get(page)?.abort(new Replaced("a newer count of this page"));
  const own = new AbortController();
  underWay.set(page, own);
  try {
    return await work(AbortSignal.any([own.signal, request]));
  } finally {
    if (underWay.get(page) === own) underWay.delete(page);
  }
}
