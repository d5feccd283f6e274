import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Collector } from "../../../../static/js/readings/collector.js";
import { EntryList } from "../../../../static/js/readings/entry_list.js";

const EMPTY = { strokes: [], squares: 1 };
const drawing = (...times) => ({ strokes: times.map((time_ms) => ({ points: [], time_ms })), squares: 1 });
const answer = (text) => ({ text, digits: [], certain: true });
const store = { keep() {} };
const images = { picture: "data:,", thumbnail: "data:," };

/** A pad whose drawings are all answered, with the number of their strokes. */
class Pad {
  constructor(readings = [], first = EMPTY) {
    this.list = new EntryList(store, readings);
    this.collector = new Collector(this.list, first, () => "data:,");
    this.note(first);
  }

  note(shown) {
    if (shown.strokes.length > 0) this.collector.noteDrawing(shown, answer(String(shown.strokes.length)));
  }

  show(shown, { isUndo = false } = {}) {
    this.collector.changeDrawing(shown, isUndo);
    this.note(shown);
    return this;
  }

  undoTo(shown) {
    return this.show(shown, { isUndo: true });
  }

  get readings() {
    return this.list.all.toReversed();
  }

  get texts() {
    return this.readings.map((reading) => reading.answer.text);
  }
}

const cleared = () => new Pad().show(drawing(1)).show(drawing(1, 2)).show(EMPTY);

test("a drawing of two strokes is one reading, which joins when it is cleared", () => {
  const pad = new Pad().show(drawing(1)).show(drawing(1, 2));
  assert.deepEqual(pad.texts, []);
  assert.deepEqual(pad.show(EMPTY).texts, ["2"]);
});

test("undo of a clear takes it out again, and what it becomes then is one reading", () => {
  const pad = cleared().undoTo(drawing(1, 2));
  assert.deepEqual(pad.texts, []);
  assert.deepEqual(pad.show(drawing(1, 2, 3)).show(EMPTY).texts, ["3"]);
});

test("a clear that is undone and done again keeps the reading's correction", () => {
  const pad = cleared();
  pad.list.correct([{ ...pad.readings[0], correction: "4" }]);
  pad.undoTo(drawing(1, 2)).show(EMPTY);
  assert.deepEqual(pad.texts, ["2"]);
  assert.equal(pad.readings[0].correction, "4");
  pad.undoTo(drawing(1, 2)).show(drawing(1, 2, 3)).show(EMPTY);
  assert.equal(pad.readings[0].correction, null); // another drawing
});

test("a drawing that is undone stroke by stroke does not join", () => {
  assert.deepEqual(new Pad().show(drawing(1)).undoTo(EMPTY).show(drawing(2)).show(EMPTY).texts, ["1"]);
});

test("a drawing that was not read to its end does not join", () => {
  const pad = new Pad().show(drawing(1));
  pad.collector.changeDrawing(drawing(1, 2), false);
  assert.deepEqual(pad.show(EMPTY).texts, []);
});

test("an opened reading stays in the list, and is not there twice when it is cleared as it was", () => {
  const pad = cleared().show(drawing(3));
  assert.equal(pad.collector.opened, undefined);
  pad.show(drawing(1, 2));
  assert.deepEqual(pad.texts, ["1", "2"]); // what was on the pad has joined
  assert.equal(pad.collector.opened.answer.text, "2");
  assert.deepEqual(pad.show(EMPTY).texts, ["1", "2"]);
  assert.deepEqual(pad.undoTo(drawing(1, 2)).texts, ["1", "2"]);
  assert.deepEqual(pad.undoTo(drawing(3)).texts, ["2"]); // undo of the opening
});

test("an opened reading with another stroke is another reading", () => {
  const pad = cleared().show(drawing(1, 2)).show(drawing(1, 2, 3)).show(EMPTY);
  assert.deepEqual(pad.texts, ["3", "2"]);
});

test("after a reload the drawing on the pad joins when it is cleared, an opened one not again", () => {
  const { readings } = cleared();
  assert.deepEqual(new Pad(readings, drawing(7)).show(EMPTY).texts, ["1", "2"]);
  assert.deepEqual(new Pad(readings, drawing(1, 2)).show(EMPTY).texts, ["2"]);
});

test("a picture joins when another takes its place, when it is removed, and when the page is left", () => {
  const pad = new Pad();
  const [first, second] = [new File([], "a.png"), new File([], "b.png")];
  const show = (file, text) => {
    pad.collector.changePicture(file);
    if (file) pad.collector.notePicture(file, images, answer(text));
  };
  show(first, "first");
  show(second, "second");
  assert.deepEqual(pad.texts, ["first"]);
  show(null);
  assert.deepEqual(pad.texts, ["second", "first"]);
  show(new File([], "a.png"), "third");
  pad.collector.leave();
  show(null); // the page was not lost: the browser had kept it
  assert.deepEqual(pad.texts, ["third", "second", "first"]);
});

test("an opened picture is not there twice", () => {
  const pad = new Pad();
  const file = new File([], "a.png");
  pad.collector.changePicture(file);
  pad.collector.notePicture(file, images, answer("5"));
  pad.collector.changePicture(null);
  const opened = new File([], "reading");
  pad.collector.noteOpening(opened, pad.readings[0].id);
  pad.collector.changePicture(opened);
  pad.collector.notePicture(opened, images, answer("6"));
  assert.equal(pad.collector.opened.answer.text, "5");
  pad.collector.changePicture(null);
  assert.deepEqual(pad.texts, ["5"]);
});

test("the drawing under a picture has not left the pad", () => {
  const pad = new Pad().show(drawing(1));
  pad.collector.changePicture(new File([], "a.png"));
  pad.collector.changePicture(null);
  assert.deepEqual(pad.texts, []);
  assert.deepEqual(pad.show(EMPTY).texts, ["1"]);
});

test("a reading is named after its time, which no other has, and the newest is first", () => {
  mock.timers.enable({ apis: ["Date"], now: 1000 });
  const ahead = { id: 5000, drawing: drawing(1), answer: answer("ahead") };
  const pad = new Pad([ahead]).show(drawing(2)).show(EMPTY).show(drawing(3)).show(EMPTY);
  pad.list.remove([pad.readings[0].id]);
  pad.show(drawing(4)).show(EMPTY);
  pad.list.undo();
  mock.timers.reset();
  assert.deepEqual(pad.readings.map(({ id }) => id), [5003, 5002, 5001, 5000]);
});

test("undo of a clear brings a drawing back whose reading was removed meanwhile", () => {
  const pad = cleared();
  pad.list.remove([pad.readings[0].id]);
  assert.deepEqual(pad.undoTo(drawing(1, 2)).texts, []);
  assert.deepEqual(pad.show(EMPTY).texts, ["2"]);
});

test("what the user chose to be written joins as the correction, of a drawing and of a picture", () => {
  const pad = new Pad().show(drawing(1));
  pad.collector.choose("1\n1");
  pad.note(drawing(1)); // read again, by another network
  pad.show(EMPTY);
  const file = new File([], "a.png");
  pad.collector.changePicture(file);
  pad.collector.notePicture(file, images, answer("27"));
  pad.collector.choose("2\n7");
  pad.collector.notePicture(file, images, answer("27"));
  pad.collector.changePicture(null);
  assert.deepEqual(pad.readings.map(({ correction }) => correction), ["2 7", "1 1"]);
});

test("a reading that was opened again is corrected by a choice", () => {
  const pad = cleared().show(drawing(1, 2));
  pad.collector.choose("2\n7");
  assert.deepEqual(pad.readings.map(({ correction }) => correction), ["2 7"]);
});

test("a choice without an answer changes nothing", () => {
  const pad = new Pad();
  pad.collector.choose("27");
  assert.deepEqual(pad.texts, []);
});

test("a picture that is shown again after a reload is the reading that it joined as when the page was left", () => {
  const before = new Pad();
  const left = new File([], "a.png");
  before.collector.changePicture(left);
  before.collector.notePicture(left, { ...images, picture: "data:,7" }, answer("7"));
  before.collector.leave();
  const { collector, list } = new Pad(before.readings);
  const file = new File([], "a.png");
  collector.noteOpening(file, list.all[0].id);
  collector.changePicture(file);
  collector.notePicture(file, { ...images, picture: "data:,7" }, answer("7"));
  assert.equal(collector.opened, before.readings[0]);
  collector.leave();
  assert.equal(list.all.length, 1);
});

test("pictures whose answers come after they left the pad join in the order in which they were shown", () => {
  const { collector, list } = new Pad();
  const files = ["a.png", "b.png", "c.png"].map((name) => new File([], name));
  for (const file of [...files, null]) collector.changePicture(file);
  for (const place of [1, 2, 0]) collector.notePicture(files[place], images, answer(String(place)));
  collector.notePicture(files[0], images, answer("again"));
  assert.deepEqual(list.all.map(({ answer: { text } }) => text), ["0", "1", "2"]);
});

test("all that is saved includes what is on the pad, once, and no answer to what was there before another stroke", () => {
  const pad = cleared().show(drawing(3));
  const file = new File([], "a.png");
  pad.collector.changePicture(file);
  pad.collector.notePicture(file, images, answer("27"));
  const all = () => pad.collector.all.map(({ answer: { text } }) => text);
  assert.deepEqual(all(), ["2", "1", "27"]);
  assert.ok(pad.collector.all.every(({ id }) => Number.isInteger(id)));
  pad.collector.leave();
  assert.deepEqual(all(), ["2", "27", "1"]); // the picture has joined, and is there once
  pad.collector.changePicture(null);
  pad.collector.changeDrawing(drawing(3, 4), false);
  assert.deepEqual(all(), ["2", "27"]);
});
