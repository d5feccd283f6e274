/**
 * Reads the path of the lesson set and changes of the usual knobs, as JSON; prints what each training reads right, in percent: of
 * all test digits, and of each half of them.
 */

import { readFileSync } from "node:fs";
import { KNOB_BREAKS, strongestNeuron } from "../../../../static/js/learn/breaks.js";
import { parseLessonSet } from "../../../../static/js/learn/lesson_set.js";
import { Training } from "../../../../static/js/learn/training.js";
import { usualKnobs } from "./runs.mjs";

const { path, ways, knobs: changes = [] } = JSON.parse(readFileSync(0, "utf8"));
const lessonSet = parseLessonSet(new Uint8Array(readFileSync(path)).buffer);

const finished = {}; // trainings by their knobs: those of several claims are the same

function trained(changed) {
  const knobs = { ...usualKnobs(), ...changed };
  const training = (finished[JSON.stringify(knobs)] ??= new Training(knobs, lessonSet));
  while (!training.isOver) training.learn();
  return training;
}

const percent = (training) => 100 * training.measure().testAccuracy;
const ofHalves = (training) => training.measure().testHalves.map(({ right, total }) => ({ percent: (100 * right) / total, total }));

function disturbed(usual, kind) {
  const fork = usual.fork();
  fork.disturb({ kind, neuron: strongestNeuron(usual.network) });
  while (!fork.isOver) fork.learn();
  return fork;
}

const written = changes.map(trained);
const byWay = {};
for (const seed of ways ?? []) {
  const usual = trained({ seed });
  const all = { "": usual };
  for (const [way, knobs] of Object.entries(KNOB_BREAKS)) all[way] = trained({ ...knobs, seed });
  for (const way of ["silence", "shake"]) all[way] = disturbed(usual, way);
  for (const [way, training] of Object.entries(all)) (byWay[way] ??= []).push(percent(training));
}
process.stdout.write(JSON.stringify({ percents: written.map(percent), halves: written.map(ofHalves), byWay }));
