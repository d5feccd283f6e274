import assert from "node:assert/strict";
import { test } from "node:test";
import { chosen, forEachDigit, HALVES, heldBack, parseLessonSet, split } from "../../../../static/js/learn/lesson_set.js";
import { resultsOf, Training } from "../../../../static/js/learn/training.js";
import { lessonSet, usualKnobs } from "./runs.mjs";

test("every third digit is held back, evenly among the labels", () => {
  const labels = Array.from({ length: 60 }, (_, n) => n % 10);
  const held = heldBack(labels);
  for (let label = 0; label < 10; label++) {
    assert.equal(held.filter((isHeld, place) => isHeld && labels[place] === label).length, 2);
  }
});

test("with three digits one is held back, whatever their order; with fewer none", () => {
  for (const labels of [[1, 2, 3], [3, 2, 1], [7, 7, 7]]) assert.equal(heldBack(labels).filter(Boolean).length, 1);
  assert.deepEqual(heldBack([1, 2]), [false, false]);
});

test("each picture stays with its label when digits are held back", () => {
  const digits = Array.from({ length: 30 }, (_, n) => ({ image: new Uint8Array(784).fill(n, 0, 1), label: n % 10 }));
  const { learnt, heldBack: held } = split(digits);
  assert.deepEqual([learnt.labels.length, held.labels.length], [20, 10]);
  for (const { inputs, labels } of [learnt, held]) {
    labels.forEach((label, n) => assert.equal(Math.round(255 * inputs[n * 784]) % 10, label));
  }
});

test("one half of the digits is 0 to 4, and each picture stays with its label when the other is left out", () => {
  const inputs = Float32Array.from({ length: 10 * 784 }, (_, place) => Math.floor(place / 784));
  const digits = { inputs, labels: Uint8Array.from([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]) };
  const first = chosen(digits, forEachDigit(digits, (label) => HALVES.half(label) === 0));
  assert.deepEqual([[...first.labels], first.inputs[0], first.inputs.at(-1)], [[4, 3, 2, 1, 0], 5, 9]);
});

test("a stroke that leans to the right is of the other half than one that is upright or leans to the left", () => {
  const stroke = (columns) => {
    const pixels = new Uint8Array(784);
    columns.forEach((column, n) => (pixels[(10 + n) * 28 + column] = 255));
    return pixels;
  };
  const [right, upright, left] = [[16, 15, 14, 13, 12], [14, 14, 14, 14, 14], [12, 13, 14, 15, 16]].map(stroke);
  assert.deepEqual([right, upright, left].map((pixels) => HALVES.slanted(1, pixels)), [0, 1, 1]);
  assert.deepEqual([right, upright, left].map((pixels) => HALVES.upright(1, pixels)), [1, 0, 0]);
});

test("a lesson set of another size is refused", () => {
  assert.throws(() => parseLessonSet(new ArrayBuffer(14_000 * 785 - 1)), RangeError);
  const bytes = new Uint8Array(14_000 * 785);
  [bytes[12_000], bytes[14_000 + 12_000 * 784]] = [7, 255];
  const { train, test: measured } = parseLessonSet(bytes.buffer);
  assert.deepEqual([train.labels.length, measured.labels[0], measured.inputs[0], train.inputs.length], [12_000, 7, 1, 12_000 * 784]);
});

const set = lessonSet();
const training = (changes = {}) => new Training({ ...usualKnobs(), hidden: 8, epochs: 5, ...changes }, set);

/** Learns to the end; returns all frames. */
function frames(one) {
  const made = [one.measure()];
  while (!made.at(-1).isLast) made.push(one.advance());
  return made;
}

const ownDigits = (count) => Array.from({ length: count }, (_, n) => ({ image: new Uint8Array(784).fill(255, 0, 60), label: n % 10 }));

test("it learns what it is shown, with a frame at the end of each epoch", () => {
  const made = frames(training());
  assert.ok(made[0].testAccuracy < 0.4);
  assert.ok(made.at(-1).testAccuracy > 0.9);
  assert.deepEqual(made.filter(({ epoch }) => Number.isInteger(epoch)).map(({ epoch }) => epoch), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual([made.at(-1).step, made[0].lastStep, made.at(-1).lastStep], [100, 100, 100]);
  assert.deepEqual(made.slice(0, 4).map(({ step }) => step), [0, 1, 2, 3]);
});

test("each frame has the mini-batch at which the training ends, whole however the epochs divide", () => {
  for (const batch of [1, 3, 7, 10, 30, 150, 1000]) {
    const made = frames(training({ batch, epochs: 3 }));
    assert.deepEqual([...new Set(made.map(({ lastStep }) => lastStep))], [made.at(-1).step], `mini-batches of ${batch}`);
  }
  const changed = training();
  changed.advance();
  changed.change({ ...usualKnobs(), batch: 7, epochs: 2 });
  assert.equal(changed.measure().lastStep, frames(changed).at(-1).step);
  changed.change({ ...usualKnobs(), epochs: 1 });
  const { isLast, step, lastStep } = changed.measure();
  assert.deepEqual([isLast, lastStep], [true, step]);
});

test("the same knobs give the same bits, and another seed gives others", () => {
  const [one, same, other] = [training(), training(), training({ seed: 2 })].map((each) => frames(each).at(-1).parameters);
  assert.deepEqual(one, same);
  assert.notDeepEqual(one, other);
});

test("knobs that are changed on the way act from the next mini-batch on", () => {
  const one = training();
  one.advance();
  one.change({ ...usualKnobs(), rate: 0, batch: 100, epochs: 1 });
  const before = one.measure().parameters;
  const after = one.advance();
  assert.deepEqual(after.parameters, before);
  assert.equal(after.epoch, 110 / 200);
  assert.equal(frames(one).at(-1).epoch, 1);
});

test("more epochs after the last one go on where it ended", () => {
  const one = training({ epochs: 1 });
  const { step } = frames(one).at(-1);
  one.change({ ...usualKnobs(), epochs: 2 });
  const made = frames(one);
  assert.deepEqual([made[1].step, made.at(-1).epoch], [step + 1, 2]);
});

test("weights of 0, biases that stay 0, and wrong labels are what the knobs ask for", () => {
  const zero = training({ start: "zero" });
  assert.ok(zero.network.parameters.every((each) => each === 0));
  const unbiased = training({ biases: "no" });
  frames(unbiased);
  assert.ok([...unbiased.network.hidden.biases, ...unbiased.network.output.biases].every((bias) => bias === 0));
  const wrong = training({ wrong: 50 }).examples.labels.filter((label, n) => label !== set.train.labels[n]).length;
  assert.ok(wrong > 70 && wrong < 130, `${wrong} of 200`);
  assert.ok(training({ wrong: 100 }).examples.labels.every((label, n) => label !== set.train.labels[n]));
});

test("a silenced neuron is without weights to the outputs, and the run before stays as it was", () => {
  const usual = training();
  const before = frames(usual).at(-1);
  const fork = usual.fork();
  const after = fork.disturb({ kind: "silence", neuron: 3 });
  assert.ok(fork.network.output.weights.subarray(30, 40).every((weight) => weight === 0));
  assert.deepEqual([after.step, after.isLast], [before.step, false]);
  assert.deepEqual(usual.measure().parameters, before.parameters);
  assert.equal(frames(fork).at(-1).epoch, 10);
});

test("what is disturbed learns on the same way when it is repeated", () => {
  const learntOn = () => {
    const usual = training({ epochs: 2 });
    frames(usual);
    const fork = usual.fork();
    fork.disturb({ kind: "shake" });
    return frames(fork).at(-1).parameters;
  };
  assert.deepEqual(learntOn(), learntOn());
});

test("own digits are learnt beside as many of MNIST's or alone, and a third of them is only measured", () => {
  const taught = training();
  const { ownTotal, lastStep } = taught.disturb({ kind: "teach", own: ownDigits(30), isRemembering: true });
  assert.deepEqual([taught.examples.labels.length, ownTotal, lastStep], [40, 10, 3000]);
  taught.disturb({ kind: "teach", own: ownDigits(30), isRemembering: false });
  assert.equal(taught.examples.labels.length, 20);
});

test("each network reads the digits that were held back, one by one", () => {
  const taught = training();
  const { parameters } = taught.disturb({ kind: "teach", own: ownDigits(30), isRemembering: true });
  const { ownAccuracy } = taught.measure();
  const digits = taught.readHeldBack([parameters, parameters]);
  assert.equal(digits.filter(({ label, read }) => read[1] === label).length / 10, ownAccuracy);
  assert.ok(digits.every(({ pixels, read }) => pixels.length === 784 && read[0] === read[1]));
});

test("a network that has learnt 0 to 4 alone reads no other digit, and remembers none", () => {
  const half = training({ digits: "half" });
  assert.ok(half.examples.labels.every((label) => label < 5));
  const { testHalves } = frames(half).at(-1);
  assert.deepEqual(testHalves[1], { right: 0, total: 25 });
  assert.ok(testHalves[0].right > 20);
  half.disturb({ kind: "teach", own: ownDigits(30), isRemembering: true });
  assert.ok(half.examples.labels.subarray(0, 20).every((label) => label < 5));
});

test("the results count every test digit, and show those of the highest cost first", () => {
  const one = training();
  const { parameters, testAccuracy } = frames(one).at(-1);
  const { worst, confusion } = resultsOf({ ...usualKnobs(), hidden: 8 }, parameters, set.test);
  const right = confusion.reduce((sum, row, label) => sum + row[label], 0);
  assert.equal(right / 50, testAccuracy);
  assert.equal(confusion.flat().reduce((sum, count) => sum + count, 0), 50);
  assert.equal(worst.length, 12);
  const costs = worst.map(({ activations, label }) => activations.reduce((sum, a, digit) => sum + (a - (digit === label ? 1 : 0)) ** 2, 0));
  assert.deepEqual(costs, costs.toSorted((a, b) => b - a));
});
