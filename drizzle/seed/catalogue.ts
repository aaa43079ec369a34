/** What the demo company sells: things to print on, with their options, rules and words in four languages. */
import { transliterate } from "../../app/i18n/transliterate";
import type { NewOption, NewValue } from "../../app/domain/products/options.server";
import type { NewRule } from "../../app/domain/products/rules.server";

type Said = { en: string; pl: string; sr: string };
export type DemoProduct = {
  sku: string;
  category: string;
  /** EUR cents. */
  price: number;
  artwork: string | null;
  name: Said;
  description: Said;
  options: Omit<NewOption, "productId">[];
  rules: Omit<NewRule, "productId">[];
  /** How often it is put into a basket, against the others. */
  demand: number;
};

const said = (en: string, pl: string, sr: string): Said => ({ en, pl, sr });

/** The words of one thing under each locale; Serbian is written in Latin and spelt in Cyrillic from it. */
export function inAllLanguages<T>(make: (words: (said: Said) => string) => T): Record<string, T> {
  return {
    en: make((s) => s.en),
    pl: make((s) => s.pl),
    "sr-Latn": make((s) => s.sr),
    "sr-Cyrl": make((s) => transliterate(s.sr)),
  };
}

const label = (text: Said, help?: Said) => inAllLanguages((say) => ({ label: say(text), ...(help && { help: say(help) }) }));
const reason = (en: string, pl: string, sr: string) => inAllLanguages((say) => ({ reason: say(said(en, pl, sr)) }));

function value(key: string, text: Said, data: Record<string, string> = {}, priceDelta = 0): NewValue {
  return { key, data, priceDelta, words: label(text) };
}

/** The first value is the default. */
function offered(values: NewValue[]): NewValue[] {
  return values.map((v, i) => ({ ...v, isDefault: i === 0 }));
}

// --- colours, motifs and other values that several products share

const BASES = {
  white: value("white", said("White", "Biały", "Bela"), { base: "#fbfaf6" }),
  cream: value("cream", said("Cream", "Kremowy", "Krem"), { base: "#f1e6cf" }),
  sand: value("sand", said("Sand", "Piaskowy", "Pesak"), { base: "#d9c3a0" }),
  terracotta: value("terracotta", said("Terracotta", "Terakota", "Terakota"), { base: "#b8593a" }),
  moss: value("moss", said("Moss green", "Zieleń mchu", "Mahovina zelena"), { base: "#5c6b3f" }),
  sea: value("sea", said("Sea blue", "Morski niebieski", "Morsko plava"), { base: "#2f5d7c" }),
  plum: value("plum", said("Plum", "Śliwkowy", "Šljiva"), { base: "#5a2b4d" }),
  black: value("black", said("Black", "Czarny", "Crna"), { base: "#23211f" }),
};

const INKS = {
  graphite: value("graphite", said("Graphite", "Grafitowy", "Grafit"), { ink: "#2b2f33" }),
  white: value("white", said("White", "Biały", "Bela"), { ink: "#ffffff" }),
  rust: value("rust", said("Rust red", "Rdzawy", "Rđa crvena"), { ink: "#a63d21" }),
  pine: value("pine", said("Pine green", "Zieleń sosnowa", "Borova zelena"), { ink: "#1f5a43" }),
  navy: value("navy", said("Navy", "Granatowy", "Teget"), { ink: "#1d2f57" }),
  gold: value("gold", said("Gold foil", "Złota folia", "Zlatna folija"), { ink: "#c59a3d", finish: "foil" }, 250),
};

const MOTIFS = offered([
  value("linden", said("Linden leaf", "Liść lipy", "List lipe"), { motif: "leaf" }),
  value("heart", said("Heart", "Serce", "Srce"), { motif: "heart" }),
  value("star", said("Star", "Gwiazda", "Zvezda"), { motif: "star" }),
  value("cat", said("Cat", "Kot", "Mačka"), { motif: "cat" }, 100),
  value("mountains", said("Mountains", "Góry", "Planine"), { motif: "mountain" }, 100),
  value("bicycle", said("Bicycle", "Rower", "Bicikl"), { motif: "bicycle" }, 100),
  value("fern", said("Fern", "Paproć", "Paprat"), { motif: "fern" }, 100),
]);

const FONTS = offered([
  value("serif", said("Bookish", "Książkowa", "Knjiška"), { font: "serif" }),
  value("sans", said("Plain", "Prosta", "Jednostavna"), { font: "sans" }),
  value("hand", said("Handwritten", "Odręczna", "Rukopisna"), { font: "hand" }, 50),
]);

type Option = Omit<NewOption, "productId">;

const colour = (...keys: (keyof typeof BASES)[]): Option => ({
  key: "colour",
  kind: "colour",
  words: label(said("Colour", "Kolor", "Boja")),
  values: offered(keys.map((key) => BASES[key])),
});
const ink = (...keys: (keyof typeof INKS)[]): Option => ({
  key: "ink",
  kind: "colour",
  words: label(said("Colour of the print", "Kolor nadruku", "Boja štampe")),
  values: offered(keys.map((key) => INKS[key])),
});
const motif = (isRequired = false): Option => ({
  key: "motif",
  kind: "motif",
  isRequired,
  words: label(said("Motif", "Motyw", "Motiv")),
  values: MOTIFS,
});
const font: Option = { key: "font", kind: "choice", words: label(said("Lettering", "Krój pisma", "Slova")), values: FONTS };
const text = (maxLength: number, priceDelta: number): Option => ({
  key: "text",
  kind: "text",
  isRequired: false,
  maxLength,
  priceDelta,
  words: label(
    said("Your text", "Twój tekst", "Vaš tekst"),
    said("A name, a date, a few words.", "Imię, data, kilka słów.", "Ime, datum, nekoliko reči."),
  ),
});
const size = (...values: NewValue[]): Option => ({
  key: "size",
  kind: "choice",
  words: label(said("Size", "Rozmiar", "Veličina")),
  values: offered(values),
});
const making: Option = {
  key: "making",
  kind: "choice",
  words: label(said("Making", "Wykonanie", "Izrada")),
  values: offered([
    value("standard", said("Standard", "Standardowe", "Standardna"), { days: "0" }),
    value("express", said("Express, 3 days sooner", "Ekspresowe, 3 dni szybciej", "Ekspresna, 3 dana brže"), { days: "-3" }, 450),
  ]),
};

/** Dark ink is lost on dark cloth and clay. */
function darkOnDark(colours: (keyof typeof BASES)[], inks: (keyof typeof INKS)[]): Omit<NewRule, "productId"> {
  return {
    kind: "excludes",
    when: { colour: colours },
    then: { ink: inks },
    words: reason(
      "Dark print cannot be seen on a dark ground.",
      "Ciemnego nadruku nie widać na ciemnym tle.",
      "Tamna štampa se ne vidi na tamnoj podlozi.",
    ),
  };
}
function whiteOnWhite(...colours: (keyof typeof BASES)[]): Omit<NewRule, "productId"> {
  return {
    kind: "excludes",
    when: { colour: colours },
    then: { ink: ["white"] },
    words: reason(
      "White print cannot be seen on a light ground.",
      "Białego nadruku nie widać na jasnym tle.",
      "Bela štampa se ne vidi na svetloj podlozi.",
    ),
  };
}
const longTextDiscount: Omit<NewRule, "productId"> = {
  kind: "price",
  when: { motif: ["*"], text: ["*"] },
  priceDelta: -100,
  words: reason("Motif and text together", "Motyw razem z tekstem", "Motiv i tekst zajedno"),
};

export const PRODUCTS: DemoProduct[] = [
  {
    sku: "MUG-330",
    category: "mugs",
    price: 1290,
    artwork: "mug",
    demand: 26,
    name: said("Ceramic mug", "Kubek ceramiczny", "Keramička šolja"),
    description: said(
      "330 ml, fired in our own kiln. The print survives the dishwasher.",
      "330 ml, wypalany w naszym piecu. Nadruk znosi zmywarkę.",
      "330 ml, pečena u našoj peći. Štampa podnosi mašinu za sudove.",
    ),
    options: [colour("white", "cream", "terracotta", "sea", "black"), motif(), text(18, 200), font, ink("graphite", "rust", "pine", "navy", "white", "gold"), making],
    rules: [
      darkOnDark(["sea", "black"], ["graphite", "navy", "pine"]),
      whiteOnWhite("white", "cream"),
      longTextDiscount,
      {
        kind: "excludes",
        when: { ink: ["gold"] },
        then: { making: ["express"] },
        words: reason(
          "Gold foil is fired twice: there is no express for it.",
          "Złotą folię wypalamy dwa razy: nie ma jej w ekspresie.",
          "Zlatna folija se peče dva puta: za nju nema ekspresne izrade.",
        ),
      },
    ],
  },
  {
    sku: "MUG-ENAMEL",
    category: "mugs",
    price: 1490,
    artwork: "mug",
    demand: 9,
    name: said("Enamel mug", "Kubek emaliowany", "Emajlirana šolja"),
    description: said("For the garden and the mountains. 400 ml.", "Do ogrodu i w góry. 400 ml.", "Za baštu i planinu. 400 ml."),
    options: [colour("white", "moss", "sea"), motif(true), text(14, 200), font, ink("graphite", "rust", "white")],
    rules: [darkOnDark(["moss", "sea"], ["graphite"]), whiteOnWhite("white")],
  },
  {
    sku: "TEE-CLASSIC",
    category: "shirts",
    price: 1990,
    artwork: "shirt",
    demand: 20,
    name: said("T-shirt", "Koszulka", "Majica"),
    description: said("Organic cotton, 180 g, cut straight.", "Bawełna organiczna, 180 g, prosty krój.", "Organski pamuk, 180 g, ravan kroj."),
    options: [
      size(
        value("m", said("M", "M", "M"), { size: "m" }),
        value("s", said("S", "S", "S"), { size: "s" }),
        value("l", said("L", "L", "L"), { size: "l" }),
        value("xl", said("XL", "XL", "XL"), { size: "xl" }),
        value("xxl", said("XXL", "XXL", "XXL"), { size: "xxl" }, 200),
      ),
      colour("white", "sand", "terracotta", "moss", "plum", "black"),
      motif(),
      text(22, 300),
      font,
      ink("graphite", "rust", "pine", "navy", "white"),
      making,
    ],
    rules: [
      darkOnDark(["moss", "plum", "black"], ["graphite", "navy", "pine"]),
      whiteOnWhite("white", "sand"),
      longTextDiscount,
      {
        kind: "excludes",
        when: { size: ["xxl"] },
        then: { colour: ["sand", "plum"] },
        words: reason("XXL is not woven in sand or plum.", "XXL nie jest szyte w kolorze piaskowym ani śliwkowym.", "XXL se ne šije u boji peska ni šljive."),
      },
    ],
  },
  {
    sku: "TEE-KIDS",
    category: "shirts",
    price: 1590,
    artwork: "shirt",
    demand: 8,
    name: said("Children's T-shirt", "Koszulka dziecięca", "Dečja majica"),
    description: said("Soft cotton for ages 2 to 10.", "Miękka bawełna dla dzieci od 2 do 10 lat.", "Mekan pamuk za uzrast od 2 do 10 godina."),
    options: [
      size(
        value("98", said("98 (2–3 years)", "98 (2–3 lata)", "98 (2–3 godine)"), { size: "s" }),
        value("116", said("116 (5–6 years)", "116 (5–6 lat)", "116 (5–6 godina)"), { size: "m" }),
        value("134", said("134 (8–10 years)", "134 (8–10 lat)", "134 (8–10 godina)"), { size: "l" }),
      ),
      colour("white", "cream", "sea", "terracotta"),
      motif(true),
      text(12, 200),
      ink("rust", "navy", "pine", "white"),
    ],
    rules: [whiteOnWhite("white", "cream"), darkOnDark(["sea"], ["navy", "pine"])],
  },
  {
    sku: "CUSHION",
    category: "cushions",
    price: 2490,
    artwork: "cushion",
    demand: 11,
    name: said("Cushion", "Poduszka", "Jastuk"),
    description: said("With a cover that comes off for the wash.", "Z poszewką, którą można zdjąć do prania.", "Sa navlakom koja se skida za pranje."),
    options: [
      size(
        value("40", said("40 × 40 cm", "40 × 40 cm", "40 × 40 cm"), { size: "40" }),
        value("50", said("50 × 50 cm", "50 × 50 cm", "50 × 50 cm"), { size: "50" }, 500),
        value("60x40", said("60 × 40 cm", "60 × 40 cm", "60 × 40 cm"), { size: "60", shape: "wide" }, 600),
      ),
      {
        key: "cloth",
        kind: "choice",
        words: label(said("Cloth", "Tkanina", "Tkanina")),
        values: offered([
          value("linen", said("Linen", "Len", "Lan"), { texture: "linen" }),
          value("cotton", said("Cotton", "Bawełna", "Pamuk"), {}, -300),
          value("velvet", said("Velvet", "Aksamit", "Pliš"), { texture: "velvet" }, 700),
        ]),
      },
      colour("cream", "sand", "moss", "sea", "plum"),
      motif(),
      text(24, 300),
      font,
      ink("graphite", "rust", "navy", "white"),
      making,
    ],
    rules: [
      {
        kind: "requires",
        when: { cloth: ["velvet"] },
        then: { text: [""] },
        words: reason(
          "Fine letters blur on velvet: choose a motif, or another cloth.",
          "Drobne litery rozmywają się na aksamicie: wybierz motyw albo inną tkaninę.",
          "Sitna slova se gube na plišu: izaberite motiv ili drugu tkaninu.",
        ),
      },
      darkOnDark(["moss", "sea", "plum"], ["graphite", "navy"]),
      whiteOnWhite("cream", "sand"),
    ],
  },
  {
    sku: "NOTEBOOK-A5",
    category: "notebooks",
    price: 1690,
    artwork: "notebook",
    demand: 15,
    name: said("Notebook", "Notes", "Sveska"),
    description: said("160 pages of ivory paper, thread-sewn.", "160 stron kremowego papieru, szyty nićmi.", "160 strana papira boje slonovače, prošivena koncem."),
    options: [
      size(
        value("a5", said("A5", "A5", "A5"), { size: "a5" }),
        value("a6", said("A6", "A6", "A6"), { size: "a6" }, -300),
        value("b5", said("B5", "B5", "B5"), { size: "b5" }, 300),
      ),
      {
        key: "paper",
        kind: "choice",
        words: label(said("Paper", "Papier", "Papir")),
        values: offered([
          value("lined", said("Lined", "W linie", "Na linije"), { paper: "lined" }),
          value("dotted", said("Dotted", "W kropki", "Na tačke")),
          value("blank", said("Blank", "Gładki", "Bez linija")),
        ]),
      },
      colour("sea", "moss", "terracotta", "plum", "black", "cream"),
      motif(),
      text(28, 250),
      font,
      ink("white", "gold", "graphite", "rust"),
    ],
    rules: [
      darkOnDark(["sea", "moss", "plum", "black"], ["graphite"]),
      whiteOnWhite("cream"),
      {
        kind: "excludes",
        when: { size: ["a6"] },
        then: { ink: ["gold"] },
        words: reason("The foil press does not take A6.", "Prasa do folii nie mieści formatu A6.", "Presa za foliju ne prima format A6."),
      },
    ],
  },
  {
    sku: "FRAME-OAK",
    category: "frames",
    price: 3290,
    artwork: "frame",
    demand: 7,
    name: said("Framed print", "Grafika w ramie", "Uramljena grafika"),
    description: said("Printed on cotton paper, framed under glass.", "Drukowana na papierze bawełnianym, oprawiona pod szkłem.", "Štampana na pamučnom papiru, uramljena pod staklom."),
    options: [
      size(
        value("21x30", said("21 × 30 cm", "21 × 30 cm", "21 × 30 cm"), { size: "s" }),
        value("30x40", said("30 × 40 cm", "30 × 40 cm", "30 × 40 cm"), { size: "m" }, 900),
        value("50x70", said("50 × 70 cm", "50 × 70 cm", "50 × 70 cm"), { size: "l" }, 2900),
      ),
      {
        key: "frame",
        kind: "colour",
        words: label(said("Frame", "Rama", "Ram")),
        values: offered([
          value("oak", said("Oak", "Dąb", "Hrast"), { frame: "#b98d57" }),
          value("walnut", said("Walnut", "Orzech", "Orah"), { frame: "#5d3f2a" }, 400),
          value("black", said("Black", "Czarna", "Crni"), { frame: "#22201f" }),
          value("white", said("White", "Biała", "Beli"), { frame: "#f4f2ec" }),
        ]),
      },
      colour("white", "cream", "sea", "plum"),
      motif(true),
      text(32, 300),
      font,
      ink("graphite", "rust", "pine", "white", "gold"),
      {
        key: "mount",
        kind: "choice",
        words: label(said("Mount", "Passe-partout", "Paspartu")),
        values: offered([value("none", said("Without", "Bez", "Bez")), value("white", said("White mount", "Białe passe-partout", "Beli paspartu"), { mount: "#f7f5ef" }, 600)]),
      },
    ],
    rules: [
      darkOnDark(["sea", "plum"], ["graphite", "pine"]),
      whiteOnWhite("white", "cream"),
      {
        kind: "requires",
        when: { mount: ["white"] },
        then: { size: ["30x40", "50x70"] },
        words: reason(
          "A mount needs at least 30 × 40 cm.",
          "Passe-partout wymaga co najmniej 30 × 40 cm.",
          "Za paspartu treba najmanje 30 × 40 cm.",
        ),
      },
    ],
  },
  stock("CARD-SET", "cards", "paper", 890, 9, said("Set of 6 greeting cards", "Zestaw 6 kartek", "Komplet od 6 čestitki"), said("With envelopes of recycled paper.", "Z kopertami z papieru z odzysku.", "Sa kovertama od recikliranog papira.")),
  stock("WRAP-ROLL", "wrap", "paper", 490, 9, said("Wrapping paper, 5 m", "Papier ozdobny, 5 m", "Ukrasni papir, 5 m"), said("Linden leaves on kraft paper.", "Liście lipy na papierze kraft.", "Listovi lipe na kraft papiru.")),
  stock("GIFT-BOX", "box", "paper", 390, 8, said("Gift box", "Pudełko prezentowe", "Poklon kutija"), said("Takes a mug, a notebook or a T-shirt.", "Mieści kubek, notes albo koszulkę.", "U nju staje šolja, sveska ili majica.")),
  stock("STICKERS", "stickers", "paper", 350, 6, said("Sheet of stickers", "Arkusz naklejek", "Tabak nalepnica"), said("Thirty of our motifs.", "Trzydzieści naszych motywów.", "Trideset naših motiva.")),
  stock("TOWEL-TEA", "towel", "home", 1190, 6, said("Tea towel", "Ścierka kuchenna", "Kuhinjska krpa"), said("Half linen, screen-printed by hand.", "Półlen, sitodruk ręczny.", "Polulan, ručna sito-štampa.")),
  stock("COASTERS-4", "coasters", "home", 1390, 5, said("Four coasters", "Cztery podkładki", "Četiri podmetača"), said("Cork and birch.", "Korek i brzoza.", "Pluta i breza.")),
  stock("CANDLE-LINDEN", "candle", "home", 1690, 4, said("Linden-blossom candle", "Świeca o zapachu kwiatu lipy", "Sveća s mirisom lipovog cveta"), said("Soy wax, burns for 35 hours.", "Wosk sojowy, pali się 35 godzin.", "Sojin vosak, gori 35 sati.")),
];

function stock(sku: string, artwork: string, category: string, price: number, demand: number, name: Said, description: Said): DemoProduct {
  return { sku, category, price, artwork, demand, name, description, options: [], rules: [] };
}

export const TOPICS: { key: string; name: Said; description: Said }[] = [
  {
    key: "news",
    name: said("News from the workshop", "Nowości z pracowni", "Vesti iz radionice"),
    description: said("New motifs and products, about once a month.", "Nowe motywy i produkty, mniej więcej raz w miesiącu.", "Novi motivi i proizvodi, otprilike jednom mesečno."),
  },
  {
    key: "offers",
    name: said("Offers", "Promocje", "Ponude"),
    description: said("Discounts before holidays, and leftovers at a good price.", "Zniżki przed świętami i końcówki serii w dobrej cenie.", "Popusti pred praznike i poslednji komadi po dobroj ceni."),
  },
  {
    key: "ideas",
    name: said("Gift ideas", "Pomysły na prezent", "Ideje za poklon"),
    description: said("Reminders of occasions, with ideas for them.", "Przypomnienia o okazjach, z pomysłami.", "Podsetnici na posebne prilike, s idejama."),
  },
];
