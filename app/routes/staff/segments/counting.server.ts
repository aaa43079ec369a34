/** One count at a time for each open page: a newer one takes the place of the one before. */

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
