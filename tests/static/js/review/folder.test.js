import assert from "node:assert/strict";
import { test } from "node:test";
import { readPart } from "../../../../static/js/review/card.js";
import { statusOf, textOf } from "../../../../static/js/readings/entry.js";
import * as review from "../../../../static/js/review/folder.js";

const found = (path, { type = "image/jpeg", size = 10, lastModified = 1 } = {}) => ({ path, file: { type, size, lastModified } });

const reading = (text, certain = true) => ({
  text,
  certain,
  doubt: certain ? null : "unclear",
  message: "This looks right.",
  digits: [...text].map((digit) => ({ digit: Number(digit), certain, box: [1, 2, 3, 4], image: "data:,", activations: [] })),
  left_out: [],
  width: 100,
  height: 50,
});

/** Entries of pictures with these names and answers; null for one that is not read. */
const read = (answers) =>
  review
    .newEntries([], Object.keys(answers).map((path) => found(path)), 1)
    .map(([entry]) => (answers[entry.file] ? review.answered(entry, answers[entry.file]) : entry));

test("pictures are taken from a folder by their types, and hidden files and others are not", () => {
  assert.ok(review.isPicture(found("a/b.jpg")));
  assert.ok(review.isPicture(found("a/b.HEIC", { type: "" })));
  assert.ok(!review.isPicture(found("a/notes.txt", { type: "text/plain" })));
  assert.ok(!review.isPicture(found("a/._b.jpg")));
  assert.ok(review.isPicture(found(".hidden/b.jpg")));
});

test("files come by their paths, numbers by their size, and the same name in two folders twice", () => {
  const entries = review.newEntries([], [found("m/10.jpg"), found("m/9.jpg"), found("b/9.jpg")], 5).map(([entry]) => entry);
  assert.deepEqual(entries.map(({ id, file }) => [id, file]), [[5, "b/9.jpg"], [6, "m/9.jpg"], [7, "m/10.jpg"]]);
});

test("a folder that is chosen again brings only what is new or has changed", () => {
  const entries = review.newEntries([], [found("a.jpg"), found("b.jpg")], 1).map(([entry]) => entry);
  const again = [found("a.jpg"), found("b.jpg", { lastModified: 2 }), found("c.jpg"), found("c.jpg")];
  assert.deepEqual(review.newEntries(entries, again, 3).map(([{ file }]) => file), ["b.jpg", "c.jpg"]);
});

test("what is allowed is kept with each entry, and so is why its answer is doubtful, in words", () => {
  const [[entry]] = review.newEntries([], [found("a.jpg")], 1, "12 34");
  const { allowed, answer } = review.answered(entry, reading("12"));
  assert.deepEqual([allowed, answer.message], ["12 34", "This looks right."]);
});

test("what a person writes is accepted where it is what was read, whatever the spaces, and corrected elsewhere", () => {
  const [entry] = read({ "a.jpg": { ...reading("12", false), text: "1\n2" } });
  assert.deepEqual([statusOf(entry), textOf(entry)], ["doubtful", ""]);
  const outcomes = [" 1   2 ", "17", null].map((text) => review.decided(entry, text));
  assert.deepEqual(
    outcomes.map((outcome) => [statusOf(outcome), textOf(outcome)]),
    [["accepted", "1 2"], ["corrected", "17"], ["unreadable", ""]],
  );
});

test("the next to look at is the first open one behind, or else before; back goes through all", () => {
  const entries = read({ a: reading("1", false), b: reading("2", false), c: reading("3"), d: reading("4", false), e: null });
  const list = review.toReview(entries, false);
  assert.deepEqual(list.map(({ file }) => file), ["a", "b", "d"]);
  assert.equal(review.nextOpen(list, null).file, "a");
  assert.equal(review.nextOpen(list, 4).file, "a");
  const later = list.with(1, review.decided(list[1], "2"));
  assert.equal(review.nextOpen(later, 1).file, "d");
  assert.equal(review.previous(later, 4).file, "b");
  assert.equal(review.previous(later, null).file, "d");
  assert.equal(review.previous(later, 1), undefined);
  assert.equal(review.nextOpen(list.map((entry) => review.decided(entry, null)), 2), undefined);
});

test("certain ones come after the doubtful ones, and the first of them are not of one part of the folder", () => {
  const answers = Object.fromEntries(Array.from({ length: 100 }, (_, place) => [String(place), reading("7", place === 50 ? false : true)]));
  const list = review.toReview(read(answers), true);
  assert.equal(list.length, 100);
  assert.equal(list[0].file, "50");
  const sample = list.slice(1, 11).map(({ id }) => Math.ceil(id / 25));
  assert.deepEqual(new Set(sample), new Set([1, 2, 3, 4]));
});

test("all are counted by what came of them, and the certain ones that somebody looked at", () => {
  const [a, b, c, d] = read({ a: reading("1"), b: reading("2"), c: reading("3", false), d: null });
  const decided = [a, review.decided(b, "5"), review.decided(c, "3"), { ...d, error: "Not a picture. Text." }];
  const { certain, corrected, accepted, failed, waiting, checked, checkedRight } = review.counts(decided);
  assert.deepEqual([certain, corrected, accepted, failed, waiting, checked, checkedRight], [1, 1, 1, 1, 0, 1, 0]);
});

test("a picture that has no answer is not looked at", () => {
  const [entry] = read({ a: null });
  assert.deepEqual(review.toReview([{ ...entry, error: "Too large." }, entry], true), []);
});

const droppedFile = (fullPath) => ({ isFile: true, fullPath, file: (resolve) => resolve({ name: fullPath.split("/").at(-1) }) });
const folder = (fullPath, ...batches) => ({
  isFile: false,
  fullPath,
  createReader: () => ({ readEntries: (resolve) => resolve(batches.shift() ?? []) }),
});
const gone = { isFile: true, fullPath: "/gone.jpg", file: (_, reject) => reject(new Error("gone")) };
const dropped = (...entries) => ({ items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })), files: [] });

test("dropped folders are walked to their ends, in which browsers give some files at a time", async () => {
  const inner = folder("/m/in", [droppedFile("/m/in/3.jpg")]);
  const found = await review.foundIn(dropped(folder("/m", [droppedFile("/m/1.jpg")], [inner, droppedFile("/m/2.jpg")]), droppedFile("/4.jpg"), gone));
  assert.deepEqual(found.map(({ path }) => path), ["m/1.jpg", "m/in/3.jpg", "m/2.jpg", "4.jpg"]);
});

test("files without an entry, as scripts drop them, are taken by their names", async () => {
  const transfer = { items: [{ webkitGetAsEntry: () => null }], files: [{ name: "5.jpg" }] };
  assert.deepEqual(await review.foundIn(transfer), [{ path: "5.jpg", file: { name: "5.jpg" } }]);
});

const box = (...sides) => ({ box: sides });

test("the part that is shown holds what was read and left out, with a margin of half a box, inside the picture", () => {
  const answer = { digits: [box(100, 50, 20, 40), box(130, 60, 20, 30)], left_out: [box(5, 70, 10, 10)], width: 160, height: 200 };
  assert.deepEqual(readPart(answer), { left: 0, top: 30, width: 160, height: 80 });
});
