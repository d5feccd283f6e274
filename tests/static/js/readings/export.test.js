import assert from "node:assert/strict";
import { test } from "node:test";
import { labelledDigits, toJson, toPixelTable, toTable } from "../../../../static/js/readings/export.js";
import { fileName } from "../../../../static/js/ui/files.js";
import { doubtful, entry, unread } from "./entries.mjs";

const labels = (one) => labelledDigits([one]).labelled.map(({ label }) => label);

test("digits of a certain answer are labelled as read, and none of an answer that is not", () => {
  assert.deepEqual(labels(entry("27")), [2, 7]);
  assert.deepEqual(labels(doubtful("27")), []);
});

test("a correction labels each digit where it has as many, marks left out, and else none", () => {
  assert.deepEqual(labels(doubtful("27", { correction: "-2.1" })), [2, 1]);
  assert.deepEqual(labels(entry("27", { correction: "217" })), []);
  assert.deepEqual(labels(entry("27", { correction: "" })), []);
});

test("digits are labelled in their order, as corrected; those that are not certain are left out and counted", () => {
  const entries = [entry("27"), doubtful("8"), doubtful("9", { correction: "4" }), unread];
  assert.deepEqual(labelledDigits(entries), {
    labelled: [
      { label: 2, image: "data:,2" },
      { label: 7, image: "data:,7" },
      { label: 4, image: "data:,9" },
    ],
    unlabelled: 1,
  });
});

test("a table has the same columns from each view, and a text only where one is accepted", () => {
  const entries = [
    entry("1", { file: "a.jpg" }),
    doubtful("2\n1"),
    doubtful("3", { file: "c.jpg", correction: "8" }),
    doubtful("4", { file: "d.jpg", correction: "" }),
    entry("5", { file: "page.jpg", page: 1, line: 2 }),
    { ...unread, file: "e.jpg", error: 'Not a "picture". Text.' },
  ];
  assert.equal(
    toTable(entries),
    [
      "file,text,certain,doubt,status,read,error",
      "a.jpg,1,true,,certain,1,",
      "drawing 2,,false,unclear,doubtful,2 1,",
      "c.jpg,8,false,unclear,corrected,3,",
      "d.jpg,,false,unclear,unreadable,4,",
      "page.jpg line 2,5,true,,certain,5,",
      'e.jpg,,,,failed,,"Not a ""picture"". Text."',
      "",
    ].join("\n"),
  );
});

test("what a spreadsheet would compute gets a quote before it, and negative numbers stay numbers", () => {
  const row = (file, correction) => toTable([doubtful("1", { file, correction })]).split("\n")[1];
  assert.match(row("=1+1.png", "-5"), /^"'=1\+1\.png",-5,/);
  assert.match(row(" @a.png", "=HYPERLINK(4)"), /^"' @a\.png","'=HYPERLINK\(4\)",/);
  assert.match(row("'=1.png", "-5 -3"), /^"''=1\.png","'-5 -3",/);
  assert.match(row("-3,14", "+5"), /^"-3,14","'\+5",/);
  assert.match(row("-1.204,50", "-1,204.50"), /^"-1.204,50","-1,204.50",/);
});

test("controls that terminals obey are escaped as in the command's table; line breaks are kept in quotes", () => {
  const row = (file, correction) => toTable([doubtful("1", { file, correction })]).split("\n").slice(1).join("\n");
  assert.match(row("\x1b[31mred\x07.png", "7"), /^"\\x1b\[31mred\\x07\.png",7,/);
  assert.match(row("a\x9b\0.png", "\x1b8"), /^"?a\\x9b\\x00\.png"?,\\x1b8,/);
  assert.match(row("exe\u202egnp.png", "7"), /^exe\\u202egnp\.png,7,/);
  assert.match(row("two\nlines.png", "7"), /^"two\nlines\.png",7,/);
});

test("training data has Kaggle's header and a row for each digit, whose label is a digit whatever was written", () => {
  const [{ label }] = labelledDigits([entry("9", { correction: "=HYPERLINK(4)" })]).labelled;
  const [header, row, end] = toPixelTable([{ label, levels: new Uint8Array(784).fill(255, 783) }]).split("\n");
  assert.match(header, /^label,pixel0,pixel1,.*,pixel783$/);
  assert.match(row, /^4,0,0,.*,0,255$/);
  assert.equal(row.split(",").length, 785);
  assert.equal(end, "");
});

test("JSON has a time where the id is one, and not for a class's digit, which has the id of its box", () => {
  const { readings } = JSON.parse(toJson([entry("2", { id: 0 }), entry("7", { id: "3.4" })]));
  assert.deepEqual(readings.map(({ time }) => time), ["1970-01-01T00:00:00.000Z", undefined]);
});

test("JSON has all but the pictures, statuses, and labels beside the digits", () => {
  const shown = { picture: "data:,large", thumbnail: "data:,small", drawing: { strokes: [], squares: 1 }, id: Date.UTC(2026, 0, 1) };
  const { readings } = JSON.parse(toJson([entry("27"), { ...unread, error: "Too large." }, doubtful("9", { correction: "4", ...shown })]));
  assert.deepEqual(readings[2], {
    ...{ time: "2026-01-01T00:00:00.000Z", file: "drawing 3", status: "corrected", correction: "4", error: "", text: "9", certain: false, doubt: "unclear" },
    digits: [{ digit: 9, certain: false, image: "data:,9", label: 4 }],
    drawing: { strokes: [], squares: 1 },
  });
  assert.deepEqual(
    readings.map(({ digits }) => digits?.map(({ label }) => label)),
    [[2, 7], undefined, [4]],
  );
});

test("a file's name has the date, by the clock of the user", () => {
  assert.equal(fileName("digits.csv", new Date(2026, 0, 5, 23, 59)), "inkling-2026-01-05-digits.csv");
});
