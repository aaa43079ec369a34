/** Where a parcel can be followed, for carriers whose address we know. */
const TRACKING: [RegExp, (number: string) => string][] = [
  [/^dpd\b/i, (n) => `https://tracktrace.dpd.com.pl/parcelDetails?typ=1&p1=${n}`],
  [/^inpost\b/i, (n) => `https://inpost.pl/sledzenie-przesylek?number=${n}`],
  [/^dhl\b/i, (n) => `https://www.dhl.com/global-en/home/tracking.html?tracking-id=${n}`],
];

export function trackingUrl(carrier: string, trackingNumber: string): string | null {
  if (!/^[\w-]{4,40}$/.test(trackingNumber)) return null;
  return TRACKING.find(([pattern]) => pattern.test(carrier))?.[1](trackingNumber) ?? null;
}
