// Reads {"network": base64, "pictures": [[784 numbers], ...]} and writes for each picture what the network computes, and
// the median of the milliseconds that it takes.

import { readFileSync } from "node:fs";
import { feedforward, parseTrained } from "../../../static/js/network/trained_network.js";
import { describe } from "../../../static/js/standalone/answers.js";

const { network: bytes, pictures } = JSON.parse(readFileSync(0, "utf8"));
const network = parseTrained(new Uint8Array(Buffer.from(bytes, "base64")).buffer);
const times = [];
const computed = pictures.map((pixels) => {
  const start = performance.now();
  const all = feedforward(network, pixels);
  times.push(performance.now() - start);
  const { hidden, sums, activations } = all;
  const path = describe(network, all, pixels).layers.map(({ strongest }) => strongest);
  return { hidden: hidden.map(({ outputs }) => [...outputs]), sums: [...sums], activations, path };
});
const milliseconds = times.sort((one, other) => one - other)[Math.floor(times.length / 2)];
process.stdout.write(JSON.stringify({ computed, milliseconds }));
