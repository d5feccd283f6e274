/**
 * Reads the path of the lesson set, the digits of classes and seeds, as JSON; prints for each seed and class what the network
 * that has learnt 0 to 4 alone reads right before and after it is taught the class's 5 to 9: remembering, and without remembering.
 */

import { readFileSync } from "node:fs";
import { halfOf, parseLessonSet } from "../../../../static/js/learn/lesson_set.js";
import { Training } from "../../../../static/js/learn/training.js";
import { usualKnobs } from "./runs.mjs";

const PIXELS = 784;
const { path, classes, seeds } = JSON.parse(readFileSync(0, "utf8"));
const lessonSet = parseLessonSet(new Uint8Array(readFileSync(path)).buffer);

function taughtDigits({ images, labels }) {
  const pixels = Buffer.from(images, "base64");
  const image = (place) => new Uint8Array(pixels.subarray(place * PIXELS, (place + 1) * PIXELS));
  return labels.map((label, place) => ({ image: image(place), label })).filter(({ label }) => halfOf(label) === 1);
}

function counts({ ownAccuracy, ownTotal, testHalves: [known, taught] }) {
  return { own: { right: Math.round(ownAccuracy * ownTotal), total: ownTotal }, taught, known };
}

function taught(base, own, isRemembering) {
  const fork = base.fork();
  const before = counts(fork.disturb({ kind: "teach", own, isRemembering }));
  while (!fork.isOver) fork.learn();
  return { before, after: counts(fork.measure()) };
}

const owns = classes.map(taughtDigits);
const outcomes = seeds.flatMap((seed) => {
  const base = new Training({ ...usualKnobs(), digits: "half", seed }, lessonSet);
  while (!base.isOver) base.learn();
  return owns.map((own) => {
    const [{ before, after: remembering }, { after: alone }] = [true, false].map((isRemembering) => taught(base, own, isRemembering));
    return { before, remembering, alone };
  });
});
process.stdout.write(JSON.stringify(outcomes));
