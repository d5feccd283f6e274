import assert from "node:assert/strict";
import { test } from "node:test";
import { BadFile, openFile, recipeOf } from "../../../../static/js/learn/run.js";
import { frame, run } from "./runs.mjs";
import { usualKnobs } from "./usual_knobs.mjs";

const toText = (made) => JSON.stringify(recipeOf(made));
const open = (text) => openFile(new Blob([text]));

test("a run is saved in a few hundred bytes, as what leads to it again", async () => {
  const made = run({ knobs: { seed: 4 } });
  made.addKnobs({ ...made.knobs, rate: 0.5 }, frame());
  made.addDisturbance({ kind: "silence", neuron: 1 }, frame());
  const text = toText(made);
  assert.ok(text.length < 1000);
  assert.deepEqual(await open(text), {
    knobs: { ...usualKnobs(), hidden: 2, seed: 4 },
    changes: [
      { position: 1, knobs: { ...usualKnobs(), hidden: 2, seed: 4, rate: 0.5 } },
      { position: 1, kind: "silence", neuron: 1 },
    ],
    ...{ frames: 3, testAccuracy: 0.9 },
  });
});

test("knobs that are moved between two frames are one change", () => {
  const made = run();
  for (const rate of [1, 2, 3]) made.addKnobs({ ...made.knobs, rate }, frame());
  assert.deepEqual(made.changes.map(({ knobs }) => knobs.rate), [3]);
  assert.equal(made.frames.length, 2);
});

test("a fork goes on by itself, and the run stays as it was", () => {
  const made = run();
  const fork = made.fork(2);
  fork.addDisturbance({ kind: "shake" }, frame());
  assert.deepEqual([made.frames.length, made.changes.length, made.disturbance], [2, 0, null]);
  assert.deepEqual([fork.frames.length, fork.disturbance.kind, fork.disturbance.position], [3, "shake", 1]);
});

for (const [fault, text] of [
  ["json", "{"],
  ["format", "{}"],
  ["version", '{"format": "inkling-run", "version": 1}'],
  ["damaged", '{"format": "inkling-run", "version": 2}'],
  ["damaged", toText(run()).replace('"frames":2', '"frames":-1')],
  ["damaged", toText(run()).replace('"changes":[]', '"changes":[{"position":0,"kind":"other"}]')],
]) {
  test(`${text.slice(0, 50)} is refused: ${fault}`, async () => {
    await assert.rejects(open(text), (error) => error instanceof BadFile && error.fault === fault);
  });
}

test("a file that is too large is not read", async () => {
  await assert.rejects(openFile({ size: 10 ** 6 }), (error) => error.fault === "large");
});

test("values of a file that are not possible become the nearest that are", async () => {
  const text = toText(run()).replace('"hidden":2', '"hidden":5000').replace('"changes":[]', '"changes":[{"position":0,"kind":"silence","neuron":1e9}]');
  const { knobs, changes } = await open(text);
  assert.deepEqual([knobs.hidden, changes[0].neuron], [100, 99]);
});
