/** Replies of an SMTP server (RFC 5321 4.2), as they come in pieces. Pure. */

export type Reply = {
  code: number;
  /** As the server said it, code included, lines joined by a blank. */
  words: string;
  /** What stands behind the code, line by line. */
  lines: string[];
};

export class BadReply extends Error {
  override name = "BadReply";
  /** @param said the beginning of what came instead */
  constructor(
    message: string,
    readonly said = "",
  ) {
    super(said ? `${message}: ${said.slice(0, 60)}` : message);
  }
}

/** More than this without a line break, or in one reply, is no server's answer. */
const LONGEST = 64_000;

export class ReplyReader {
  private rest = "";
  private lines: string[] = [];

  /** @throws BadReply at what cannot be a reply */
  read(chunk: string, take: (reply: Reply) => void): void {
    const text = this.rest ? this.rest + chunk : chunk;
    let from = 0;
    for (;;) {
      const end = text.indexOf("\n", from);
      if (end < 0) break;
      const line = text.slice(from, text.charCodeAt(end - 1) === 13 && end > from ? end - 1 : end);
      from = end + 1;
      if (!/^\d{3}([ -]|$)/.test(line)) throw new BadReply("this is no SMTP server", line.slice(0, 200));
      if (this.lines.push(line) > 200) throw new BadReply("an endless reply");
      if (line[3] === "-") continue;
      const { lines } = this;
      this.lines = [];
      take({ code: Number(line.slice(0, 3)), words: lines.join(" ").slice(0, 1000), lines: lines.map((one) => one.slice(4)) });
    }
    this.rest = from < text.length ? text.slice(from) : "";
    if (this.rest.length > LONGEST) throw new BadReply("an endless line");
  }

  /** Whether something has come that was not asked for yet. */
  get isEmpty(): boolean {
    return this.rest === "" && this.lines.length === 0;
  }
}
