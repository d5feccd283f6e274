/** The weights of single neurons, loaded when they are shown, each once. */

export class NeuronWeights {
  /** @type {Map<string, Promise<import("./neuron_sum.js").Weights>>} */
  #loaded = new Map();

  /** @param {Record<string, string>} hashes of the weights, by the network's name: browsers keep what they name */
  constructor(hashes) {
    this.hashes = hashes;
  }

  /**
   * @param {string} model
   * @param {number} layer from 1, as 0 is the picture
   * @param {number} channel its map or neuron, from 0
   * @returns {Promise<import("./neuron_sum.js").Weights>} rejected when they cannot be loaded
   */
  load(model, layer, channel) {
    const query = new URLSearchParams({ model, layer: layer - 1, channel, sha256: this.hashes[model] });
    const url = `models/weights?${query}`;
    if (!this.#loaded.has(url)) this.#loaded.set(url, request(url).catch((error) => this.#fail(url, error)));
    return this.#loaded.get(url);
  }

  /** Forgets what could not be loaded, so that it is asked for again. */
  #fail(url, error) {
    this.#loaded.delete(url);
    throw error;
  }
}

async function request(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(response.statusText);
  return parseWeights(await response.arrayBuffer());
}

/** @param {ArrayBuffer} buffer float32, little-endian: the weights, then the bias */
export function parseWeights(buffer) {
  const view = new DataView(buffer);
  const numbers = Float32Array.from({ length: buffer.byteLength / 4 }, (_, place) => view.getFloat32(4 * place, true));
  return { weights: numbers.subarray(0, -1), bias: numbers.at(-1) };
}
