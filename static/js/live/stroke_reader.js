/** Reads drawings beside the page, so that the pen is not waited for: it answers calls. */

import { digitOf } from "../network/network.js";
import { feedforward, parseTrained } from "../network/trained_network.js";
import { prepareDrawing, SEVEN } from "../pad/prepare_drawing.js";
import { inputsOf } from "../ui/pixels.js";
import { answerCalls } from "../ui/worker_calls.js";

/** @type {Map<string, import("../network/trained_network.js").TrainedNetwork>} */
const networks = new Map();

const WARM_UP = 5; // readings after which a browser has compiled what they need

const calls = {
  /** Takes a network, and gets it ready. @param {ArrayBuffer} weights as `parseTrained` takes them */
  load(name, weights) {
    networks.set(name, parseTrained(weights));
    for (let n = 0; n < WARM_UP; n++) calls.read(name, SEVEN);
  },
  /**
   * @param {import("../pad/drawing.js").Drawing} drawing
   * @returns {{digit: number, activations: number[], levels: Uint8Array}?} the 28 × 28 pixels and what the network computes from them; null
   *   where the ink may be several digits
   */
  read(name, drawing) {
    const prepared = prepareDrawing(drawing);
    if (prepared?.digits.length !== 1) return null;
    const { activations } = feedforward(networks.get(name), inputsOf(prepared.image));
    return { digit: digitOf(activations), activations, levels: prepared.image };
  },
};

answerCalls(calls);
