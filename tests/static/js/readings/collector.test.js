import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Collector } from "../../../../static/js/readings/collector.js";
import { EntryList } from "../../../../static/js/readings/entry_list.js";

const EMPTY = { strokes: [], squares: 1 };
const drawing = (...times) => ({ strokes: times.map((time_ms) => ({ points: [], time_ms })), squares: 1 });
const answer = (text) => ({ text, digits: [], certain: true });
const store = { keep() {} };

/** A pad whose drawings are all answered, with the number of their strokes. */
class Pad {
  constructor(readings = [], first = EMPTY) {
    this.list = new EntryList(store, readings);
    this.collector = new Collector(this.list, first, () => "data:,");
    this.note(first);
  }

  note(shown) {
    if (shown.strokes.length > 0) this.collector.note(shown, answer(String(shown.strokes.length)));
  }

  show(shown, { isUndo = false } = {}) {
    this.collector.change(shown, isUndo);
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
  pad.collector.change(drawing(1, 2), false);
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

test("what the user chose to be written joins as the correction", () => {
  const pad = new Pad().show(drawing(1));
  pad.collector.choose("1\n1");
  pad.note(drawing(1)); // read again, by another network
  pad.show(EMPTY);
  assert.deepEqual(pad.readings.map(({ correction }) => correction), ["1 1"]);
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

test("what is on the pad joins where the list is shown in its place, and is the same reading when it goes on", () => {
  const pad = new Pad().show(drawing(1));
  pad.collector.collect();
  pad.collector.collect();
  assert.deepEqual(pad.texts, ["1"]);
  assert.deepEqual(pad.show(drawing(1, 2)).texts, []);
  assert.deepEqual(pad.show(EMPTY).texts, ["2"]);
});
