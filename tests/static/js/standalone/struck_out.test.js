import assert from "node:assert/strict";
import { test } from "node:test";
import { croppedDigit } from "../../../../static/js/network/ink_to_mnist.js";
import { isStruckOut } from "../../../../static/js/standalone/struck_out.js";

const [WIDTH, HEIGHT, PEN] = [140, 120, 3];

/** A zero, 60 x 90, with a line through it. */
function zeroWithLine([fromX, fromY, toX, toY]) {
  const pixels = new Float32Array(WIDTH * HEIGHT);
  for (let place = 0; place < pixels.length; place++) {
    const [x, y] = [place % WIDTH, Math.floor(place / WIDTH)];
    const radius = Math.hypot((x - 70) / 30, (y - 55) / 45);
    const lineY = fromY + ((toY - fromY) * (x - fromX)) / (toX - fromX);
    const isOnLine = x >= fromX && x <= toX && Math.abs(y - lineY) <= PEN;
    pixels[place] = Number(Math.abs(radius - 1) < 0.1 || isOnLine);
  }
  return croppedDigit({ pixels, width: WIDTH, height: HEIGHT });
}

/** The drawings of tests/nn/reading/lines/test_look_alikes.py. @type {[string, number[], boolean][]} */
const LINES = [
  ["low", [0, 84, 139, 78], true],
  ["in the middle", [0, 60, 139, 60], true],
  ["no longer than the digit is high", [30, 60, 119, 60], false],
  ["as the cap of a 5", [0, 12, 139, 12], false],
  ["as the base of a 2", [0, 99, 139, 99], false],
];

for (const [name, line, isStruck] of LINES) {
  test(`a line ${name} ${isStruck ? "strikes" : "does not strike"} a digit out`, () => {
    assert.equal(isStruckOut(zeroWithLine(line)), isStruck);
  });
}

test("a digit that is higher than wide is not struck out", () => {
  const digit = { pixels: new Float32Array(60 * 90).fill(1), width: 60, height: 90 };
  assert.equal(isStruckOut(digit), false);
});
