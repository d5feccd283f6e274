// Reads {"network": base64, "pictures": [[784 numbers], ...]} and writes the count of products, and for each picture what the
// network computes and a way through it: of a neuron of each layer its place and its sum.

import { readFileSync } from "node:fs";
import { layersOf, mostActive, placeOf, sumOf } from "../../../static/js/inside/sums.js";
import { countProducts, feedforward, parseTrained } from "../../../static/js/network/trained_network.js";

const { network: bytes, pictures } = JSON.parse(readFileSync(0, "utf8"));
const network = parseTrained(new Uint8Array(Buffer.from(bytes, "base64")).buffer);
const computed = pictures.map((pixels) => {
  const { hidden, sums, activations } = feedforward(network, pixels);
  const layers = layersOf(network, pixels);
  const answer = sums.indexOf(Math.max(...sums));
  const neurons = layers.slice(1).map((_, index) => mostActive(layers, index + 1, index === hidden.length ? answer : 3));
  const way = neurons.map((neuron) => ({ place: placeOf(layers[neuron.layer], neuron), z: sumOf(layers, neuron).kept.z }));
  return { hidden: hidden.map(({ outputs }) => [...outputs]), sums: [...sums], activations, way };
});
const products = countProducts(network, feedforward(network, pictures[0]).hidden);
process.stdout.write(JSON.stringify({ computed, products }));
