import { transliterate } from "./transliterate";

/** Every text of a message tree, in Cyrillic. */
export function toCyrillic<T>(messages: T): T {
  if (typeof messages === "string") return cyrillicMessage(messages) as T;
  return Object.fromEntries(Object.entries(messages as object).map(([key, value]) => [key, toCyrillic(value)])) as T;
}

/**
 * One ICU message in Cyrillic: its words change, its arguments (`{name}`, `{at, date, short}`), the keywords of plural
 * and select, tags and quoted braces do not.
 */
export function cyrillicMessage(message: string): string {
  return new Reader(message).message();
}

/** Walks a message once, copying its grammar and changing its words. */
class Reader {
  private at = 0;
  constructor(private readonly text: string) {}

  /** Words and arguments up to the closing brace of the branch it stands in, or to the end. */
  message(): string {
    let out = "";
    let words = "";
    const flush = () => {
      out += transliterate(words);
      words = "";
    };
    while (this.at < this.text.length && this.text[this.at] !== "}") {
      const rest = this.text.slice(this.at);
      const verbatim = /^(?:<\/?[\w-]+>|'[{}<][^']*'|''|#)/.exec(rest)?.[0];
      if (verbatim) {
        flush();
        out += verbatim;
        this.at += verbatim.length;
      } else if (this.text[this.at] === "{") {
        flush();
        out += this.argument();
      } else {
        words += this.text[this.at++];
      }
    }
    flush();
    return out;
  }

  private argument(): string {
    const branching = /^\{\s*\w+\s*,\s*(?:plural|select|selectordinal)\s*,/.exec(this.text.slice(this.at))?.[0];
    return branching ? this.branches(branching) : this.simple();
  }

  /** `{count, plural, one {…} other {…}}`: the keywords stay, the branches are messages. */
  private branches(head: string): string {
    let out = head;
    this.at += head.length;
    while (this.at < this.text.length && this.text[this.at] !== "}") {
      if (this.text[this.at] !== "{") {
        out += this.text[this.at++];
        continue;
      }
      this.at++;
      out += `{${this.message()}}`;
      this.at++;
    }
    this.at++;
    return `${out}}`;
  }

  private simple(): string {
    const end = this.text.indexOf("}", this.at);
    const stop = end < 0 ? this.text.length : end + 1;
    const whole = this.text.slice(this.at, stop);
    this.at = stop;
    return whole;
  }
}
