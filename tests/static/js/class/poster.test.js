import assert from "node:assert/strict";
import { test } from "node:test";
import { sizeFor } from "../../../../static/js/class/poster.js";

test("the more digits a class wrote, the smaller they are printed, so that two pages hold them", () => {
  const sizes = [1, 13, 45, 90].map((pupils) => sizeFor(Array(10).fill(pupils)));
  assert.deepEqual(sizes, [13, 13, 10, 6.5]);
  const rows = Math.ceil(90 / Math.floor(170 / 6.5));
  assert.ok(10 * rows * 6.5 <= 320);
});
