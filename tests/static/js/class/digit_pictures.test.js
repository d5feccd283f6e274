import assert from "node:assert/strict";
import { test } from "node:test";
import { sizeFor } from "../../../../static/js/class/digit_pictures.js";

test("the more digits a class wrote, the smaller they are printed: on one page if they stay large, or else on two", () => {
  const sizes = [1, 12, 17, 21, 22, 45, 90].map((pupils) => sizeFor(Array(10).fill(pupils)));
  assert.deepEqual(sizes, [10, 10, 10, 8, 13, 10, 6.5]);
});
