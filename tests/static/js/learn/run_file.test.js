import assert from "node:assert/strict";
import { test } from "node:test";
import { usualKnobs } from "../../../../static/js/learn/knobs.js";
import { openFile, toFileText } from "../../../../static/js/learn/run_file.js";
import { answer } from "./runs.mjs";

const saved = (changes = {}) => ({ ...JSON.parse(toFileText({ answer: answer(), knobs: usualKnobs() })), ...changes });
const open = (content) => openFile(new Blob([typeof content === "string" ? content : JSON.stringify(content)]));
const text = JSON.stringify(saved());

test("what was saved is opened, with its knobs", async () => {
  const knobs = { ...usualKnobs(), hidden: 2, digits: "class-alone" };
  const { run, knobs: opened } = await open(toFileText({ answer: answer(), knobs }));
  assert.deepEqual(run.answer, answer());
  assert.deepEqual(opened, knobs);
});

for (const [fault, content] of [
  ["json", text.slice(0, text.length / 2)],
  ["json", ""],
  ["json", "label,pixel0"],
  ["format", { readings: [] }],
  ["format", answer()],
  ["format", "null"],
  ["format", "[1]"],
  ["version", saved({ version: 2 })],
  ["version", saved({ version: undefined })],
  ["damaged", saved({ answer: null })],
  ["damaged", saved({ answer: { ...answer(), frames: [] } })],
]) {
  test(`a file is refused for its ${fault}: ${JSON.stringify(content).slice(0, 40)}`, async () => {
    await assert.rejects(open(content), { fault });
  });
}

test("a huge file is refused before it is read", async () => {
  const file = { size: 30_000_001, text: () => assert.fail("it was read") };
  await assert.rejects(openFile(file), { fault: "large" });
});

test("knobs of a file that are not possible become those that are", async () => {
  for (const knobs of [null, "x", { hidden: 1e9, digits: '"]<b>', start: 7, seed: {} }]) {
    const { knobs: opened } = await open(saved({ knobs }));
    assert.deepEqual([opened.digits, opened.start], ["mnist", "random"]);
    assert.ok(opened.hidden <= 100 && Number.isInteger(opened.seed));
  }
});
