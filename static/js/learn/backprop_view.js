/** One step of back propagation on one digit, worked out in numbers. */

import { fromBase64 } from "../base64.js";
import { element, table } from "../inside/dom.js";
import { activationText, fixed, signed } from "../inside/format.js";
import { rowAndColumn } from "../inside/geometry.js";
import { drawPixels } from "../inside/pictures.js";
import { words } from "./words.js";

const TO_HIDDEN = 1; // layer
const DECIMALS = 4; // so many that what is shown adds up
const SMALL = 0.001; // a smaller number is shown in powers of ten

/** @param {HTMLElement} root of the player @param {import("./run.js").Run} run */
export function showBackprop(root, { backprop, settings }) {
  const part = (id) => root.querySelector(`#backprop-${id}`);
  part("part").hidden = !backprop;
  if (!backprop) return;
  const { image, label, target, output, cost, cost_after, weights } = backprop;
  drawPixels(part("digit"), Float32Array.from(fromBase64(image), (level) => level / 255));
  part("digit").ariaLabel = words.worst.picture(label);
  part("cost").textContent = words.backprop.cost(label, fixed(cost, 3), fixed(cost_after, 3));
  const outputs = target.map((y, digit) => [
    ...[String(digit), fixed(output.z[digit]), activationText(output.a[digit]), String(y)],
    small(output.delta[digit]),
  ]);
  part("outputs").replaceChildren(table(words.backprop.outputHeadings, outputs));
  const rows = weights.map((weight) => {
    const { input, delta, gradient, before, after } = weight;
    const a = (weight.layer === TO_HIDDEN ? fixed : activationText)(input, DECIMALS);
    const numbers = [a, small(delta), small(gradient), fixed(before, DECIMALS)];
    return [nameOf(weight), ...numbers, small(-settings.rate * gradient), fixed(after, DECIMALS)];
  });
  part("weights").replaceChildren(table(words.backprop.weightHeadings, rows));
}

/** From which input a weight leads to which neuron. */
function nameOf({ layer, source, target }) {
  if (layer !== TO_HIDDEN) return words.backprop.toOutput(source + 1, target);
  return words.backprop.toHidden(rowAndColumn(source), target + 1);
}

/** A number near 0 with its sign; a smaller one in powers of ten. */
function small(value) {
  if (value === 0 || Math.abs(value) >= SMALL) return signed(value, DECIMALS);
  const power = Math.floor(Math.log10(Math.abs(value)));
  return element("span", {}, `${signed(value / 10 ** power, 1)} · 10`, element("sup", {}, String(power).replace("-", "−")));
}
