/** Sends single mails through a transport, as the sender's line would, and tells how each ended. */
import type { Line, MailTemplate, Outcome, Outlet, Parcel, Transport } from "../../app/mail/transport";

export type Post = {
  send(parcel: Parcel, commitIntent: () => Promise<boolean>): Promise<Outcome>;
  /** All of them stand in the line before the transport is told. */
  sendAll(parcels: readonly Parcel[], commitIntent: () => Promise<boolean>): Promise<Outcome[]>;
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
  const add = (parcel: Parcel, commitIntent: () => Promise<boolean>) =>
    new Promise<Outcome>((resolve, reject) => {
      open.set(parcel, { commitIntent, resolve, reject });
      waiting.push(parcel);
    });
  return {
    send(parcel, commitIntent) {
      const sent = add(parcel, commitIntent);
      outlet.wake();
      return sent;
    },
    sendAll(parcels, commitIntent) {
      const sent = Promise.all(parcels.map((parcel) => add(parcel, commitIntent)));
      outlet.wake();
      return sent;
    },
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

/** A mailing with two places: the token of its links, and a name. */
export const SAMPLE: MailTemplate = {
  key: "sample",
  from: { name: "Shop", address: "shop@example.com" },
  replyTo: { name: "Shop", address: "help@example.com" },
  subject: { parts: ["Hello ", "!"], slots: [1] },
  html: { parts: ["<p>Zażółć ", ", <a href=\"https://crm.example.com/c/", "/0\">look</a>. ", "</p>"], slots: [1, 0, 1] },
  text: { parts: ["Zażółć ", ": https://crm.example.com/c/", "/0\n"], slots: [1, 0] },
  headers: [
    { name: "List-Unsubscribe", value: { parts: ["<https://crm.example.com/u/", ">"], slots: [0] } },
    { name: "List-Id", value: { parts: ["<news.example.com>"], slots: [] } },
  ],
};

/** A mail of a mailing. */
export function aMergedParcel({ template = SAMPLE, values, ...given }: Partial<Omit<Extract<Parcel, { kind: "merged" }>, "kind">> = {}): Extract<Parcel, { kind: "merged" }> {
  serial += 1;
  return {
    deliveryId: serial, publicId: `p${serial}`, messageId: `m${serial}@example.com`, returnPath: "shop@example.com", date: new Date(0),
    to: { name: "Anna", address: `anna${serial}@example.com` },
    ...given,
    kind: "merged",
    template,
    values: values ?? [`token-${serial}`, "Anna"],
  };
}
