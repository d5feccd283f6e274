/** Reads a recording of a training; prints what the page asks the server for to break or disturb it in each way. */

import { readFileSync } from "node:fs";
import { toBase64 } from "../../../../static/js/base64.js";
import { KNOB_BREAKS, NETWORK_BREAKS, strongestNeuron } from "../../../../static/js/learn/breaks.js";
import { knobsOf, toRequest } from "../../../../static/js/learn/knobs.js";
import { Run, toBytes, toVector } from "../../../../static/js/learn/run.js";

const { network, settings } = new Run(JSON.parse(readFileSync(0, "utf8")));
const request = (change) => toRequest({ ...knobsOf(settings), ...change }).settings;
const changed = (change) => change(network, { neuron: strongestNeuron(network), seed: settings.seed });
const learnOn = (change) => ({ ...request({}), start: "given", parameters: toBase64(toBytes(toVector(changed(change)))) });
const each = (ways, make) => Object.entries(ways).map(([name, change]) => [name, make(change)]);
process.stdout.write(JSON.stringify(Object.fromEntries([...each(KNOB_BREAKS, request), ...each(NETWORK_BREAKS, learnOn)])));
