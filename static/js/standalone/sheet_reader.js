/** Reads photographs of class sheets beside the page, which takes a second or two: it answers calls. */

import { feedforward, parseTrained } from "../network/trained_network.js";
import { inputsOf } from "../ui/pixels.js";
import { answerCalls } from "../ui/worker_calls.js";
import { NoSheet, readBoxes } from "./sheet_boxes.js";

/** @type {Map<string, import("../network/trained_network.js").TrainedNetwork>} */
const networks = new Map();

answerCalls({
  /** Takes a network. @param {ArrayBuffer} weights as `parseTrained` takes them */
  load(name, weights) {
    networks.set(name, parseTrained(weights));
  },
  /**
   * @param {ArrayBuffer} pixels grey levels of a photograph @param {import("./sheet_boxes.js").Layout} layout
   * @returns {{fault: string, corners: number[]} | {page: object, missing: number[], boxes: object[]}} why there is no sheet; or its boxes, each
   *   with the activations of the networks
   */
  read(pixels, width, height, layout) {
    try {
      const { boxes, ...found } = readBoxes({ pixels: new Uint8Array(pixels), width, height }, layout);
      return { ...found, boxes: boxes.map((box) => ({ ...box, activations: box.image && read(box.image) })) };
    } catch (problem) {
      if (!(problem instanceof NoSheet)) throw problem;
      return { fault: problem.message, corners: problem.corners };
    }
  },
});

/** @returns {Record<string, number[]>} the activations of each network */
function read(image) {
  const inputs = inputsOf(image);
  return Object.fromEntries([...networks].map(([name, network]) => [name, feedforward(network, inputs).activations]));
}
