/** The table of mutants stays true: each text to be taken out stands in its file once, and its test is there. */
import { existsSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

type Mutant = { name: string; file: string; find: string; put: string; project: string; test: string };
const { MUTANTS } = (await import("../mutants.mjs" as string)) as { MUTANTS: Mutant[] };

test("every guard in the table stands where it says, once", () => {
  const wrong = MUTANTS.flatMap(({ name, file, find, put, test: noticing }) => {
    const times = existsSync(file) ? readFileSync(file, "utf8").split(find).length - 1 : 0;
    return [
      ...(times === 1 ? [] : [`${name}: its text stands ${times} times in ${file}`]),
      ...(find === put ? [`${name}: changes nothing`] : []),
      ...(existsSync(noticing) ? [] : [`${name}: there is no ${noticing}`]),
    ];
  });
  expect(wrong).toEqual([]);
});

test("every mutant has a name of its own", () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
});
