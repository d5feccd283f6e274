// Reads {"parameters": base64, "pixels": [784 numbers], "label", "rate"} and writes what static/js/lesson/training.js
// computes for the example: its cost, the derivatives by all parameters, and the parameters after a step.

import { readFileSync } from "node:fs";
import { parseNetwork } from "../../../static/js/inside/network.js";
import { backprop, updateMiniBatch } from "../../../static/js/lesson/training.js";

const { parameters, pixels, label, rate } = JSON.parse(readFileSync(0, "utf8"));
const network = parseNetwork(new Uint8Array(Buffer.from(parameters, "base64")).buffer);
const inOrder = ({ hidden, output }) => [hidden, output].flatMap(({ weights, biases }) => [...weights, ...biases]);
const { cost, gradients } = backprop(network, { pixels, label });
const stepped = updateMiniBatch(network, [{ pixels, label }], rate).network;
process.stdout.write(JSON.stringify({ cost, gradients: inOrder(gradients), stepped: inOrder(stepped) }));
