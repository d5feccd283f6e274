/** Reads a recording of a training as the learning page does; prints what it computes of it. */

import { readFileSync } from "node:fs";
import { inspect } from "../../../static/js/network/article.js";
import { incomingWeights } from "../../../static/js/inside/sums.js";
import { Run } from "../../../static/js/learn/run.js";

const run = new Run(JSON.parse(readFileSync(0, "utf8")));
const activations = run.worst.map(({ pixels }) => inspect(run.network, pixels).output.activations);
const pictures = run.weightsAt(run.frames.length - 1).neurons.map((weights) => [...weights]);
const weights = pictures.map((_, neuron) => incomingWeights(run.network.hidden, neuron));
process.stdout.write(JSON.stringify({ activations, pictures, weights }));
