/** People who do not exist: names combined from lists, addresses on streets of common names, mail under example.com. */
import { transliterate } from "../../app/i18n/transliterate";
import type { Random } from "./random";

export type Person = {
  givenName: string;
  familyName: string;
  gender: "f" | "m";
  locale: "en" | "pl" | "sr-Latn" | "sr-Cyrl";
  country: string;
  timeZone: string;
  email: string;
  phone: string | null;
  postal: { line1: string; postcode: string; city: string; country: string };
  birthday: string | null;
};

type Place = readonly [city: string, postcode: string];
type Land = {
  locale: Person["locale"];
  timeZone: string;
  female: readonly string[];
  male: readonly string[];
  family: readonly string[];
  /** Where the family name has a woman's form. */
  womansForm?: (family: string) => string;
  streets: readonly string[];
  street: (name: string, number: number) => string;
  places: readonly Place[];
  phone: (random: Random) => string;
};

const list = (text: string) => text.split(" ").map((name) => name.replaceAll("_", " "));
const digits = (random: Random, count: number) => Array.from({ length: count }, () => random.int(0, 9)).join("");

const PL: Land = {
  locale: "pl",
  timeZone: "Europe/Warsaw",
  female: list("Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Elżbieta Magdalena Joanna Zofia Aleksandra Monika Teresa Danuta Natalia Karolina Marta Julia Beata Dorota Jadwiga Hanna Alicja Grażyna Jolanta Iwona Justyna Paulina Weronika Wiktoria Łucja Kinga Oliwia Gabriela Patrycja Sylwia Renata Bożena Maja Lena Emilia Aneta Izabela Michalina Urszula Wanda Żaneta Kamila"),
  male: list("Jan Andrzej Piotr Krzysztof Stanisław Tomasz Paweł Józef Marcin Marek Michał Grzegorz Jerzy Tadeusz Adam Łukasz Zbigniew Ryszard Dariusz Henryk Mariusz Kazimierz Wojciech Robert Mateusz Rafał Jacek Janusz Maciej Sławomir Jarosław Kamil Wiesław Jakub Przemysław Daniel Szymon Filip Bartosz Dawid Antoni Franciszek Mikołaj Karol Leszek Zdzisław Norbert Hubert Konrad Bogusław"),
  family: list("Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Jankowski Mazur Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Michalski Król Wieczorek Jabłoński Wróbel Nowakowski Majewski Olszewski Stępień Malinowski Jaworski Adamczyk Dudek Nowicki Pawlak Górski Witkowski Walczak Sikora Baran Rutkowski Michalak Szewczyk Ostrowski Tomaszewski Pietrzak Zalewski Wróblewski Marciniak Jasiński Zawadzki Bąk Jakubowski Sadowski Duda Włodarczyk Wilk Chmielewski Borkowski Sokołowski Szczepański Sawicki Kucharski Lis Maciejewski Kubiak Kalinowski Mazurek Wysocki Kołodziej Kaźmierczak Czarnecki Sobczak Urban Głowacki Zakrzewski Sikorski Wasilewski Krajewski Gajewski Mróz Laskowski Ziółkowski Makowski Brzeziński Przybylski Domański Borowski Błaszczyk Chojnacki Ciesielski Szulc Łukasik Żak Ślusarczyk"),
  womansForm: (family) => family.replace(/(sk|ck|dzk)i$/, "$1a"),
  streets: list("Polna Leśna Słoneczna Krótka Szkolna Ogrodowa Lipowa Brzozowa Łąkowa Kwiatowa Kościuszki Mickiewicza Sienkiewicza Słowackiego Konopnickiej Parkowa Zielona Akacjowa Sosnowa Kolejowa Piaskowa Klonowa Długa Wiśniowa Jesionowa"),
  street: (name, number) => `ul. ${name} ${number}`,
  places: [
    ["Warszawa", "02-591"], ["Kraków", "31-044"], ["Łódź", "90-265"], ["Wrocław", "50-107"], ["Poznań", "61-772"], ["Gdańsk", "80-831"],
    ["Szczecin", "70-453"], ["Bydgoszcz", "85-102"], ["Lublin", "20-076"], ["Białystok", "15-092"], ["Katowice", "40-013"], ["Gdynia", "81-364"],
    ["Częstochowa", "42-200"], ["Radom", "26-610"], ["Toruń", "87-100"], ["Rzeszów", "35-064"], ["Kielce", "25-303"], ["Olsztyn", "10-117"],
    ["Zielona Góra", "65-066"], ["Opole", "45-015"], ["Jelenia Góra", "58-500"], ["Świdnica", "58-100"], ["Żywiec", "34-300"], ["Ełk", "19-300"],
  ],
  phone: (random) => `+48 ${random.pick(["501", "512", "530", "600", "604", "661", "690", "725", "788", "882"])} ${digits(random, 3)} ${digits(random, 3)}`,
};

const serbianFamily = "Jovanović Petrović Nikolić Marković Đorđević Stojanović Ilić Stanković Pavlović Milošević Popović Simić Todorović Lazić Ristić Savić Mitrović Kostić Stevanović Tomić Živković Janković Vasić Radovanović Obradović Arsić Lukić Filipović Đukić Cvetković Milovanović Mladenović Blagojević Marinković Antić Krstić Bogdanović Vuković Živanović Gajić Maksimović Đurić Knežević Zdravković Pešić Aleksić Milić Perić Matić Tasić Stefanović Jeremić Veljković Babić Urošević Trajković Vučković Božić Radosavljević Ćirić Šarić Žarković Čolić Njegovan Ljubičić Zorić Gavrilović Isailović";

const RS: Land = {
  locale: "sr-Latn",
  timeZone: "Europe/Belgrade",
  female: list("Jelena Ana Milica Marija Ivana Dragana Snežana Gordana Jovana Vesna Katarina Nataša Biljana Slavica Ljiljana Sanja Tamara Aleksandra Teodora Anđela Nevena Tijana Svetlana Mirjana Olivera Zorica Danijela Maja Sofija Dunja Đurđina Ljubica Čedomirka Žaklina Nađa Isidora Bojana Suzana Radmila Višnja Sara Emilija"),
  male: list("Milan Dragan Nikola Zoran Marko Aleksandar Goran Stefan Miloš Vladimir Nenad Dejan Ivan Petar Jovan Slobodan Branko Đorđe Luka Filip Nemanja Bojan Miroslav Darko Saša Željko Ljubomir Lazar Vuk Uroš Bogdan Čedomir Živojin Njegoš Radovan Predrag Srđan Vojislav Ognjen Strahinja Dušan Momčilo"),
  family: list(serbianFamily),
  streets: list("Cara_Dušana Kneza_Miloša Vojvode_Stepe Svetog_Save Njegoševa Dositejeva Karađorđeva Jovana_Cvijića Vuka_Karadžića Nemanjina Branka_Radičevića Gavrila_Principa Cvijićeva Šumadijska Đure_Jakšića Zmaj_Jovina Nikole_Tesle Mihajla_Pupina Ive_Andrića Hajduk_Veljkova"),
  street: (name, number) => `${name} ${number}`,
  places: [
    ["Beograd", "11000"], ["Novi Sad", "21000"], ["Niš", "18000"], ["Kragujevac", "34000"], ["Subotica", "24000"], ["Zrenjanin", "23000"],
    ["Pančevo", "26000"], ["Čačak", "32000"], ["Kraljevo", "36000"], ["Smederevo", "11300"], ["Leskovac", "16000"], ["Užice", "31000"],
    ["Valjevo", "14000"], ["Šabac", "15000"], ["Sombor", "25000"], ["Požarevac", "12000"], ["Pirot", "18300"], ["Zaječar", "19000"],
  ],
  phone: (random) => `+381 6${random.pick(["0", "1", "2", "3", "4", "5"])} ${digits(random, 3)} ${digits(random, 4)}`,
};

const DE: Land = {
  locale: "en",
  timeZone: "Europe/Berlin",
  female: list("Anna Lena Sabine Ursula Monika Petra Claudia Susanne Julia Katrin Heike Jana Miriam Greta Frieda Bärbel Jürgina Ulrike Birgit Lotte"),
  male: list("Thomas Michael Andreas Stefan Christian Markus Jürgen Matthias Sebastian Jonas Lukas Felix Günter Björn Jörg Tobias Florian Uwe Ralf Emil"),
  family: list("Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Krüger Hartmann Lange Köhler Jäger Groß Böhm Vogt"),
  streets: list("Hauptstraße Schulstraße Gartenstraße Bahnhofstraße Dorfstraße Lindenweg Birkenweg Goethestraße Schillerstraße Mühlenweg"),
  street: (name, number) => `${name} ${number}`,
  places: [["Berlin", "10435"], ["Hamburg", "20359"], ["München", "80331"], ["Köln", "50667"], ["Leipzig", "04109"], ["Dresden", "01067"], ["Görlitz", "02826"]],
  phone: (random) => `+49 15${random.int(1, 9)} ${digits(random, 8)}`,
};

const GB: Land = {
  locale: "en",
  timeZone: "Europe/London",
  female: list("Emma Olivia Charlotte Sarah Emily Lucy Hannah Rebecca Grace Alice Chloe Zoë Siobhán Rachel Holly Fiona Eleanor Ruby"),
  male: list("James Oliver Harry Jack George William Thomas Daniel Matthew Samuel Joseph Benjamin Edward Callum Liam Seán Rory Hugh"),
  family: list("Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green Hall Wood Jackson Clarke O'Brien O'Connor MacDonald Hughes"),
  streets: list("High_Street Station_Road Church_Lane Park_Road Victoria_Road Green_Lane Manor_Road Mill_Lane"),
  street: (name, number) => `${number} ${name}`,
  places: [["London", "N1 9GU"], ["Manchester", "M1 4BT"], ["Edinburgh", "EH1 1YZ"], ["Bristol", "BS1 5TR"], ["Leeds", "LS1 4DY"], ["Cardiff", "CF10 1EP"]],
  phone: (random) => `+44 7${digits(random, 3)} ${digits(random, 6)}`,
};

const CZ: Land = {
  locale: "en",
  timeZone: "Europe/Prague",
  female: list("Jana Eva Hana Lenka Kateřina Tereza Lucie Věra Alžběta Zuzana Markéta Barbora Žofie Šárka"),
  male: list("Jiří Petr Tomáš Pavel Martin Lukáš Ondřej Vojtěch Matěj Jakub Radek Zdeněk Libor Aleš"),
  family: list("Novák Svoboda Dvořák Černý Procházka Kučera Veselý Horák Němec Pokorný Marek Růžička Fiala Sedláček Doležal Zeman Kolář"),
  womansForm: (family) => (family.endsWith("ý") ? `${family.slice(0, -1)}á` : family === "Němec" ? "Němcová" : family === "Marek" ? "Marková" : `${family.replace(/[ea]k$/, (e) => (e === "ek" ? "k" : "ák")).replace(/a$/, "")}ová`),
  streets: list("Nádražní Školní Zahradní Komenského Masarykova Husova Lipová Polní"),
  street: (name, number) => `${name} ${number}`,
  places: [["Praha", "110 00"], ["Brno", "602 00"], ["Ostrava", "702 00"], ["Plzeň", "301 00"], ["Olomouc", "779 00"]],
  phone: (random) => `+420 7${digits(random, 2)} ${digits(random, 3)} ${digits(random, 3)}`,
};

const FR: Land = {
  locale: "en",
  timeZone: "Europe/Paris",
  female: list("Camille Léa Manon Chloé Sophie Hélène Céline Aurélie Inès Zoé Élodie Margaux"),
  male: list("Lucas Hugo Louis Théo Julien Nicolas François Rémi Gaël Étienne Baptiste Loïc"),
  family: list("Martin Bernard Dubois Thomas Robert Petit Durand Leroy Moreau Lefèvre Garnier Faure Rousseau Besançon D'Arcy"),
  streets: list("rue_de_la_Gare rue_Victor-Hugo rue_des_Écoles rue_du_Moulin place_de_l'Église"),
  street: (name, number) => `${number} ${name}`,
  places: [["Paris", "75011"], ["Lyon", "69002"], ["Nantes", "44000"], ["Besançon", "25000"], ["Orléans", "45000"]],
  phone: (random) => `+33 6 ${digits(random, 2)} ${digits(random, 2)} ${digits(random, 2)} ${digits(random, 2)}`,
};

const LANDS = { PL, RS, DE, GB, CZ, FR } as const;
const SHARES: Record<keyof typeof LANDS, number> = { PL: 52, RS: 26, DE: 9, GB: 5, CZ: 5, FR: 3 };

/** The part of an address before the @: ASCII, from the name as its owner would spell it there. */
export function mailName(text: string): string {
  return text
    .toLowerCase()
    .replaceAll("đ", "dj").replaceAll("ł", "l").replaceAll("ß", "ss").replaceAll("ü", "ue").replaceAll("ö", "oe").replaceAll("ä", "ae").replaceAll("ø", "o")
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "");
}

/** Draws people whose addresses do not repeat. */
export function drawPeople(random: Random, count: number, today: number): Person[] {
  const taken = new Set<string>();
  return Array.from({ length: count }, () => drawPerson(random, taken, today));
}

function drawPerson(random: Random, taken: Set<string>, today: number): Person {
  const code = random.weighted(SHARES);
  const land: Land = LANDS[code];
  const gender = random.chance(0.62) ? "f" : "m";
  let givenName = random.pick(gender === "f" ? land.female : land.male);
  const base = random.pick(land.family);
  let familyName = gender === "f" && land.womansForm ? land.womansForm(base) : base;
  const [city, postcode] = random.pick(land.places);
  const postal = { line1: land.street(random.pick(land.streets), random.int(1, 140)), postcode, city, country: code as string };
  const email = freeAddress(random, taken, givenName, familyName);

  let locale = land.locale;
  if (code === "RS" && random.chance(0.42)) {
    locale = "sr-Cyrl";
    givenName = transliterate(givenName);
    familyName = transliterate(familyName);
    postal.line1 = transliterate(postal.line1);
    postal.city = transliterate(postal.city);
  }
  return {
    givenName,
    familyName,
    gender,
    locale,
    country: code,
    timeZone: land.timeZone,
    email,
    phone: random.chance(0.7) ? land.phone(random) : null,
    postal,
    birthday: random.chance(0.35) ? birthday(random, today) : null,
  };
}

function freeAddress(random: Random, taken: Set<string>, given: string, family: string): string {
  const [g, f] = [mailName(given), mailName(family)];
  const forms = [`${g}.${f}`, `${g[0]}.${f}`, `${g}${f}`, `${f}.${g}`, `${g}_${f}`];
  for (let round = 0; ; round++) {
    const form = round === 0 ? random.pick(forms.slice(0, 3)) : random.pick(forms);
    const address = `${form}${round > 0 ? random.int(1, 99 + round * 50) : ""}@example.com`;
    if (!taken.has(address)) {
      taken.add(address);
      return address;
    }
  }
}

function birthday(random: Random, today: number): string {
  const years = Math.max(18, Math.min(85, Math.round(random.normal(41, 13))));
  const day = new Date(today - years * 365.25 * 86_400_000 - random.int(0, 364) * 86_400_000);
  return day.toISOString().slice(0, 10);
}
