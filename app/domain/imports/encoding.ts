/** Guesses how a file of unknown origin was written: its character encoding and the character between its cells. */

export const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "windows-1250", "windows-1252"] as const;
export type Encoding = (typeof ENCODINGS)[number];

export const DELIMITERS = [",", ";", "\t", "|"] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** The encoding that the first bytes state or give away; null when only the whole file can tell. */
export function encodingByOpening(bytes: Uint8Array): Encoding | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return utf16ByZeros(bytes.subarray(0, 4096));
}

/** Latin text in UTF-16 has a zero in nearly every second byte; a stray NUL in other files does not look like that. */
function utf16ByZeros(bytes: Uint8Array): Encoding | null {
  const zeros = [0, 0];
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0) zeros[i % 2]!++;
  const half = bytes.length / 2;
  if (zeros[1]! > half * 0.4 && zeros[0]! < half * 0.1) return "utf-16le";
  if (zeros[0]! > half * 0.4 && zeros[1]! < half * 0.1) return "utf-16be";
  return null;
}

/**
 * Bytes that are a letter in one code page and a sign, or a letter of far languages, in the other. What both share
 * (é, ä, ö, ü, ç, ß, …) says nothing.
 */
const CENTRAL = "a5 b9 c6 ca a3 b3 d1 f1 8c 9c af bf 8f 9f ea e6 c8 e8 d0 f0 8a 9a 8e 9e ec ef f8 f9 bc be".split(" ");
const WESTERN = "e0 e3 e5 f2 f5 c0 c3 c5 d5 d8 b4 a1 aa ba".split(" ");

/** Of the two Windows code pages the likelier one, from how often each byte value occurs in the file. */
export function codePageByLetters(counts: ArrayLike<number>): "windows-1250" | "windows-1252" {
  const sum = (bytes: string[]) => bytes.reduce((total, hex) => total + (counts[parseInt(hex, 16)] ?? 0), 0);
  return sum(CENTRAL) >= sum(WESTERN) * 1.5 ? "windows-1250" : "windows-1252";
}

/** The delimiter that cuts the first lines most often and most evenly; quoted text is not looked into. */
export function guessDelimiter(sample: string): Delimiter {
  const stated = /^sep=([,;\t|])\r?\n/.exec(sample);
  if (stated) return stated[1] as Delimiter;
  const lines = sample.replace(/"(?:[^"]|"")*"?/g, "").split(/\r\n|\n|\r/, 50).filter((line) => line !== "");
  let best: Delimiter = ",";
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const counts = lines.map((line) => line.split(delimiter).length - 1);
    const head = counts[0] ?? 0;
    const even = counts.filter((count) => count === head).length / Math.max(1, counts.length);
    const score = head * even;
    if (score > bestScore) [best, bestScore] = [delimiter, score];
  }
  return best;
}
