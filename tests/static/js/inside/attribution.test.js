import assert from "node:assert/strict";
import { test } from "node:test";
import { explainGap } from "../../../../static/js/inside/attribution.js";
import { inspect, untrainedNetwork } from "../../../../static/js/network/article.js";

const network = untrainedNetwork(5);
const pixels = Float64Array.from({ length: 784 }, (_, place) => (place % 7 === 0 ? 0.8 : place % 11 === 0 ? 0.3 : 0));
const total = (numbers) => numbers.reduce((sum, each) => sum + each, 0);
const gap = (inputs) => {
  const { z } = inspect(network, inputs).output;
  return z[2] - z[9];
};

test("the contributions add up to the gap of the picture minus that of blank paper", () => {
  const { contributions, gap: explained, blankGap } = explainGap(network, pixels, 2, 9);
  assert.ok(Math.abs(explained - gap(pixels)) < 1e-12);
  assert.ok(Math.abs(blankGap - gap(new Float64Array(784))) < 1e-12);
  assert.ok(Math.abs(total(contributions) - (explained - blankGap)) < 1e-9);
});

test("they are the integral of the gradient along the way from blank paper to the picture", () => {
  const { contributions } = explainGap(network, pixels, 2, 9);
  const steps = 200;
  const small = 1e-4;
  for (const place of [0, 11, 14, 77]) {
    const slopes = Array.from({ length: steps }, (_, step) => {
      const along = pixels.map((pixel) => (pixel * (step + 0.5)) / steps);
      const [more, less] = [along.slice(), along.slice()];
      more[place] += small;
      less[place] -= small;
      return (gap(more) - gap(less)) / (2 * small);
    });
    const integral = (pixels[place] * total(slopes)) / steps;
    assert.ok(Math.abs(contributions[place] - integral) < 1e-5, `${contributions[place]} and ${integral}`);
  }
});

test("paper contributes nothing, and of blank paper nothing is explained", () => {
  const { contributions } = explainGap(network, pixels, 2, 9);
  contributions.forEach((each, place) => pixels[place] === 0 && assert.equal(each, 0));
  assert.equal(total(explainGap(network, new Float64Array(784), 2, 9).contributions), 0);
});

test("a neuron whose sum is 0 is explained by the slope of the sigmoid", () => {
  const zeros = (length) => new Float32Array(length);
  const layers = {
    hidden: { weights: zeros(784 * 15), biases: zeros(15) },
    output: { weights: zeros(150), biases: zeros(10) },
  };
  [layers.hidden.weights[0], layers.hidden.weights[15]] = [1, -1]; // of pixels 0 and 1 to neuron 0
  layers.output.weights[2] = 4; // of neuron 0 to output 2
  const two = Float64Array.from({ length: 784 }, (_, place) => (place < 2 ? 1 : 0));
  const { contributions } = explainGap(layers, two, 2, 9);
  assert.deepEqual(contributions.slice(0, 2), [1, -1]); // 4 · 0.25 · ±1: the slope at 0 is a quarter
});
