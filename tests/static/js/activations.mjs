// Reads {"network": base64, "pictures": [[784 numbers], ...]} and writes the activations of the hidden and the output
// neurons of each picture, as static/js/network/article.js computes them.

import { readFileSync } from "node:fs";
import { articleLayers, inspect } from "../../../static/js/network/article.js";
import { parseTrained } from "../../../static/js/network/trained_network.js";

const { network: bytes, pictures } = JSON.parse(readFileSync(0, "utf8"));
const network = articleLayers(parseTrained(new Uint8Array(Buffer.from(bytes, "base64")).buffer));
const activations = pictures.map((pixels) => {
  const { hidden, output } = inspect(network, pixels);
  return [...hidden.activations, ...output.activations];
});
process.stdout.write(JSON.stringify(activations));
