import assert from "node:assert/strict";
import { test } from "node:test";
import { fileName, toCsv } from "../../../../static/js/ui/download.js";
import { labelledDigits, toJson } from "../../../../static/js/readings/reading_list.js";

const reading = (time_ms, text, { certain = true, correction = null } = {}) => ({
  time_ms,
  drawing: { strokes: [], squares: 1 },
  picture: "data:,large",
  thumbnail: "data:,small",
  correction,
  answer: { text, certain, digits: [...text].map((digit) => ({ digit: Number(digit), image: `data:,${digit}` })) },
});
const READINGS = [
  reading(3, "9", { certain: false, correction: "4" }),
  reading(2, "8", { certain: false }),
  reading(1, "27"),
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
  const { labelled } = labelledDigits([reading(1, "9", { correction: "=HYPERLINK(4)" })]);
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
