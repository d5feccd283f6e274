/** The way of a digit through a network: in each layer the neuron that adds most to the next one. */

/** @typedef {import("./convolution.js").WeightedLayer} WeightedLayer @typedef {import("./trained_network.js").Outputs} Outputs */

/**
 * As `strongest_path` of nn/models/weighted_layers.py.
 * @param {WeightedLayer[]} layers all of a network
 * @param {Outputs[]} hidden outputs of each but the last of them
 * @param {number} digit output from which the path goes down
 * @returns {number[]} position in each of these outputs of a neuron on the way to the digit
 */
export function strongestPath(layers, hidden, digit) {
  const path = [];
  let output = { row: 0, column: 0, channel: digit };
  for (let number = hidden.length - 1; number >= 0; number--) {
    const { outputs, size } = hidden[number];
    const position = strongestInput(layers[number + 1], outputs, size, output);
    path.unshift(position);
    output = placeOf(position, size);
  }
  return path;
}

function placeOf(position, { columns, channels }) {
  const pixel = Math.floor(position / channels);
  return { row: Math.floor(pixel / columns), column: pixel % columns, channel: position % channels };
}

/** @returns {number} position in the inputs of the neuron that adds most to an output, in the window that pooling keeps */
function strongestInput(layer, inputs, size, output) {
  const windows = windowsOf(layer, output).map((corner) => productsAt(layer, inputs, size, corner, output.channel));
  const sums = windows.map(({ ofChannels }) => ofChannels.reduce((sum, each) => sum + each, 0));
  const { top, left, products, ofChannels } = windows[largest(sums)];
  const [rows, columns, channels] = layer.shape;
  const channel = largest(ofChannels);
  const cell = largest(Float64Array.from({ length: rows * columns }, (_, each) => products[each * channels + channel]));
  // Where no product is above 0, it may be one of the padding's.
  const row = clip(top + Math.floor(cell / columns), size.rows);
  return (row * size.columns + clip(left + (cell % columns), size.columns)) * channels + channel;
}

/** @returns {{top: number, left: number}[]} the windows of the sums of which an output is the largest */
function windowsOf({ isConvolution, stride, padding, pooling }, { row, column }) {
  const corner = (place, step) => (isConvolution ? stride * (pooling * place + step) - padding : 0);
  const steps = [...Array(pooling).keys()];
  return steps.flatMap((down) => steps.map((right) => ({ top: corner(row, down), left: corner(column, right) })));
}

/** Returns the products of a kernel and its window, and their sum in each channel of the inputs. */
function productsAt({ weights, shape }, inputs, size, { top, left }, output) {
  const [rows, columns, channels, outputs] = shape;
  const products = new Float64Array(rows * columns * channels);
  const ofChannels = new Float64Array(channels);
  for (let cell = 0; cell < rows * columns; cell++) {
    const [row, column] = [top + Math.floor(cell / columns), left + (cell % columns)];
    if (row < 0 || row >= size.rows || column < 0 || column >= size.columns) continue; // padding
    for (let channel = 0; channel < channels; channel++) {
      const place = cell * channels + channel;
      products[place] = inputs[(row * size.columns + column) * channels + channel] * weights[place * outputs + output];
      ofChannels[channel] += products[place];
    }
  }
  return { top, left, products, ofChannels };
}

/** @param {ArrayLike<number>} numbers @returns {number} place of the first of the largest */
function largest(numbers) {
  let best = 0;
  for (let place = 1; place < numbers.length; place++) if (numbers[place] > numbers[best]) best = place;
  return best;
}

const clip = (place, side) => Math.min(Math.max(place, 0), side - 1);
