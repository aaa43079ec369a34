import { expect, test } from "vitest";

import { storyOf, type StoryMail } from "./story";

const MAIL: StoryMail = {
  state: "accepted", reason: null, attempt: 1, createdAt: 100, notBefore: 100, handedAt: 500, acceptedAt: 500, finishedAt: 500, deliveredAt: 700,
  bouncedAt: null, bounce: null, code: 250, words: "250 ok",
};

test("tells every attempt with the server's words, then what people and machines did, in the order of time", () => {
  const story = storyOf(
    MAIL,
    [
      { attempt: 0, intentAt: 200, endedAt: 210, outcome: "deferred", code: 450, words: "450 later" },
      { attempt: 1, intentAt: 500, endedAt: null, outcome: null, code: null, words: null },
    ],
    [
      { kind: "open", at: 900, judgement: "person", linkPosition: null, userAgent: "M" },
      { kind: "open", at: 600, judgement: "robot", linkPosition: null, userAgent: "B" },
      { kind: "click", at: 950, judgement: "person", linkPosition: 2, userAgent: "M" },
    ],
    [{ kind: "order_placed", at: 1200, data: { number: "S-1" } }, { kind: "mail_opened", at: 900, data: {} }, { kind: "mail_unsubscribed", at: 1300, data: {} }],
  );
  expect(story.map((one) => [one.at, one.kind])).toEqual([
    [100, "planned"], [200, "handed"], [210, "deferred"], [500, "handed"], [500, "accepted"], [600, "opened"], [700, "delivered"], [900, "opened"],
    [950, "clicked"], [1200, "ordered"], [1300, "unsubscribed"],
  ]);
  expect(story[2]).toMatchObject({ attempt: 1, code: 450, words: "450 later" });
  expect(story[4]).toMatchObject({ code: 250, words: "250 ok" });
  expect(story[8]).toMatchObject({ link: 3, judgement: "person" });
});

test.each([
  [{ state: "withheld", reason: "no_consent", acceptedAt: null, deliveredAt: null, finishedAt: 100 }, ["planned", "withheld"]],
  [{ state: "queued", acceptedAt: null, deliveredAt: null, finishedAt: null, notBefore: 900 }, ["planned", "waiting"]],
  [{ state: "failed", reason: "gave_up", acceptedAt: null, deliveredAt: null, finishedAt: 300 }, ["planned", "failed"]],
  [{ state: "unknown", acceptedAt: null, deliveredAt: null, finishedAt: 300, words: "the sender stopped" }, ["planned", "unknown"]],
] as const)("%j", (given, kinds) => {
  expect(storyOf({ ...MAIL, ...given }, [], [], []).map((one) => one.kind)).toEqual(kinds);
});
