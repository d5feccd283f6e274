/** Trains as steps 5 and 9 of the lesson: prints what is read right, and the costs, for each learning rate, count and seed. */

import { readFileSync } from "node:fs";
import { untrainedNetwork } from "../../../../static/js/network/article.js";
import { oneHot } from "../../../../static/js/network/losses.js";
import { uniformNumbers } from "../../../../static/js/network/random.js";

const { images, runs } = JSON.parse(readFileSync(0, "utf8"));
const pixels = Float32Array.from(Buffer.from(images, "base64"), (level) => level / 255);
const examples = (first, count) => ({
  inputs: pixels.slice(784 * first, 784 * (first + count)),
  labels: Uint8Array.from({ length: count }, (_, n) => n % 10),
});
const heldBack = examples(100, 100);

const outcomes = runs.map(({ count, rate, epochs, seed }) => {
  const [network, learnt] = [untrainedNetwork(seed), examples(0, count)];
  for (const _ of network.sgd(learnt, { epochs, miniBatchSize: 10, learningRate: rate }, uniformNumbers(seed)));
  const outcome = (digits) => ({
    right: network.evaluate(digits),
    cost: network.loss.cost(network.activations(digits.inputs), oneHot(digits.labels)),
  });
  return { learnt: outcome(learnt), heldBack: outcome(heldBack) };
});
console.log(JSON.stringify(outcomes));
