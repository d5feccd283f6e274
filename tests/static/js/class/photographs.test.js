import assert from "node:assert/strict";
import { test } from "node:test";
import { quarterTurns, turned } from "../../../../static/js/class/photographs.js";

const SIZE = { width: 100, height: 40 };

/** Returns a box of a sheet that was photographed after so many turns to the left. */
function box(turns, [right, down]) {
  const corners = [[0, 0], [right, down], [right - down, down + right], [-down, right]];
  const back = [([x, y]) => [x, y], ([x, y]) => [y, -x], ([x, y]) => [-x, -y], ([x, y]) => [-y, x]];
  return { corners: corners.map(back[turns]) };
}

for (const turns of [0, 1, 2, 3]) {
  test(`a sheet that needs ${turns} quarter turns gets them, however crooked it lies besides`, () => {
    assert.equal(quarterTurns([box(turns, [10, 0])]), turns);
    assert.equal(quarterTurns([box(turns, [10, 6]), box(turns, [10, -3])]), turns);
  });
}

test("points move with the picture, whose sides change places at odd turns", () => {
  const corners = [0, 1, 2, 3].map((turns) => turned(SIZE, turns));
  assert.deepEqual(corners.map(({ width, height }) => [width, height]), [[100, 40], [40, 100], [100, 40], [40, 100]]);
  // Its top left corner goes clockwise around the picture.
  assert.deepEqual(corners.map(({ turn }) => turn([0, 0])), [[0, 0], [40, 0], [100, 40], [0, 100]]);
  assert.deepEqual(corners.map(({ turn }) => turn([100, 0])), [[100, 0], [40, 100], [0, 40], [0, 0]]);
});
