/** The lesson: ten steps, four words and ten questions, of which one is shown, with the visitor's own digit. */

import { isProjected, listenForProjector } from "./classroom/projector.js";
import { strongestHidden } from "./inside/sums.js";
import { BackpropView } from "./lesson/back_prop_step.js";
import { ClassifierView, CostView, DiagramView, ForwardView, PixelsView, SigmoidView, WordsView } from "./lesson/network_steps.js";
import { OwnDigitPad } from "./lesson/own_digit.js";
import { loadExamples, MiniBatchView, OverfittingView, SgdView, TogetherView } from "./lesson/training_steps.js";
import { articleLayers, inspect } from "./network/article.js";
import { loadTrained } from "./network/trained_network.js";
import { NO_NETWORK } from "./network/loading_words.js";
import { digitOf } from "./network/network.js";
import { keepStateInLanguages } from "./state.js";
import { byId, isShortcut } from "./ui/dom.js";
import { activationText } from "./ui/format.js";
import { drawPixels, onPaletteChange, paletteOf } from "./ui/pixels.js";
import { translate } from "./ui/translate.js";

const ARROWS = { ArrowRight: 1, ArrowLeft: -1 };
const PAGES = { PageDown: 1, PageUp: -1 };
const SPACE = { " ": 1 };
// What uses these keys itself.
const USES_ARROWS = ["input", "select", "[role=application]", ".scrollable"].join();
const USES_PAGES = ["select", ".scrollable"].join();
const USES_SPACE = ["input", "select", "button", "summary", "[role=application]"].join();
const CLOSE_PX = 2; // to the end of the page

/**
 * One step at a time. The step is the place in the address (#back-prop), so that links, the browser's history and a reload
 * work as they do without scripts. Arrow keys lead on and back; so do Page Down and Page Up where there is nothing left to
 * scroll, and in the large view always: clickers send one or the other, or Space.
 */
class Tour {
  #place = 0;

  /**
   * @param {HTMLElement} root holds the steps, and links to them
   * @param {(step: string) => void} onStep is called with the id of the step that is shown
   */
  constructor(root, onStep) {
    this.steps = [...root.querySelectorAll(".step")];
    this.links = [...root.querySelectorAll(".tour a")];
    this.onStep = onStep;
    root.classList.add("is-tour");
    addEventListener("hashchange", () => this.#follow());
    // Where the query differs, too, as in the large view, there is no hashchange. The browser moves the focus afterwards.
    addEventListener("popstate", () => setTimeout(() => this.#follow()));
    document.addEventListener("keydown", (event) => this.#press(event));
    this.#show({ isMove: false });
  }

  /** The id of the step that is shown. */
  get current() {
    return this.steps[this.#place].id;
  }

  /** What the address names; null without a name, or if that is not on the page. */
  get #target() {
    return byId(location.hash.slice(1));
  }

  /** The place of the step that the address names, or that holds it, the first without a name; below 0 if it names something else. */
  get #placeInAddress() {
    if (location.hash === "") return 0;
    return this.steps.findIndex((step) => step.contains(this.#target));
  }

  #follow() {
    const place = this.#placeInAddress;
    if (place >= 0 && place !== this.#place) this.#show({ isMove: true });
  }

  #show({ isMove }) {
    const place = Math.max(0, this.#placeInAddress);
    this.#place = place;
    this.steps.forEach((step, each) => step.classList.toggle("is-shown", each === place));
    this.links.forEach((link, each) => (link.ariaCurrent = each === place ? "step" : null));
    if (isMove) this.steps[place].querySelector("h2").focus({ preventScroll: true });
    if (isMove) scrollTo(0, 0);
    this.onStep(this.current);
    this.scrollToTarget();
  }

  /** Where the address names a place in the step, scrolls to it. */
  scrollToTarget() {
    const step = this.steps[this.#place];
    if (this.#target !== step && step.contains(this.#target)) this.#target.scrollIntoView();
  }

  #press(event) {
    const direction = directionOf(event);
    if (!direction || event.defaultPrevented || isShortcut(event) || event.shiftKey) return;
    const next = this.steps[this.#place + direction];
    if (!next) return;
    event.preventDefault();
    location.hash = next.id;
  }
}

/** @returns {1 | -1 | undefined} where a key leads, unless what has the focus, or the page that scrolls, uses it */
function directionOf({ key, target }) {
  if (key in ARROWS) return target.closest?.(USES_ARROWS) ? undefined : ARROWS[key];
  if (isProjected()) return PAGES[key] ?? (target.closest?.(USES_SPACE) ? undefined : SPACE[key]);
  return target.closest?.(USES_PAGES) || canScroll(PAGES[key]) ? undefined : PAGES[key];
}

/** Whether the page can be scrolled down (1) or up (-1). */
function canScroll(direction) {
  const { scrollTop, scrollHeight, clientHeight } = document.scrollingElement;
  return direction > 0 ? scrollTop + clientHeight < scrollHeight - CLOSE_PX : scrollTop > CLOSE_PX;
}

/** Shows the meaning of a word over the page when its link, such as #word-cost, is touched. Without this the link leads to the list of all words. */
function openMeanings() {
  const card = byId("meaning");
  if (!card.showPopover) return; // a browser of before 2024
  byId("glossary").open = location.hash.startsWith("#word-");
  root.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#word-"]');
    if (!link) return;
    event.preventDefault();
    const [word, meaning] = byId(link.hash.slice(1)).cloneNode(true).children;
    word.id = "meaning-word";
    card.querySelector("dl").replaceChildren(word, meaning);
    card.showPopover();
  });
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // it would end the projector's view, too
    card.hidePopover();
  });
  addEventListener("hashchange", () => card.hidePopover()); // another part
}

/**
 * @typedef {{pixels: Float32Array, file: Blob, message: string?, isExample: boolean, label: number,
 *   network: import("./network/article.js").Layers?, computed: object?, palette: import("./ui/pixels.js").Palette,
 *   chosen: import("./inside/neuron_names.js").Chosen}} State of all steps: the digit, what it is said to be, and the
 *   article's network with what it computes; network and computed are null without that
 */

const root = byId("lesson");
const state = { pixels: null, network: null, computed: null, chosen: null };
const problems = { loading: null, reading: null };

const choose = (chosen) => update({ chosen });
const cannotLoad = () => showProblem("loading", NO_NETWORK);
const views = {
  data: new PixelsView(byId("data")),
  sigmoid: new SigmoidView(byId("sigmoid"), choose),
  network: new DiagramView(byId("network"), choose),
  "feed-forward": new ForwardView(byId("feed-forward"), choose),
  words: new WordsView(byId("words")),
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
  drawPixels(byId("own-pixels"), state.pixels);
  byId("own-label").value = String(state.label);
  byId("own-state").textContent = [state.message, sentence(state)].filter(Boolean).join(" ");
  show(tour.current);
  loaded.then(endLoading);
}

function sentence({ isExample, computed }) {
  if (!computed) return isExample ? translate("This is an example: draw your own digit in part 1.") : translate("Your digit.");
  const { activations } = computed.output;
  const digit = digitOf(activations);
  const values = { digit, activation: activationText(activations[digit]) };
  return isExample
    ? translate("This is an example: draw your own digit in part 1. The 15 neurons give {digit}, activation {activation}.", values)
    : translate("Your digit. The 15 neurons give {digit}, activation {activation}.", values);
}

function show(step) {
  const needsNetwork = byId(step).querySelector(".of-network");
  if (!state.pixels || (needsNetwork && !state.network)) return;
  views[step]?.show({ ...state, palette: paletteOf(root) }); // the questions have none
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
  if (!root.classList.contains("is-loading")) return;
  root.classList.remove("is-loading");
  tour.scrollToTarget(); // what is above it has its size now
}

async function showNetwork() {
  const address = root.dataset.network;
  if (!address) return;
  try {
    const network = articleLayers(await loadTrained(address));
    root.classList.remove("is-without-network");
    update({ network });
  } catch {
    cannotLoad();
  }
}

root.classList.add("is-loading", "is-without-network");
const loaded = Promise.allSettled([showNetwork(), loadExamples()]); // what fails is said where it is needed
const tour = new Tour(root, (step) => state.pixels && show(step));
new OwnDigitPad(byId("data"), root.dataset, {
  onDigit: ({ digit, ...others }) => update({ ...others, label: digit }),
  onProblem: (problem) => showProblem("reading", problem && `${problem.title} ${problem.message}`),
});
byId("own-label").addEventListener("change", ({ target }) => update({ label: Number(target.value) }));
new OverfittingView(byId("overfitting"), cannotLoad); // it is about MNIST's digits, and not about the visitor's
openMeanings();
listenForProjector(byId("projector"));
keepStateInLanguages();
onPaletteChange(() => state.pixels && show(tour.current));
addEventListener("beforeprint", () => {
  root.classList.add("is-printed");
  for (const step of Object.keys(views)) show(step);
});
addEventListener("afterprint", () => root.classList.remove("is-printed"));
