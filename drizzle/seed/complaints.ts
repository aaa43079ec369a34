/** What customers complain and ask about, and how the desk answers: words in four languages, and the course of a case. */
import { asc, desc, eq } from "drizzle-orm";
import { v5 } from "uuid";

import { transliterate } from "../../app/i18n/transliterate";
import type { Reader, Tx } from "../../app/db/types";
import { keepPhoto } from "../../app/domain/cases/attachments.server";
import { closeCase, startWork } from "../../app/domain/cases/cases.server";
import { decideCase } from "../../app/domain/cases/deciding.server";
import { askQuestion, fileComplaint } from "../../app/domain/cases/filing.server";
import { addNote, customerReply, replyToCase } from "../../app/domain/cases/messages.server";
import type { ComplaintReason, Decision, Remedy } from "../../app/domain/cases/case";
import type { Photo } from "../../app/domain/cases/photo.server";
import { bySystem, type By, type StaffActor } from "../../app/domain/journal/actor";
import { orderLines } from "../../app/domain/orders/schema";
import { photograph } from "./photos";
import type { Random } from "./random";
import type { Timeline } from "./timeline";

const DAY = 86_400_000;
const HOUR = 3_600_000;

type Locale = "en" | "pl" | "sr-Latn" | "sr-Cyrl";
type Said = { en: string; pl: string; sr: string };
const said = (en: string, pl: string, sr: string): Said => ({ en, pl, sr });

function inLanguage(text: Said, locale: Locale): string {
  return locale === "sr-Cyrl" ? transliterate(text.sr) : locale === "sr-Latn" ? text.sr : text[locale];
}

const STORIES: Partial<Record<ComplaintReason, Said[]>> = {
  damaged: [
    said("The box was dented on one side and the handle is broken off. The parcel was left at the neighbour's.", "Karton był wgnieciony z jednej strony, a uszko jest odłamane. Paczkę zostawiono u sąsiadki.", "Kutija je bila ulubljena s jedne strane, a drška je odlomljena. Paket su ostavili kod komšinice."),
    said("It came with a crack right through the print. I noticed it when I unpacked it.", "Przyszło z pęknięciem przez sam nadruk. Zauważyłam to przy rozpakowywaniu.", "Stiglo je s pukotinom preko same štampe. Primetila sam kad sam raspakovala."),
  ],
  misprinted: [
    said("The name is spelt wrongly: there is an S where I wrote Z. It was meant for a christening on Sunday.", "Imię jest z błędem: jest S zamiast Z. To miał być prezent na chrzciny w niedzielę.", "Ime je pogrešno napisano: stoji S umesto Z. Trebalo je da bude poklon za krštenje u nedelju."),
    said("The motif sits a good two centimetres off the middle. On the preview it was in the middle.", "Motyw jest przesunięty o dobre dwa centymetry od środka. Na podglądzie był na środku.", "Motiv je pomeren dobra dva centimetra od sredine. Na prikazu je bio u sredini."),
  ],
  wrong_item: [
    said("I ordered a white one and got a black one.", "Zamówiłem biały, a przyszedł czarny.", "Poručio sam belu, a stigla je crna."),
    said("The size on the label is M, I ordered L.", "Na metce jest rozmiar M, a zamówiłam L.", "Na etiketi stoji veličina M, a poručila sam L."),
  ],
  missing: [said("One piece of the two was in the parcel.", "W paczce była jedna sztuka z dwóch.", "U paketu je bio jedan komad od dva.")],
  poor_quality: [
    said("After the second wash the print has begun to come off at the edges.", "Po drugim praniu nadruk zaczął odchodzić na brzegach.", "Posle drugog pranja štampa je počela da se ljušti na ivicama."),
    said("The seam opened after a week of ordinary use.", "Szew puścił po tygodniu zwykłego używania.", "Šav je popustio posle nedelju dana obične upotrebe."),
  ],
  late: [said("It was promised for the birthday and came four days after it.", "Miało być na urodziny, a przyszło cztery dni po nich.", "Obećano je za rođendan, a stiglo je četiri dana posle.")],
};

const QUESTIONS: [Said, Said][] = [
  [said("Is the print safe for the dishwasher?", "Czy nadruk można myć w zmywarce?", "Da li štampa podnosi mašinu za sudove?"), said("I would like to give four mugs to my parents, who wash everything in the machine.", "Chcę podarować rodzicom cztery kubki, a oni wszystko myją w zmywarce.", "Htela bih roditeljima da poklonim četiri šolje, a oni sve peru u mašini.")],
  [said("Invoice to a company", "Faktura na firmę", "Račun na firmu"), said("Could the invoice of my last order be made out to our school?", "Czy fakturę do ostatniego zamówienia można wystawić na naszą szkołę?", "Može li račun za poslednju porudžbinu da glasi na našu školu?")],
  [said("Forty notebooks for a class", "Czterdzieści notesów dla klasy", "Četrdeset svezaka za razred"), said("Do you give a discount for forty notebooks with different names?", "Czy dajecie zniżkę na czterdzieści notesów z różnymi imionami?", "Imate li popust za četrdeset svezaka s različitim imenima?")],
  [said("A photo on the frame", "Zdjęcie w ramie", "Fotografija u ramu"), said("Can you print a photograph instead of a motif?", "Czy możecie wydrukować zdjęcie zamiast motywu?", "Možete li da odštampate fotografiju umesto motiva?")],
];

const ANSWERS = {
  ask: said("I am sorry about this. Could you send us a photo of it? Then we can see at once what went wrong.", "Bardzo nam przykro. Czy może Pani lub Pan przesłać zdjęcie? Od razu zobaczymy, co poszło nie tak.", "Žao nam je zbog ovoga. Možete li da nam pošaljete fotografiju? Odmah ćemo videti šta je pošlo naopako."),
  photo: said("I have just taken one, you can see it quite well in daylight. I keep the piece here for now.", "Właśnie zrobiłam, przy dziennym świetle dobrze widać. Na razie zatrzymuję produkt u siebie.", "Upravo sam slikala, na dnevnom svetlu se lepo vidi. Komad za sada čuvam kod sebe."),
  askMore: said("I am sorry about this. Could you tell us what the label on the box says? Then we can follow it up with the carrier.", "Bardzo nam przykro. Czy może Pani lub Pan podać, co jest na etykiecie paczki? Sprawdzimy to wtedy u przewoźnika.", "Žao nam je zbog ovoga. Možete li da nam napišete šta piše na nalepnici paketa? Tako ćemo proveriti kod kurira."),
  noPhoto: said("The label has our order number and the day before yesterday. Nothing else was in the box.", "Na etykiecie jest numer naszego zamówienia i data sprzed dwóch dni. W paczce nie było nic więcej.", "Na nalepnici su broj porudžbine i prekjučerašnji datum. U paketu nije bilo ničeg drugog."),
  thanks: said("Thank you, that was quick.", "Dziękuję, szybko poszło.", "Hvala, brzo ste rešili."),
  accepted: said("You are right, and we are sorry. What you asked for is on its way; you need not send anything back.", "Ma Pani lub Pan rację, przepraszamy. To, o co Pani lub Pan prosi, jest w drodze; niczego nie trzeba odsyłać.", "U pravu ste i izvinjavamo se. Ono što ste tražili je na putu; ne morate ništa da vraćate."),
  partly: said("We looked at it with the workshop. We can take something off the price: the piece itself is as it was ordered.", "Obejrzeliśmy to z pracownią. Możemy obniżyć cenę: sam produkt jest taki, jak zamówiono.", "Pogledali smo to s radionicom. Možemo da snizimo cenu: sam proizvod je onakav kakav je poručen."),
  rejected: said("The piece is made exactly as the saved design shows it, with the text as it was typed. So we cannot take this complaint; we gladly print a new one at half the price.", "Produkt wykonano dokładnie tak, jak w zapisanym projekcie, z takim tekstem, jaki wpisano. Nie możemy więc uznać reklamacji; chętnie wydrukujemy nowy za pół ceny.", "Proizvod je izrađen tačno po sačuvanom dizajnu, s tekstom kako je upisan. Zato reklamaciju ne možemo da prihvatimo; rado ćemo odštampati novi za pola cene."),
  question: said("Thank you for asking. Yes, we do that; I have put the details into your account.", "Dziękujemy za pytanie. Tak, robimy to; szczegóły są na Pani lub Pana koncie.", "Hvala na pitanju. Da, radimo to; pojedinosti su na vašem nalogu."),
};

const NOTES = ["Third case from this batch of boxes, told the warehouse.", "Design checked: text printed as typed.", "Good customer, be generous.", "Carrier has taken the claim."];

export type Complainant = { partyId: number; locale: Locale; /** One of those who are shown around. */ isKnown?: boolean };
export type Desk = { agents: StaffActor[] };

/** Keys of forms: the same case gets the same ones each time the demo is made. */
const SPACE = "6f0d3f86-6f0c-4d7c-9a71-3a2f0f2b9a44";
const key = (...parts: (string | number)[]) => v5(parts.join("/"), SPACE);

/** Lets a customer complain about a delivered line, and the desk take its course until `now`. */
export function complain(
  db: Reader,
  timeline: Timeline,
  random: Random,
  desk: Desk,
  customer: Complainant,
  order: { orderId: number; number: string; deliveredAt: number },
  now: number,
  /** Still open at the end: filed at this time, and undecided. */
  openSince?: number,
): void {
  const reason = random.pick(["damaged", "damaged", "misprinted", "misprinted", "wrong_item", "missing", "poor_quality", "poor_quality", "late"] as const);
  const wantedRemedy: Remedy = random.pick(["replacement", "replacement", "refund", "price_reduction", reason === "poor_quality" ? "repair" : "replacement"] as const);
  const story = inLanguage(random.pick(STORIES[reason]!), customer.locale);
  const filedAt = openSince ?? order.deliveredAt + Math.round((0.3 + random.gamma(1.3, 0.28)) * DAY);
  if (filedAt >= now) return;
  const agent = random.pick(desk.agents);
  const drawn = drawCourse(random, filedAt);
  // Most show at once what is wrong; the others when the desk asks for it. Pictures take their time: only of late, and
  // of those who are shown around; and not in a transaction.
  const shows = reason !== "late" && reason !== "missing" && (customer.isKnown || filedAt > now - 60 * DAY);
  if (!shows && (reason !== "missing" || filedAt <= now - 60 * DAY)) drawn.askAt = null;
  const course = openSince === undefined ? drawn : { ...drawn, replyAt: random.chance(0.5) ? drawn.replyAt : now + DAY, decideAt: now + DAY, closeAt: now + 9 * DAY };
  let photo: Photo | null = null;
  if (shows) timeline.addApart(filedAt, async () => void (photo = await photographOrder(db, order, reason)));
  timeline.add(filedAt, async (tx) => {
    const line = await findLine(tx, order.orderId);
    if (!line) return;
    const atOnce = photo && course.askAt === null ? [await keepPhoto(tx, at(filedAt), { partyId: customer.partyId, photo })] : [];
    const filed = await fileComplaint(tx, at(filedAt), {
      partyId: customer.partyId,
      orderLinePublicId: line.publicId,
      reason,
      quantity: 1,
      noticedOn: new Date(Math.max(order.deliveredAt, filedAt - DAY)).toISOString().slice(0, 10),
      description: story,
      wantedRemedy,
      attachmentIds: atOnce.map(({ publicId }) => publicId),
      submissionKey: key("complaint", order.number),
      locale: customer.locale,
    });
    if (!filed.ok) throw new Error(`${order.number}: ${filed.reason}`);
    followCase(timeline, random, { caseId: filed.caseId, customer, agent, course, wantedRemedy, number: filed.number, photo: atOnce.length ? null : photo }, now);
  });
}

type Course = { startAt: number; askAt: number | null; replyAt: number; decideAt: number; decision: Decision; closeAt: number; note: boolean };

function drawCourse(random: Random, filedAt: number): Course {
  const startAt = filedAt + Math.round((2 + random.gamma(2, 0.12)) * HOUR);
  const asks = random.chance(0.4);
  const askAt = asks ? startAt + random.int(1, 20) * HOUR : null;
  const replyAt = (askAt ?? startAt) + random.int(4, 60) * HOUR;
  const decideAt = Math.max(replyAt + HOUR, filedAt + Math.round((1.5 + random.gamma(4, 0.75)) * DAY));
  const decision = random.weighted({ accepted: 7, partly_accepted: 2, rejected: 1.5 });
  // after the statutory term silence has accepted the complaint
  return { startAt, askAt, replyAt, decideAt, decision: decideAt > filedAt + 13 * DAY ? "accepted" : decision, closeAt: decideAt + Math.round((2 + random.gamma(2, 1)) * DAY), note: random.chance(0.3) };
}

type Case = { caseId: number; customer: Complainant; agent: StaffActor; course: Course; wantedRemedy: Remedy; number: string; photo: Photo | null };

function followCase(timeline: Timeline, random: Random, found: Case, now: number): void {
  const { caseId, customer, agent, course, number } = found;
  const say = (text: Said) => inLanguage(text, customer.locale);
  const staff = (instant: number): By => ({ actor: agent, now: instant });
  const step = (instant: number, run: (tx: Tx) => Promise<unknown>) => {
    if (instant < now) timeline.add(instant, async (tx) => { await run(tx); });
  };
  step(course.startAt, async (tx) => startWork(tx, staff(course.startAt), { caseId, version: await versionOf(tx, caseId) }));
  if (course.note) step(course.startAt + 60_000, (tx) => addNote(tx, staff(course.startAt + 60_000), { caseId, message: random.pick(NOTES), submissionKey: key("note", number) }));
  if (course.askAt !== null) {
    step(course.askAt, (tx) => replyToCase(tx, staff(course.askAt!), { caseId, message: say(found.photo ? ANSWERS.ask : ANSWERS.askMore), submissionKey: key("ask", number), waitForCustomer: true }));
    step(course.replyAt, async (tx) => {
      const photos = found.photo ? [await keepPhoto(tx, at(course.replyAt), { partyId: customer.partyId, photo: found.photo })] : [];
      const message = say(found.photo ? ANSWERS.photo : ANSWERS.noPhoto);
      return customerReply(tx, at(course.replyAt), { partyId: customer.partyId, caseId, message, attachmentIds: photos.map(({ publicId }) => publicId), submissionKey: key("photo", number) });
    });
  }
  step(course.decideAt, async (tx) =>
    decideCase(tx, staff(course.decideAt), {
      caseId,
      version: await versionOf(tx, caseId),
      decision: course.decision,
      grantedRemedy: course.decision === "rejected" ? null : course.decision === "partly_accepted" ? "price_reduction" : found.wantedRemedy,
      message: say(course.decision === "accepted" ? ANSWERS.accepted : course.decision === "rejected" ? ANSWERS.rejected : ANSWERS.partly),
      submissionKey: key("decision", number),
    }),
  );
  if (course.decision === "accepted" && course.note) {
    const thanksAt = course.decideAt + 5 * HOUR;
    step(thanksAt, (tx) => customerReply(tx, at(thanksAt), { partyId: customer.partyId, caseId, message: say(ANSWERS.thanks), submissionKey: key("thanks", number) }));
  }
  step(course.closeAt, async (tx) => closeCase(tx, staff(course.closeAt), { caseId, version: await versionOf(tx, caseId) }));
}

/** A question, answered within a day or two. */
export function ask(timeline: Timeline, random: Random, desk: Desk, customer: Complainant, askedAt: number, now: number): void {
  const [subject, message] = random.pick(QUESTIONS);
  const agent = random.pick(desk.agents);
  const answeredAt = askedAt + Math.round((3 + random.gamma(2, 0.1)) * HOUR);
  const name = `${customer.partyId}/${askedAt}`;
  timeline.add(askedAt, async (tx) => {
    const filed = await askQuestion(tx, at(askedAt), {
      partyId: customer.partyId,
      subject: inLanguage(subject, customer.locale),
      message: inLanguage(message, customer.locale),
      submissionKey: key("question", name),
      locale: customer.locale,
    });
    if (!filed.ok || answeredAt >= now) return;
    const { caseId } = filed;
    timeline.add(answeredAt, async (answer) => {
      await replyToCase(answer, { actor: agent, now: answeredAt }, { caseId, message: inLanguage(ANSWERS.question, customer.locale), submissionKey: key("answer", name) });
    });
    const closedAt = answeredAt + 4 * DAY;
    if (closedAt < now)
      timeline.add(closedAt, async (close) => {
        await closeCase(close, { actor: agent, now: closedAt }, { caseId, version: await versionOf(close, caseId) });
      });
  });
}

/** The line that is complained about: the one that cost most. */
async function findLine(db: Reader, orderId: number) {
  const [line] = await db
    .select({ publicId: orderLines.publicId, productId: orderLines.productId, selection: orderLines.selection })
    .from(orderLines)
    .where(eq(orderLines.orderId, orderId))
    .orderBy(desc(orderLines.totalMinor), asc(orderLines.position))
    .limit(1);
  return line ?? null;
}

async function photographOrder(db: Reader, order: { orderId: number; number: string }, reason: ComplaintReason): Promise<Photo | null> {
  const line = await findLine(db, order.orderId);
  return line && photograph(db, line, reason, order.number);
}

async function versionOf(tx: Tx, caseId: number): Promise<number> {
  const [row] = await tx.raw<{ version: number }>("select version from cases where id = ?", [caseId]);
  return Number(row?.version ?? 0);
}

function at(now: number): By {
  return bySystem("seed", now);
}
