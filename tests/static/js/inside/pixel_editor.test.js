import assert from "node:assert/strict";
import { test } from "node:test";
import { EditedPicture } from "../../../../static/js/inside/pixel_editor.js";

const original = () => [0, 1, 0.5, 0];
const pixels = (edited) => [...edited.pixels];

/** Returns a picture after two strokes: ink on pixels 0 and 3, then paper on pixel 2. */
function afterTwoStrokes() {
  const edited = new EditedPicture(original());
  edited.paint([0], 1);
  edited.paint([3], 1);
  edited.endStroke();
  edited.paint([2], 0);
  edited.endStroke();
  return edited;
}

test("a stroke is undone whole, however many pixels it painted, and done again", () => {
  const edited = afterTwoStrokes();
  assert.deepEqual(pixels(edited), [1, 1, 0, 1]);
  edited.undo();
  assert.deepEqual(pixels(edited), [1, 1, 0.5, 1]);
  edited.undo();
  assert.deepEqual(pixels(edited), original());
  assert.equal(edited.canUndo, false);
  edited.redo();
  assert.deepEqual(pixels(edited), [1, 1, 0.5, 1]);
});

test("a pixel is changed while its value is another than in the original", () => {
  const edited = afterTwoStrokes();
  assert.deepEqual(edited.changed, [0, 2, 3]);
  edited.paint([0, 1], 0);
  assert.deepEqual(edited.changed, [1, 2, 3]);
});

test("a stroke that changes nothing is not there to undo", () => {
  const edited = new EditedPicture(original());
  edited.paint([1], 1);
  edited.endStroke();
  assert.equal(edited.canUndo, false);
});

test("to undo while a stroke is painted takes that stroke back", () => {
  const edited = new EditedPicture(original());
  edited.paint([0], 1);
  edited.undo();
  assert.deepEqual(pixels(edited), original());
});

test("all is undone at once, and that can be undone", () => {
  const edited = afterTwoStrokes();
  edited.undoAll();
  assert.deepEqual(edited.changed, []);
  edited.undo();
  assert.deepEqual(edited.changed, [0, 2, 3]);
});

test("with nothing changed there is nothing that undoing all could add", () => {
  const edited = new EditedPicture(original());
  edited.undoAll();
  assert.equal(edited.canUndo, false);
});

test("a solution begins with the original, is undone whole, and is not the visitor's own, nor is what follows", () => {
  const edited = afterTwoStrokes();
  edited.paint([1], 0.5); // a stroke that has not ended
  edited.startSolutionFromOriginal();
  edited.paint([1], 0);
  edited.endStroke();
  assert.deepEqual(edited.changed, [1]);
  edited.paint([3], 1);
  edited.endStroke();
  assert.equal(edited.isOwn, false);
  edited.undo();
  edited.undo();
  assert.equal(edited.isOwn, true);
  assert.deepEqual(edited.changed, [0, 1, 2, 3]);
});

test("after all is undone the picture is the visitor's own again", () => {
  const edited = new EditedPicture(original());
  edited.startSolutionFromOriginal();
  edited.paint([1], 0);
  edited.undoAll();
  edited.paint([0], 1);
  assert.equal(edited.isOwn, true);
});

test("the original stays as it was", () => {
  assert.deepEqual([...afterTwoStrokes().original], original());
});
