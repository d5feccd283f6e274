/**
 * Reads the article's network and a larger one, and the pixels of a digit, as JSON; searches the fewest pixels with which the first
 * reads the runner-up; prints their number, and what each network reads before and after.
 */

import { readFileSync } from "node:fs";
import { fewestPixels } from "../../../../static/js/inside/puzzle.js";
import { twoLargest } from "../../../../static/js/inside/sums.js";
import { articleLayers, inspect } from "../../../../static/js/network/article.js";
import { feedforward, parseTrained } from "../../../../static/js/network/trained_network.js";

const { networks, pixels } = JSON.parse(readFileSync(0, "utf8"));
const [small, large] = networks.map((bytes) => parseTrained(new Uint8Array(Buffer.from(bytes, "base64")).buffer));
const layers = articleLayers(small);
const [, target] = twoLargest(inspect(layers, pixels).output.z);
const { steps } = fewestPixels(layers, pixels, target);
const changed = [...pixels];
for (const { place, value } of steps) changed[place] = value;
const both = (read) => [pixels, changed].map((each) => twoLargest(read(each))[0]);
const result = {
  pixels: new Set(steps.map(({ place }) => place)).size,
  small: both((each) => inspect(layers, each).output.z),
  large: both((each) => feedforward(large, each).activations),
};
process.stdout.write(JSON.stringify(result));
