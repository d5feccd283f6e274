/** The learning page: trains a network as its knobs say, plays what happened, breaks it, teaches it, compares it. */

import { AccuracyBet } from "./accuracy_bet.js";
import { storeInAddress } from "./address.js";
import { toBase64 } from "./base64.js";
import { keepStateIn } from "./languages.js";
import { showBackprop } from "./learn/backprop_view.js";
import { KNOB_BREAKS, NETWORK_BREAKS, strongestNeuron } from "./learn/breaks.js";
import { explain } from "./learn/explanations.js";
import { KnobsView } from "./learn/knobs_view.js";
import { knobsOf, readKnobs, toQuery, toRequest } from "./learn/knobs.js";
import { LinkView } from "./learn/link_view.js";
import { FEWEST, rememberedCount } from "./learn/own_digits.js";
import { PlayerView } from "./learn/player_view.js";
import { showResults } from "./learn/results_view.js";
import { Run, toBytes, toVector } from "./learn/run.js";
import { loadRun, keepRun } from "./learn/run_store.js";
import { RunsView } from "./learn/runs_view.js";
import { TeachView, ownMember } from "./learn/teach_view.js";
import { Trainer } from "./learn/trainer.js";
import { TryView } from "./learn/try_view.js";
import { words } from "./learn/words.js";
import { listenForProjector } from "./projector.js";

const MNIST = "mnist"; // whose digits
// One's own digits are few, so more epochs; a network that has learnt needs smaller steps, or it reads others worse.
const TEACHING = { epochs: 10, rate: 1 };

const byId = (id) => document.getElementById(id);

const inAddress = readKnobs(new URLSearchParams(location.search));
/** @type {import("./learn/explanations.js").Shown?} */
let shown = null;
/** What there was before it was broken or taught: what Reset goes back to. @type {{knobs: object, shown: typeof shown}?} */
let before = null;

const trainer = new Trainer(document, announce, showRecorded);
const player = new PlayerView(byId("player"), announce, () => showOnPad());
const knobsView = new KnobsView(byId("knobs"), noteKnobs);
const link = new LinkView(byId("link"), inAddress.hidden, (name) => knobsView.nameOf(name));
const tryView = new TryView(byId("try"), byId("learn").dataset.model, announce);
const bet = new AccuracyBet(byId("bet"), new URLSearchParams(location.search).has("bet"));
const teachView = new TeachView(byId("teach"), teach);
const runsView = new RunsView(byId("runs"), knobsView, {
  onOpen(opened) {
    before = null;
    show({ ...opened, source: "file" });
  },
  onKeep: () => player.compare(runsView.kept?.run ?? null),
});

/** Makes screen readers read a sentence aloud. */
function announce(sentence) {
  byId("announcement").textContent = sentence;
}

function noteKnobs(knobs) {
  storeInAddress(toQuery(knobs));
  link.set(knobs);
}

function setKnobs(knobs) {
  knobsView.set(knobs);
  noteKnobs(knobs);
}

/**
 * Trains with these knobs, and shows the run.
 * @param {import("./learn/knobs.js").Knobs} knobs
 * @param {object} [changes] of the request
 * @param {Partial<import("./learn/explanations.js").Shown>} [about] the run
 * @returns {Promise<boolean>} whether there is one; if not the page says why
 */
async function train(knobs, changes = {}, about = {}) {
  const { settings, source } = toRequest(knobs);
  const own = source && (await ownMember(source));
  if (source && !own) {
    trainer.showProblem(words.own.tooFew(FEWEST));
    return false;
  }
  const examples = own && about.change === "teach" && { examples: rememberedCount(own) };
  const run = await trainer.train({ ...settings, ...(own && { own }), ...examples, ...changes });
  if (run) show({ run, knobs, source: "trained", ...about });
  return Boolean(run);
}

/** Trains another run, which is neither broken nor taught. */
async function trainNew(knobs) {
  if (trainer.isBusy) return;
  const earlier = before;
  before = null;
  if (!(await train(knobs))) before ??= earlier;
}

/** Trains what was changed, and remembers what there was before. */
async function trainChanged(knobs, changes, about) {
  if (trainer.isBusy) return;
  before ??= { knobs: knobsView.knobs, shown };
  byId("reset").hidden = false;
  setKnobs(knobs);
  await train(knobs, changes, { base: before.shown, ...about });
}

/** @param {import("./network/article.js").Layers} network @returns {object} of a request that learns on from a network */
const learnOnFrom = (network) => ({ start: "given", parameters: toBase64(toBytes(toVector(network))) });

/** The run that is broken or taught: not one that has been already. */
const healthy = () => (before ? before.shown : shown);

/** @param {string} kind of KNOB_BREAKS or NETWORK_BREAKS */
function breakIt(kind) {
  const base = healthy();
  if (kind in KNOB_BREAKS) {
    trainChanged({ ...(base?.knobs ?? knobsView.knobs), ...KNOB_BREAKS[kind] });
  } else if (base) {
    const neuron = player.neurons.chosen ?? strongestNeuron(base.run.network);
    const network = NETWORK_BREAKS[kind](base.run.network, { neuron, seed: base.knobs.seed });
    trainChanged(base.knobs, learnOnFrom(network), { change: kind, neuron });
  } else {
    trainer.showProblem(words.broken.noRun);
  }
}

/**
 * Teaches the run that is shown, or one that is trained for it: it has learnt from MNIST's digits alone.
 * @param {"class" | "pad"} source @param {boolean} isRemembering MNIST's digits beside one's own
 */
async function teach(source, isRemembering) {
  const isReady = () => healthy()?.knobs.digits === MNIST;
  if (!isReady()) await trainNew({ ...knobsView.knobs, digits: MNIST });
  if (!isReady()) return;
  const { knobs, run } = healthy();
  const epochs = Math.max(knobs.epochs, TEACHING.epochs);
  const rate = Math.min(knobs.rate, TEACHING.rate);
  const digits = isRemembering ? source : `${source}-alone`;
  await trainChanged({ ...knobs, digits, wrong: 0, epochs, rate }, learnOnFrom(run.network), { change: "teach" });
}

function reset() {
  const { knobs, shown: healthyRun } = before;
  before = null;
  setKnobs(knobs);
  if (healthyRun) show(healthyRun);
  byId("reset").hidden = true;
  announce(words.broken.reset);
}

/** @param {string} [reason] why it is shown instead of another */
async function showRecorded(reason) {
  const run = await loadRecorded().catch(() => null);
  const sentences = [words.noRun[reason], run ? "" : words.noRun.noRecord];
  trainer.showProblem(sentences.filter(Boolean).join(" "));
  if (!run) return;
  before = null;
  show({ run, knobs: knobsOf(run.settings), source: "recorded" });
}

async function loadRecorded() {
  const response = await fetch(byId("recorded").dataset.url);
  return new Run(await response.json());
}

/** Shows a run, but where bets are placed not before there is one. @param {import("./learn/explanations.js").Shown} next */
function show(next) {
  shown = next;
  setRunParts(false);
  bet.ask(next.run, next.run.lastFrame.test_accuracy, () => {
    reveal();
    byId("run-title").focus({ preventScroll: true });
    byId("player").scrollIntoView({ block: "start" });
    announce(byId("run-explanation").textContent);
    player.begin();
  });
  bet.focus();
}

/** Shows the last frame of the run that this tab has kept, which may be broken or taught. */
function showKept() {
  const kept = loadRun();
  if (!kept || bet.isOn) return;
  shown = { ...kept, source: "kept" };
  reveal();
  player.playback.seek(Infinity);
}

function reveal() {
  const { run, knobs, source, change } = shown;
  byId("run-title").textContent = words.source[source];
  byId("run-knobs").textContent = knobsView.describe(knobs);
  byId("run-explanation").textContent = explain(shown);
  byId("reset").hidden = !before;
  setRunParts(true);
  showResults(byId("player"), run);
  showBackprop(byId("player"), run);
  player.show(run, runsView.kept?.run ?? null);
  runsView.show(shown);
  if (change === "teach") teachView.show(shown);
  showOnPad();
  keepRun(shown);
}

function setRunParts(isShown) {
  for (const part of document.querySelectorAll(".needs-run")) part.hidden = !isShown;
}

/** Lets the network of the run that is shown read the digit on the pad. */
const showOnPad = () => tryView.use(shown.run.network, player.neurons.silenced);

byId("knobs").addEventListener("submit", (event) => {
  event.preventDefault();
  trainNew(knobsView.knobs);
});
byId("recorded").addEventListener("click", () => trainer.isBusy || showRecorded());
byId("break").addEventListener("click", ({ target }) => target.value && breakIt(target.value));
byId("reset").addEventListener("click", reset);
listenForProjector(byId("projector"));
keepStateIn(document.querySelectorAll(".languages a"));

knobsView.hide(inAddress.hidden);
knobsView.set(inAddress.knobs);
link.set(inAddress.knobs);
if (inAddress.refused.length > 0) {
  byId("refused-knobs").textContent = words.knobs.refused(inAddress.refused.join(", "));
  byId("refused-knobs").hidden = false;
}
showKept();
