// Reads {"parameters": base64, "pictures": [[784 numbers], ...]} and writes the activations of the hidden and the output
// neurons of each picture, as static/js/network/article.js computes them.

import { readFileSync } from "node:fs";
import { inspect, parseNetwork } from "../../../static/js/network/article.js";

const { parameters, pictures } = JSON.parse(readFileSync(0, "utf8"));
const network = parseNetwork(new Uint8Array(Buffer.from(parameters, "base64")).buffer);
const activations = pictures.map((pixels) => {
  const { hidden, output } = inspect(network, pixels);
  return [...hidden.activations, ...output.activations];
});
process.stdout.write(JSON.stringify(activations));
