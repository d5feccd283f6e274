// Reads {"network": base64, "pictures": [[784 numbers], ...]} and writes the count of products, and for each picture what the
// network computes and the digit's way through it: of each neuron on the way its place, its sum, and what adds most to it.

import { readFileSync } from "node:fs";
import { layersOf, placeOf, strongestPath, sumOf } from "../../../static/js/inside/sums.js";
import { countProducts, feedforward, parseTrained } from "../../../static/js/network/trained_network.js";

const { network: bytes, pictures } = JSON.parse(readFileSync(0, "utf8"));
const network = parseTrained(new Uint8Array(Buffer.from(bytes, "base64")).buffer);
const computed = pictures.map((pixels) => {
  const { hidden, sums, activations } = feedforward(network, pixels);
  const layers = layersOf(network, pixels);
  const way = strongestPath(layers).map((neuron) => ({ place: placeOf(layers[neuron.layer], neuron), z: sumOf(layers, neuron).kept.z }));
  return { hidden: hidden.map(({ outputs }) => [...outputs]), sums: [...sums], activations, way };
});
const products = countProducts(network, feedforward(network, pictures[0]).hidden);
process.stdout.write(JSON.stringify({ computed, products }));
