/** The receptive field of a neuron: the pixels of the picture on which its activation depends. */

/**
 * @param {import("./network_layers.js").Layer[]} layers
 * @param {import("./network_layers.js").Neuron} neuron
 * @returns {{top: number, left: number, height: number, width: number}} in pixels
 */
export function receptiveField(layers, neuron) {
  let [rows, columns] = [
    [neuron.row, neuron.row],
    [neuron.column, neuron.column],
  ];
  for (let number = neuron.layer; number > 0; number--) {
    const { kernel } = layers[number];
    const { shape } = layers[number - 1];
    rows = inputsOf(rows, kernel.rows, kernel, shape.rows);
    columns = inputsOf(columns, kernel.columns, kernel, shape.columns);
  }
  const length = ([first, last]) => last - first + 1;
  return { top: rows[0], left: columns[0], height: length(rows), width: length(columns) };
}

/** @returns {[number, number]} the first and last row, or column, of the layer before, without its padding */
function inputsOf([first, last], size, { stride, padding, pooling }, side) {
  const start = stride * pooling * first - padding;
  const end = stride * (pooling * last + pooling - 1) - padding + size - 1;
  return [Math.max(start, 0), Math.min(end, side - 1)];
}
