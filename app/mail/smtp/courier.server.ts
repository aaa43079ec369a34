/**
 * One connection to a relay and the mails that go over it, one behind the other. With PIPELINING (RFC 2920) the next
 * envelope travels with the end of the mail before it, `content . MAIL RCPT DATA`: one round trip per mail.
 *
 * What an ending means is told by the phase in which it came: before the final dot the server has nothing, after it
 * only a complete reply tells.
 */
import { MessageBuffer, type Signer } from "../message.server";
import type { Line, Outcome, Parcel } from "../transport";
import { refusalOf } from "../unsendable";
import type { Relay } from "./relay";
import type { Reply } from "./reply";
import { Session } from "./session.server";

/** Each in ms. After its time the connection is given up, whatever the server does. */
export type Deadlines = {
  /** TCP, TLS, greeting, EHLO and login together. */
  connect: number;
  /** The replies to an envelope. */
  transfer: number;
  /** From the final dot to the answer. */
  answer: number;
};

export type CourierContext = {
  line: Line;
  relay: Relay;
  heloName: string;
  deadlines: Deadlines;
  sign: Signer | null;
  /** Whether the relay is left alone for a while, because it did not talk to somebody. */
  isResting(): boolean;
  /** The relay does not talk to us. @returns whether another one can take its mails */
  onNoSession(words: string): boolean;
};

/** One mail on this connection. */
type Flight = {
  parcel: Parcel;
  message: MessageBuffer;
  leave: "unasked" | "asked" | "granted";
  /** Replies to its envelope that are still to come: MAIL, RCPT, DATA. */
  asked: ("mail" | "rcpt" | "data")[];
  /** The first reply against it. */
  against: { step: "mail" | "rcpt" | "data"; reply: Reply } | null;
  /** The server said 354. */
  mayWrite: boolean;
  /** The final dot was given to the socket. */
  isWritten: boolean;
  /** Set when the connection went while it asked for leave: what becomes of it if leave is given all the same. */
  isLost: ((flight: Flight) => void) | null;
};

/** An idle connection is kept for so long. */
const IDLE = 20_000;
/** A server that said 421 is left alone for so long. */
const AFTER_GOODBYE = 2000;

export class Courier {
  private session: Session | null = null;
  private state: "closed" | "opening" | "open" = "closed";
  /** The mail whose turn it is. */
  private current: Flight | null = null;
  /** The one behind it. */
  private upcoming: Flight | null = null;
  private mails = 0;
  private deadlineAt = Infinity;
  private notBefore = 0;
  private isClosing = false;
  /** RSET was sent: its reply comes next. */
  private isResetting = false;
  private whenIdle: (() => void)[] = [];
  private readonly spare: MessageBuffer[] = [new MessageBuffer(), new MessageBuffer()];

  constructor(private readonly context: CourierContext) {}

  get isIdle(): boolean {
    return this.current === null && this.state !== "opening" && !this.isResetting;
  }

  /** @returns whether it took a mail */
  wake(): boolean {
    if (!this.isIdle || this.isClosing || (this.state === "closed" && (Date.now() < this.notBefore || this.context.isResting()))) return false;
    const flight = this.take();
    if (!flight) return false;
    this.current = flight;
    if (this.state === "open") this.begin();
    else void this.open();
    return true;
  }

  /** Looks at the clock: once in a while, from outside. */
  tick(now: number): void {
    if (now < this.deadlineAt) {
      if (this.isIdle && this.state === "closed") this.wake();
    } else if (this.current || this.isResetting) this.lost(new Error("no answer in time"));
    else if (this.state === "open") this.hangUp();
  }

  /** Nothing new; resolves when what is under way has come to its end. */
  async close(): Promise<void> {
    this.isClosing = true;
    if (!this.isIdle) await new Promise<void>((resolve) => this.whenIdle.push(resolve));
    this.hangUp();
  }

  // ── taking a mail ─────────────────────────────────────────────────────────────────────────────────────────────────

  private take(): Flight | null {
    for (;;) {
      const parcel = this.context.line.next();
      if (!parcel) return null;
      const message = this.spare.pop() ?? new MessageBuffer();
      try {
        message.fill(parcel, this.context.sign);
      } catch (error) {
        this.spare.push(message);
        this.context.line.end(parcel, refusalOf(error));
        continue;
      }
      return { parcel, message, leave: "unasked", asked: [], against: null, mayWrite: false, isWritten: false, isLost: null };
    }
  }

  private async open(): Promise<void> {
    const { relay, heloName, deadlines } = this.context;
    this.state = "opening";
    try {
      if (this.context.isResting()) throw new Error("the relay does not answer");
      const session = await Session.open(relay, heloName, deadlines.connect);
      session.handTo((reply) => this.onReply(reply), (error) => this.lost(error));
      this.session = session;
      this.state = "open";
      this.mails = 0;
      this.begin();
    } catch (error) {
      this.state = "closed";
      const words = (error as Error).message;
      const canOthers = this.context.onNoSession(words);
      const flight = this.current as Flight;
      this.current = null;
      if (canOthers) this.putBack(flight);
      else this.end(flight, { kind: "unreachable", words });
      this.idle();
    }
  }

  /** The turn of `current`: its envelope goes out, unless it has gone with the mail before. */
  private begin(): void {
    const { current, session } = this;
    if (!current || !session) return;
    this.mails += 1;
    const cannot = cannotCarry(current, session);
    if (cannot) return this.finish(cannot);
    if (current.asked.length === 0 && !current.mayWrite && !current.against) this.sendEnvelope(current, true);
    this.setDeadline(this.context.deadlines.transfer);
    this.goOn();
  }

  private sendEnvelope(flight: Flight, atOnce: boolean): string {
    const commands = envelope(flight, (this.session as Session).capabilities);
    const pipelining = this.session?.capabilities.pipelining ?? false;
    const text = pipelining ? commands.map((c) => c.line).join("") : (commands[0]?.line ?? "");
    flight.asked = pipelining ? ["mail", "rcpt", "data"] : ["mail"];
    if (atOnce) this.session?.write(text);
    return text;
  }

  // ── what the server says ──────────────────────────────────────────────────────────────────────────────────────────

  private onReply(reply: Reply): void {
    const { current, upcoming } = this;
    if (this.isResetting) {
      this.isResetting = false;
      return this.next();
    }
    if (current?.isWritten) return this.answered(current, reply);
    const flight = current?.asked.length ? current : upcoming?.asked.length ? upcoming : null;
    // Unasked: a goodbye, before the connection goes.
    if (!flight) return this.lost(new Error(reply.words));
    this.enveloped(flight, reply);
  }

  private enveloped(flight: Flight, reply: Reply): void {
    const step = flight.asked.shift() as "mail" | "rcpt" | "data";
    const isGood = step === "data" ? reply.code === 354 : reply.code >= 200 && reply.code < 300;
    if (!isGood && !flight.against) flight.against = { step, reply };
    if (step === "data" && reply.code === 354) flight.mayWrite = true;
    if (!this.session?.capabilities.pipelining && isGood && step !== "data") {
      const next = step === "mail" ? 1 : 2;
      flight.asked = [step === "mail" ? "rcpt" : "data"];
      this.session?.write(envelope(flight, this.session.capabilities)[next]?.line ?? "");
      return;
    }
    if (flight === this.current) this.goOn();
  }

  /** Whatever `current` waits for: its replies, its leave, its turn to be written. */
  private goOn(): void {
    const flight = this.current;
    if (!flight || flight.isWritten) return;
    if (flight.against) {
      if (flight.asked.length === 0) this.refusedEnvelope(flight, flight.against);
      return;
    }
    if (flight.leave === "unasked" && (flight.mayWrite || this.context.relay.ahead > 1)) this.askLeave(flight);
    if (flight.leave === "granted" && flight.mayWrite) this.writeMessage(flight);
  }

  private askLeave(flight: Flight): void {
    flight.leave = "asked";
    void this.context.line.commitIntent(flight.parcel).then((granted) => {
      if (flight.isLost) {
        // The connection went meanwhile: nothing of the mail was written.
        if (granted) flight.isLost(flight);
        return;
      }
      if (!granted) return this.withdraw(flight);
      flight.leave = "granted";
      if (flight === this.current) this.goOn();
      else this.announce(flight);
    });
  }

  /** Its envelope follows the mail that is on its way, where the server takes commands ahead. */
  private announce(flight: Flight): void {
    const { session } = this;
    if (session?.capabilities.pipelining && this.current?.isWritten && !this.current.against && !cannotCarry(flight, session)) this.sendEnvelope(flight, true);
  }

  /** It may not go. Where the server waits for it already, only the end of the connection takes it back. */
  private withdraw(flight: Flight): void {
    this.spare.push(flight.message);
    if (flight === this.upcoming) {
      this.upcoming = null;
      return;
    }
    this.current = null;
    if (flight.mayWrite || flight.asked.length) this.hangUp(true);
    this.idle();
  }

  private writeMessage(flight: Flight): void {
    const session = this.session as Session;
    flight.isWritten = true;
    if (!this.upcoming && !this.isClosing && this.mails < this.context.relay.mailsPerConnection) this.upcoming = this.take();
    const { upcoming } = this;
    const fits = upcoming && session.capabilities.pipelining && !cannotCarry(upcoming, session);
    if (upcoming && fits && (this.context.relay.ahead === 1 || upcoming.leave === "granted")) {
      session.write(flight.message.dataWith(this.sendEnvelope(upcoming, false)));
    } else session.write(flight.message.data);
    if (upcoming && this.context.relay.ahead > 1 && upcoming.leave === "unasked") this.askLeave(upcoming);
    this.setDeadline(this.context.deadlines.answer);
  }

  // ── endings ───────────────────────────────────────────────────────────────────────────────────────────────────────

  private answered(flight: Flight, reply: Reply): void {
    if (flight.against) return this.finish(outcomeAgainst(flight.against));
    const { code, words } = reply;
    if (code >= 200 && code < 300) this.finish({ kind: "accepted", code, words, providerId: null });
    else if (code >= 500) this.finish({ kind: "refused", code, words });
    else if (code >= 400) this.finish({ kind: "deferred", code, words }, code === 421);
    else {
      // No answer to a message at all: nobody can know.
      this.current = null;
      this.end(flight, { kind: "unknown", words });
      this.lost(new Error(words));
    }
  }

  /** Its envelope was refused. A server that said 354 all the same is given an empty message, which has no recipient. */
  private refusedEnvelope(flight: Flight, against: NonNullable<Flight["against"]>): void {
    if (against.reply.code === 421) return this.finish(outcomeAgainst(against), true);
    if (flight.mayWrite) {
      flight.isWritten = true;
      this.session?.write(".\r\n");
      return;
    }
    this.current = null;
    this.end(flight, outcomeAgainst(against));
    this.isResetting = true;
    this.session?.write("RSET\r\n");
  }

  private finish(outcome: Ended, isGoodbye = false): void {
    const flight = this.current as Flight;
    this.current = null;
    this.end(flight, outcome);
    if (isGoodbye) {
      this.notBefore = Date.now() + AFTER_GOODBYE;
      this.hangUp();
      return this.idle();
    }
    this.next();
  }

  private next(): void {
    if (this.mails >= this.context.relay.mailsPerConnection || (this.isClosing && !this.upcoming)) this.hangUp();
    this.current = this.upcoming ?? (this.isClosing ? null : this.take());
    this.upcoming = null;
    if (!this.current) return this.idle();
    if (this.state === "open") this.begin();
    else void this.open();
  }

  /** The connection is gone, or as good as gone. */
  private lost(error: Error): void {
    const flight = this.current;
    const words = error.message;
    this.current = null;
    this.isResetting = false;
    this.hangUp(true);
    if (flight) {
      if (flight.against) this.end(flight, outcomeAgainst(flight.against));
      else if (flight.isWritten) this.end(flight, { kind: "unknown", words: `after the final dot: ${words}` });
      else this.loseOrWait(flight, () => this.end(flight, { kind: "deferred", code: null, words }));
    }
    this.idle();
  }

  private loseOrWait(flight: Flight, lose: () => void): void {
    if (flight.leave === "asked") flight.isLost = lose;
    else lose();
  }

  /** The connection ends here. A mail that was only announced goes to whoever is free. */
  private hangUp(isCut = false): void {
    const { session, upcoming } = this;
    this.session = null;
    this.upcoming = null;
    this.state = "closed";
    this.deadlineAt = Infinity;
    if (isCut || upcoming?.asked.length) session?.drop();
    else session?.quit();
    if (upcoming) this.loseOrWait(upcoming, () => this.putBack(upcoming));
  }

  private putBack(flight: Flight): void {
    this.spare.push(flight.message);
    this.context.line.putBack(flight.parcel);
  }

  private end(flight: Flight, outcome: Ended): void {
    this.spare.push(flight.message);
    this.context.line.end(flight.parcel, outcome);
  }

  private idle(): void {
    if (this.current) return;
    for (const resolve of this.whenIdle.splice(0)) resolve();
    if (this.state === "open") this.deadlineAt = Date.now() + IDLE;
    if (!this.isClosing) setImmediate(() => this.wake());
  }

  private setDeadline(ms: number): void {
    this.deadlineAt = Date.now() + ms;
  }
}

type Ended = Exclude<Outcome, { kind: "withdrawn" }>;

/** A complete reply that is not the good one, to a step of the envelope. */
function outcomeAgainst({ step, reply: { code, words } }: NonNullable<Flight["against"]>): Ended {
  // A sender that is not allowed here is our trouble, not the mail's.
  if (step === "mail" && code >= 500) return { kind: "unreachable", words };
  return code >= 500 ? { kind: "refused", code, words } : { kind: "deferred", code, words };
}

function cannotCarry({ parcel, message }: Flight, { capabilities }: Session): Ended | null {
  if (capabilities.size && message.length > capabilities.size)
    return { kind: "refused", code: 552, words: `the mail has ${message.length} bytes, the server takes ${capabilities.size}` };
  if (!capabilities.smtpUtf8 && /[^\u0000-\u007f]/.test(parcel.to.address))
    return { kind: "refused", code: 553, words: "5.6.7 the server takes no address beyond ASCII (SMTPUTF8)" };
  return null;
}

function envelope({ parcel, message }: Flight, capabilities: Session["capabilities"]): { line: string }[] {
  const { returnPath, to, publicId } = parcel;
  const utf8 = /[^\u0000-\u007f]/.test(to.address) ? " SMTPUTF8" : "";
  const mail =
    (capabilities.size === null ? "" : ` SIZE=${message.length}`) +
    (message.isEightBit && capabilities.eightBitMime ? " BODY=8BITMIME" : "") +
    utf8 +
    (capabilities.dsn ? ` RET=HDRS ENVID=${publicId}` : "");
  const rcpt = capabilities.dsn && !utf8 ? ` NOTIFY=FAILURE,DELAY ORCPT=rfc822;${xtext(to.address)}` : "";
  return [{ line: `MAIL FROM:<${returnPath}>${mail}\r\n` }, { line: `RCPT TO:<${to.address}>${rcpt}\r\n` }, { line: "DATA\r\n" }];
}

/** RFC 3461 4 */
function xtext(text: string): string {
  return text.replace(/[^!-*,-<>-~]/g, (sign) => `+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}
