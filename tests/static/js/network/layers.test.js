import assert from "node:assert/strict";
import { test } from "node:test";
import { exp, sigmoid } from "../../../../static/js/network/layers.js";

test("the exponential function is as exact as float64 is", () => {
  for (let x = 0; x > -700; x -= 0.0371) {
    assert.ok(Math.abs(exp(x) / Math.exp(x) - 1) < 5e-16, `of ${x}`);
  }
  assert.equal(exp(0), 1);
  assert.equal(exp(-1000), 0);
  assert.equal(exp(-Infinity), 0);
  assert.ok(Number.isNaN(exp(NaN)));
});

test("the sigmoid of 0 is a half, and it ends at 0 and 1", () => {
  assert.equal(sigmoid(0), 0.5);
  assert.equal(sigmoid(-1000), 0);
  assert.equal(sigmoid(1000), 1);
  assert.ok(Math.abs(sigmoid(Math.log(3)) - 0.75) < 1e-15);
  assert.ok(Number.isNaN(sigmoid(NaN)));
});

test("its bits are these, in whatever browser", () => {
  const bits = (number) => Buffer.from(new Float64Array([number]).buffer).toString("hex");
  assert.equal(bits(exp(-1)), "38ef2c36568bd73f");
  assert.equal(bits(exp(-20.25)), "3bca271ede931b3e");
  assert.equal(bits(sigmoid(3.7)), "82f501f8593aef3f");
});
