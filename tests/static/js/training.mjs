// Reads the parameters of a network, pixels, labels and orders of mini-batches; writes what static/js/network computes: the
// gradients of the first mini-batch, the activations of its examples, and the parameters after a step for each mini-batch.

import { readFileSync } from "node:fs";
import { ArticleNetwork } from "../../../static/js/network/article.js";
import { oneHot } from "../../../static/js/network/losses.js";

const { hidden, kinds, parameters, inputs, labels, batches, rate, penalty } = JSON.parse(readFileSync(0, "utf8"));
const network = new ArticleNetwork(hidden, () => 0.5, kinds);
network.parameters.set(parameters);
network.penalty = penalty;
const written = {};
for (const batch of batches) {
  const pixels = Float32Array.from(batch.flatMap((place) => inputs[place]));
  if (batch === batches[0]) written.activations = [...network.feedforward(pixels)];
  const cost = network.updateMiniBatch(pixels, oneHot(batch.map((place) => labels[place])), rate);
  if (batch === batches[0]) Object.assign(written, { cost, gradients: [...network.gradients] });
}
process.stdout.write(JSON.stringify({ ...written, parameters: [...network.parameters] }));
