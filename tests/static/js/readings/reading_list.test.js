import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { added, broughtBack, corrected, keepReadings, keptAnswer, labelledDigits, labels, loadReadings, reduced, toJson, without } from "../../../../static/js/readings/reading_list.js";
import { fileName, toCsv } from "../../../../static/js/ui/download.js";
import { giveStorage } from "../storage.mjs";

const digit = (value, certain = true) => ({ digit: value, certain });
const reading = (time_ms, others = {}) => ({
  time_ms,
  picture: null,
  correction: null,
  answer: { text: "27", certain: true, digits: [digit(2), digit(7)] },
  ...others,
});
const times = (readings) => readings.map(({ time_ms }) => time_ms);
const doubtful = { text: "27", certain: false, digits: [digit(2), digit(7, false)] };

test("the newest is first, and those that were removed come back to their places", () => {
  const all = [1, 2, 3, 4].reduce((readings, time_ms) => added(readings, reading(time_ms)), []);
  assert.deepEqual(times(all), [4, 3, 2, 1]);
  const rest = without(without(all, 2), 4);
  assert.deepEqual(times(rest), [3, 1]);
  assert.deepEqual(times(broughtBack(rest, [reading(4), reading(2)])), [4, 3, 2, 1]);
});

test("a hundred are kept, and the oldest gives way", () => {
  const all = Array.from({ length: 101 }, (_, place) => place).reduce((list, time_ms) => added(list, reading(time_ms)), []);
  assert.equal(all.length, 100);
  assert.equal(all.at(-1).time_ms, 1);
});

test("where large pictures take too much room the oldest picture goes, and its reading stays", () => {
  const large = (time_ms) => reading(time_ms, { picture: "x".repeat(900_000) });
  const all = [1, 2, 3].reduce((readings, time_ms) => added(readings, large(time_ms)), []);
  assert.deepEqual(times(all), [3, 2, 1]);
  assert.deepEqual(
    all.map(({ picture }) => picture !== null),
    [true, true, false],
  );
});

test("without pictures the oldest reading goes", () => {
  assert.deepEqual(times(reduced([reading(2), reading(1)])), [2]);
  assert.deepEqual(reduced([]), []);
});

test("a correction changes one reading, leaves its answer, and lines stay lines", () => {
  const [second, first] = corrected([reading(2), reading(1)], 1, " 27  3 ");
  assert.equal(second.correction, null);
  assert.equal(first.correction, "27\n3");
  assert.deepEqual(first.answer, reading(1).answer);
});

test("digits of a certain answer are labelled as read, and none of an answer that is not", () => {
  assert.deepEqual(labels(reading(1)), [2, 7]);
  assert.deepEqual(labels(reading(1, { answer: doubtful })), [null, null]);
});

test("a correction labels each digit where it has as many, marks left out, and else none", () => {
  assert.deepEqual(labels(reading(1, { answer: doubtful, correction: "-2.1" })), [2, 1]);
  assert.deepEqual(labels(reading(1, { correction: "217" })), [null, null]);
});

test("an answer is kept without the insides, and without its sentence, which is in one language", () => {
  const shared = { certain: true, doubt: null, model: "convnet", left_out: [], width: 280, height: 280 };
  const four = { digit: 4, certain: true, doubt: null, confidence: 0.99, activations: [0.01], image: "data:," };
  const found = { ...four, box: [0, 0, 9, 9], line: 0 };
  const kept = { text: "4", digits: [found], ...shared };
  const insides = { layers: [1], output_layer: {}, networks: [1] };
  assert.deepEqual(keptAnswer({ ...kept, digits: [{ ...found, ...insides }], message: "", stages: [1] }), kept);
});

const plainReading = (time_ms, picture = null) => ({ time_ms, picture });

const SPARE = 200_000; // characters that are left for the drawing

afterEach(() => delete globalThis.sessionStorage);

test("readings are kept as they are", () => {
  giveStorage(Infinity);
  assert.deepEqual(loadReadings(), []);
  assert.equal(keepReadings([plainReading(2), plainReading(1, "data:,")]), "all");
  assert.deepEqual(loadReadings(), [plainReading(2), plainReading(1, "data:,")]);
});

test("where the storage is full the oldest picture is left out first, then the oldest readings", () => {
  const large = plainReading(3, "x".repeat(40));
  giveStorage(SPARE + 140);
  assert.equal(keepReadings([large, plainReading(2, "x".repeat(40)), plainReading(1)]), "some");
  assert.deepEqual(loadReadings(), [large, plainReading(2), plainReading(1)]);
  giveStorage(SPARE + 60);
  assert.equal(keepReadings([plainReading(3), plainReading(2), plainReading(1)]), "some");
  assert.deepEqual(loadReadings(), [plainReading(3), plainReading(2)]);
});

test("readings that are removed are not kept, though the storage is full", () => {
  const items = giveStorage(Infinity);
  keepReadings([plainReading(2), plainReading(1)]);
  assert.equal(keepReadings([]), "all");
  assert.equal(items.size, 0);
});

const savedReading = (time_ms, text, { certain = true, correction = null } = {}) => ({
  time_ms,
  drawing: { strokes: [], squares: 1 },
  picture: "data:,large",
  thumbnail: "data:,small",
  correction,
  answer: { text, certain, digits: [...text].map((digit) => ({ digit: Number(digit), image: `data:,${digit}` })) },
});
const READINGS = [
  savedReading(3, "9", { certain: false, correction: "4" }),
  savedReading(2, "8", { certain: false }),
  savedReading(1, "27"),
];

test("digits are labelled from the oldest on, as corrected; those that are not certain are left out and counted", () => {
  assert.deepEqual(labelledDigits(READINGS), {
    labelled: [
      { label: 2, image: "data:,2", name: "2/reading-1-digit-1.png" },
      { label: 7, image: "data:,7", name: "7/reading-1-digit-2.png" },
      { label: 4, image: "data:,9", name: "4/reading-3-digit-1.png" },
    ],
    unlabelled: 1,
  });
});

test("a table has Kaggle's header and a row for each digit", () => {
  const [header, row, end] = toCsv([{ label: 7, pixels: new Uint8Array(784).fill(255, 783) }]).split("\n");
  assert.match(header, /^label,pixel0,pixel1,.*,pixel783$/);
  assert.match(row, /^7,0,0,.*,0,255$/);
  assert.equal(row.split(",").length, 785);
  assert.equal(end, "");
});

test("a correction that a spreadsheet would run is in a table as its digit", () => {
  const { labelled } = labelledDigits([savedReading(1, "9", { correction: "=HYPERLINK(4)" })]);
  const [, row] = toCsv(labelled.map(({ label }) => ({ label, pixels: [0] }))).split("\n");
  assert.equal(row, "4,0");
});

test("JSON has all but the pictures, labels beside the digits", () => {
  const { readings } = JSON.parse(toJson(READINGS));
  assert.deepEqual(readings[2], {
    time: "1970-01-01T00:00:00.003Z",
    correction: "4",
    text: "9",
    certain: false,
    digits: [{ digit: 9, image: "data:,9", label: 4 }],
    drawing: { strokes: [], squares: 1 },
  });
  assert.deepEqual(
    readings.map(({ digits }) => digits.map(({ label }) => label)),
    [[2, 7], [null], [4]],
  );
});

test("a file's name has the date, by the clock of the user", () => {
  assert.equal(fileName("digits.csv", new Date(2026, 0, 5, 23, 59)), "inkling-2026-01-05-digits.csv");
});
