/** The lesson: ten steps, each with the visitor's own digit. */

import { strongestHidden, twoLargest } from "./inside/sums.js";
import { inspect, parseNetwork } from "./network/article.js";
import { drawPixels, onPaletteChange, paletteOf } from "./ui/pixels.js";
import { words as inside } from "./inside/words.js";
import { keepStateIn } from "./state.js";
import { loadExamples } from "./lesson/examples.js";
import {
  BackpropView,
  ClassifierView,
  CostView,
  ForwardView,
  NetworkView,
  PixelsView,
  SigmoidView,
} from "./lesson/network_steps.js";
import { OwnDigitPad } from "./lesson/own_digit.js";
import { MiniBatchView, SgdView, TogetherView } from "./lesson/training_steps.js";
import { Tour } from "./lesson/tour.js";
import { words } from "./lesson/words.js";
import { listenForProjector } from "./classroom/projector.js";

/**
 * @typedef {{pixels: Float32Array, file: Blob, message: string?, isExample: boolean, label: number,
 *   network: import("./network/article.js").Layers?, computed: object?, palette: import("./ui/pixels.js").Palette,
 *   chosen: import("./inside/network_view.js").Chosen}} State of all steps: the digit, what it is said to be, and the
 *   article's network with what it computes; network and computed are null without that
 */

const byId = (id) => document.getElementById(id);
const root = byId("lesson");
/** @type {Partial<State>} */
const state = { pixels: null, network: null, computed: null, chosen: null };
const problems = { loading: null, reading: null };

const choose = (chosen) => update({ chosen });
const cannotLoad = () => showProblem("loading", inside.cannotLoad);
const views = {
  data: new PixelsView(byId("data")),
  sigmoid: new SigmoidView(byId("sigmoid"), choose),
  network: new NetworkView(byId("network"), choose),
  "feed-forward": new ForwardView(byId("feed-forward"), choose),
  sgd: new SgdView(byId("sgd"), cannotLoad),
  "mini-batch": new MiniBatchView(byId("mini-batch"), cannotLoad),
  "back-prop": new BackpropView(byId("back-prop"), choose),
  "cost-derivative": new CostView(byId("cost-derivative")),
  together: new TogetherView(byId("together"), cannotLoad),
  classifier: new ClassifierView(byId("classifier")),
};

/** Changes the state, and shows it in the step that is shown. @param {Partial<State>} changes */
function update(changes) {
  Object.assign(state, changes);
  if (!state.pixels) return;
  state.computed = state.network && inspect(state.network, state.pixels);
  if (state.computed) state.chosen ??= strongestHidden(state.network.output, state.computed);
  showOwnDigit();
  show(tour.current);
  loaded.then(endLoading);
}

function showOwnDigit() {
  drawPixels(byId("own-pixels"), state.pixels);
  byId("own-label").value = String(state.label);
  const parts = [state.message, state.computed ? sentence(state) : words.ownAlone(state.isExample)];
  byId("own-state").textContent = parts.filter(Boolean).join(" ");
}

function sentence({ isExample, computed: { output } }) {
  const [digit] = twoLargest(output.activations);
  return words.own(isExample, digit, output.activations[digit]);
}

/** @param {string} step */
function show(step) {
  const needsNetwork = byId(step).querySelector(".of-network");
  if (!state.pixels || (needsNetwork && !state.network)) return;
  views[step].show({ ...state, palette: paletteOf(root) });
}

function showAll() {
  for (const step of Object.keys(views)) show(step);
}

/** Shows what hinders: one sentence of each kind. @param {"loading" | "reading"} kind @param {string?} text null if nothing */
function showProblem(kind, text) {
  problems[kind] = text;
  if (text) endLoading();
  const texts = Object.values(problems).filter(Boolean);
  byId("lesson-problem").hidden = texts.length === 0;
  byId("lesson-problem").textContent = texts.join(" ");
}

/** Until all is there nothing is shown that would move. */
function endLoading() {
  root.classList.remove("is-loading");
}

async function loadNetwork() {
  const address = root.dataset.parameters;
  if (!address) return;
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error(response.statusText);
    const network = parseNetwork(await response.arrayBuffer());
    root.classList.remove("is-without-network");
    update({ network });
  } catch {
    cannotLoad();
  }
}

root.classList.add("is-loading", "is-without-network");
const loaded = Promise.allSettled([loadNetwork(), loadExamples()]); // what fails is said where it is needed
const tour = new Tour(root, (step) => state.pixels && show(step));
new OwnDigitPad(byId("data"), root.dataset, {
  onDigit: ({ digit, ...others }) => update({ ...others, label: digit }),
  onProblem: (problem) => showProblem("reading", problem && `${problem.title} ${problem.message}`),
});
byId("own-label").addEventListener("change", ({ target }) => update({ label: Number(target.value) }));
listenForProjector(byId("projector"));
keepStateIn(document.querySelectorAll(".languages a"));
onPaletteChange(() => state.pixels && show(tour.current));
addEventListener("beforeprint", () => {
  root.classList.add("is-printed");
  showAll();
});
addEventListener("afterprint", () => root.classList.remove("is-printed"));
