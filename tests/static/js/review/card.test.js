import assert from "node:assert/strict";
import { test } from "node:test";
import { readPart } from "../../../../static/js/review/card.js";

const box = (...sides) => ({ box: sides });

test("the part that is shown holds what was read and left out, with a margin of half a box, inside the picture", () => {
  const answer = { digits: [box(100, 50, 20, 40), box(130, 60, 20, 30)], left_out: [box(5, 70, 10, 10)], width: 160, height: 200 };
  assert.deepEqual(readPart(answer), { left: 0, top: 30, width: 160, height: 80 });
});
