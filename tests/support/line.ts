/** Sends single mails through a transport, as the sender's line would, and tells how each ended. */
import type { Line, Outcome, Outlet, Parcel, Transport } from "../../app/mail/transport";

export type Post = {
  send(parcel: Parcel, commitIntent: () => Promise<boolean>): Promise<Outcome>;
  close(): Promise<void>;
};

export function post(transport: Transport): Post {
  const waiting: Parcel[] = [];
  const open = new Map<Parcel, { commitIntent: () => Promise<boolean>; resolve: (outcome: Outcome) => void; reject: (error: unknown) => void }>();
  const end = (parcel: Parcel, outcome: Outcome) => {
    open.get(parcel)?.resolve(outcome);
    open.delete(parcel);
  };
  const line: Line = {
    next: () => waiting.shift() ?? null,
    async commitIntent(parcel) {
      const granted = await open.get(parcel)?.commitIntent();
      if (!granted) end(parcel, { kind: "withdrawn" });
      return granted ?? false;
    },
    end,
    putBack(parcel) {
      waiting.unshift(parcel);
      setImmediate(() => outlet.wake());
    },
  };
  const outlet: Outlet = transport.start(line);
  return {
    send: (parcel, commitIntent) =>
      new Promise((resolve, reject) => {
        open.set(parcel, { commitIntent, resolve, reject });
        waiting.push(parcel);
        outlet.wake();
      }),
    close: () => outlet.close(),
  };
}

let serial = 0;

/** A mail of its own, written whole. */
export function aParcel({ subject = "Zażółć gęślą jaźń", html = "<p>.\r\n..x</p>", text = ".\r\n..hello\r\n.", headers = [{ name: "Precedence", value: "bulk" }], ...given }: Partial<{ subject: string; html: string; text: string; headers: { name: string; value: string }[] } & Omit<Parcel, "kind">> = {}): Parcel {
  serial += 1;
  return {
    deliveryId: serial, publicId: `p${serial}`, messageId: `m${serial}@example.com`, returnPath: "shop@example.com", date: new Date(0),
    to: { name: "Žofia Łęcka", address: "zofia@example.com" },
    ...given,
    kind: "single",
    mail: { from: { name: "Shop", address: "shop@example.com" }, replyTo: null, subject, html, text, headers },
  };
}
