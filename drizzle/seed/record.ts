/** What staff of the demo wrote down of their customers beyond orders and mails. */
import type { Database } from "../../app/db/types";
import { logContact } from "../../app/domain/cases/contacts.server";
import { createCustomField, setCustomValue } from "../../app/domain/customers/custom-fields.server";
import { writeNote } from "../../app/domain/customers/notes.server";
import { addTag } from "../../app/domain/customers/tags.server";
import type { StaffActor } from "../../app/domain/journal/actor";
import { inAllLanguages } from "./catalogue";
import type { DemoCustomer } from "./seed.server";

const DAY = 86_400_000;

const words = (en: string, pl: string, sr: string) => inAllLanguages((say) => ({ name: say({ en, pl, sr }), description: "" }));

/** The same letters everywhere. */
const sized = (size: string) => ({ en: { name: size, description: "" } });

export async function writeRecords(db: Database, customers: readonly DemoCustomer[], staff: StaffActor, now: number): Promise<void> {
  const by = (ago: number) => ({ actor: staff, now: now - ago * DAY });
  await db.write(async (tx) => {
    await createCustomField(tx, by(60), { key: "shirt_size", type: "choice", words: words("Shirt size", "Rozmiar koszulki", "Veličina majice"), options: ["S", "M", "L", "XL"].map(sized) });
    await createCustomField(tx, by(60), { key: "anniversary", type: "day", words: words("Anniversary", "Rocznica", "Godišnjica") });
    await createCustomField(tx, by(60), { key: "wants_invoice", type: "yes_no", words: words("Wants invoices on paper", "Chce faktury na papierze", "Želi račune na papiru") });
    for (const [i, { partyId }] of customers.slice(0, 24).entries()) {
      if (i % 2 === 0) await addTag(tx, by(40 - i), partyId, i % 4 === 0 ? "VIP" : "workshop");
      if (i % 3 === 0) await setCustomValue(tx, by(30 - i), partyId, "shirt_size", ["s", "m", "l", "xl"][i % 4] ?? "m");
    }
    const first = customers[0]!.partyId;
    await setCustomValue(tx, by(12), first, "shirt_size", "l");
    await setCustomValue(tx, by(12), first, "anniversary", "2019-06-14");
    await writeNote(tx, by(12), first, "Prints for the whole family before Christmas. Ask in November whether the designs of last year are wanted again.");
    await logContact(tx, by(5), {
      partyId: first, channel: "phone", direction: "in", subject: "Whether mugs can go into the dishwasher", text: "They can; printed with ink, at 40 degrees.", at: by(5).now, submissionKey: "seed-call",
    });
  });
}
