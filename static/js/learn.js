/** The learning page: a network learns before the visitor's eyes; it is paused, stepped, changed, broken, taught, compared. */

import { AccuracyBet } from "./classroom/accuracy_bet.js";
import { listenForProjector } from "./classroom/projector.js";
import { KNOB_BREAKS, strongestNeuron } from "./learn/breaks.js";
import { DigitView } from "./learn/digit_view.js";
import { differing, hasKnobs, KnobsView, LIVE, readKnobs, withOther } from "./learn/knobs.js";
import { LESSON_SET_BYTES } from "./learn/lesson_set.js";
import { PlayerView } from "./learn/player_view.js";
import { RunsView } from "./learn/run_results.js";
import { BadFile, Run, keepRun, loadRun } from "./learn/run.js";
import { TeachView } from "./learn/teach_view.js";
import { networkAtStart } from "./network/article.js";
import { inAddress, keepStateInLanguages, storeInAddress } from "./state.js";
import { announce, bringIntoSight, byId } from "./ui/dom.js";
import { fetchBytes } from "./ui/files.js";
import { LazyView, listenForDialog } from "./ui/lazy_view.js";
import { translate } from "./ui/translate.js";
import { callsOf } from "./ui/worker_calls.js";

const { digits, worker } = byId("learn").dataset;

const query = new URLSearchParams(location.search);
const asked = readKnobs(query);
/** The run that is shown, how it came about, and of which other run it is a change. */
let shown = { /** @type {Run?} */ run: null, source: "trained", /** @type {Run?} */ base: null };
const MOST_NAMED = 2; // knobs of another run
let lastId = 0;
let tickets = 0; // how often another run was asked for
let queue = Promise.resolve(); // of the actions that begin one

const trainer = callsOf(new Worker(worker, { type: "module" }));
const digitView = new DigitView();
const player = new PlayerView(byId("player"), trainer, {
  showDigit: (layers) => digitView.use(layers, player.neurons.silenced),
  mayTrain,
  nameOther,
  onFrame: () => (byId("run-explanation").textContent = ""),
  onEnd: showEnd,
});
const knobsView = new KnobsView(byId("knobs"), asked.hidden, changeKnob);
const bet = new AccuracyBet(byId("bet"), inAddress("bet"));
const teachView = new TeachView(byId("teach"), teach);
const runsView = new RunsView(knobsView, {
  onOpen: (recipe) => alone(() => repeat(recipe, "file")).finally(() => player.compare(otherRun())),
  onKeep() {
    storeInAddress({ beside: null });
    player.compare(otherRun());
  },
});

/** Whether the run is to play when two inputs are closed. */
let mustPlay = false;
const plane = new LazyView("plane", byId("plane"), () => import("./plane/plane_view.js"), ({ PlaneView }) => new PlaneView(byId("plane")));
listenForDialog(plane, "plane", byId("open-plane"), {
  onOpen() {
    showProblem("");
    mustPlay = player.isPlaying;
    player.pause();
  },
  onClose: () => mustPlay && play(),
  onFail: () => showProblem(translate("This part cannot be loaded. Check the connection, then try again.")),
});

const SOURCES = {
  trained: translate("Your run"),
  file: translate("A run from a file"),
  kept: translate("Your last run in this tab"),
};

/** @param {string} sentence what went wrong, nothing to clear it */
function showProblem(sentence) {
  byId("problem").textContent = sentence;
}

function setKnobs(knobs) {
  knobsView.set(knobs);
  storeInAddress(knobs);
}

/** What the run is drawn beside: one that was kept, or else the one that it is a change of. */
const otherRun = () => (runsView.kept && runsView.kept !== shown.run ? runsView.kept : shown.base);

/** @param {Run} run @param {Run} other @returns {string} the other one by the knobs in which it differs, where these are few */
function nameOther(run, other) {
  const names = differing(run.knobs, other.knobs);
  if (names.length === 0 || names.length > MOST_NAMED) return translate("the other run, paler");
  return translate("the other run, paler ({knobs})", { knobs: knobsView.describe(other.knobs, names) });
}

/** Whether the training need not wait for a bet: else the bet is shown. */
function mayTrain() {
  const mustBet = bet.hides(shown.run);
  if (mustBet) byId("bet-percent").focus();
  return !mustBet;
}

/** Knobs that can act at once do; for the others a new run begins, when a slider has been let go. */
async function changeKnob(name, isHeld) {
  const { knobs } = knobsView;
  storeInAddress({ ...knobs, run: null });
  const { run } = shown;
  if (!run) return player.preview(networkAtStart(knobs));
  const isLive = LIVE.includes(name) && (!run.isOver || (name === "epochs" && knobs.epochs > run.lastFrame.epoch));
  if (!isLive) {
    if (!isHeld) await begin(knobs);
    return;
  }
  if (run.knobs[name] === knobs[name]) return;
  const wasOver = run.isOver;
  run.knobs = { ...run.knobs, [name]: knobs[name] };
  run.addKnobs(run.knobs, await trainer.change(run.id, run.knobs));
  if (run !== shown.run) return;
  showRun();
  player.compare(otherRun());
  if (wasOver) player.begin();
}

/**
 * Does one thing after another, and of those that are asked for meanwhile the last one.
 * @param {() => Promise<void>} action
 */
function alone(action) {
  const ticket = ++tickets;
  player.awaitRun(true);
  const done = queue.then(() => ticket === tickets && action()).finally(() => ticket === tickets && player.awaitRun(false));
  queue = done.catch(() => {}); // who has asked handles it
  return done;
}

/** Begins to learn with these knobs. @param {import("./learn/knobs.js").Knobs} knobs @param {Run?} base that it is a change of */
const begin = (knobs, base = null) =>
  alone(async () => {
    storeInAddress({ run: null });
    show({ run: await newRun(knobs), source: "trained", base });
    play();
  });

/** Plays what has just begun, or waits for the bet on it, or until two inputs are closed. */
function play() {
  mustPlay = byId("plane").open;
  if (!mustPlay && !bet.hides(shown.run)) player.begin();
}

async function newRun(knobs) {
  const run = new Run(++lastId, knobs);
  run.begin(await trainer.begin(run.id, knobs));
  return run;
}

/** @returns {Promise<Run>} one that goes on from another's last frame, with its network changed @throws {BadFile} */
async function disturbed(run, { kind, neuron, source, isRemembering }) {
  const own = kind === "teach" ? await teachView.loadOwn(source, run.knobs.digits) : null;
  if (kind === "teach" && !own) throw new BadFile("own");
  const fork = run.fork(++lastId);
  const frame = await trainer.disturb(fork.id, run.id, { kind, neuron, own, isRemembering });
  fork.addDisturbance({ kind, neuron, source, isRemembering }, frame);
  return fork;
}

/** The run that is broken or taught: not one that has been already. */
const healthy = () => shown.base ?? shown.run;

/** @param {string} kind of KNOB_BREAKS, or "silence" or "shake", after which the network learns on */
function breakIt(kind) {
  const base = healthy();
  if (!base) return;
  if (kind in KNOB_BREAKS) {
    const knobs = { ...base.knobs, ...KNOB_BREAKS[kind] };
    setKnobs(knobs);
    begin(knobs, base);
    lookAtRun();
  } else {
    const neuron = player.neurons.chosen ?? strongestNeuron(base.layersAt(base.frames.length - 1));
    goOn(base, { kind, neuron }, lookAtRun);
  }
}

/** Lets a changed network learn on; one that is taught has learnt to its end before. @param {(run: Run) => Promise<void> | void} lookAt */
const goOn = (base, disturbance, lookAt) =>
  alone(async () => {
    if (disturbance.kind === "teach") await finish(base);
    const run = await disturbed(base, disturbance);
    show({ run, source: "trained", base }, Infinity);
    await lookAt(run);
    play();
  });

/** The buttons that change a network are far below it. */
function lookAtRun() {
  byId("run-title").focus({ preventScroll: true });
  byId("player").scrollIntoView({ block: "start" });
}

/** @param {"class" | "pad"} source of the digits @param {boolean} isRemembering MNIST's digits beside the user's */
function teach(source, isRemembering) {
  const base = healthy();
  if (!base) return;
  player.pause();
  if (!base.isOver) byId("place").textContent = translate("It is first trained to the end …");
  goOn(base, { kind: "teach", source, isRemembering }, (run) => showTaught(run, base));
}

/** @param {Run} run learns on to its end, unseen */
async function finish(run) {
  while (!run.isOver) run.add(await trainer.advance(run.id));
}

/** Trains what the address wants beside the run: with the other value of a knob. */
async function trainBeside() {
  const knobs = withOther(knobsView.knobs, inAddress("beside"));
  if (!knobs) return;
  byId("place").textContent = translate("A run to compare with is being trained …");
  announce(byId("place").textContent);
  const run = await newRun(knobs);
  await finish(run);
  runsView.kept = run;
}

function reset() {
  const run = shown.base;
  setKnobs(run.knobs);
  show({ run, source: "trained", base: null }, Infinity);
  announce(translate("As it was before."));
}

/**
 * Learns again what a file or this tab has kept of a run.
 * @param {import("./learn/run.js").Recipe} recipe @param {"file" | "kept"} source
 * @throws {BadFile} if that is not possible here
 */
async function repeat({ knobs, changes, frames, testAccuracy }, source) {
  player.pause();
  byId("place").textContent = translate("The saved run is being learnt again …");
  announce(byId("place").textContent);
  let run = await newRun(knobs);
  const left = [...changes];
  let base = null;
  for (;;) {
    while (left[0]?.position === run.frames.length - 1) {
      const change = left.shift();
      const isOfKnobs = Boolean(change.knobs);
      const next = { ...run.knobs, ...change.knobs };
      if (isOfKnobs) run.addKnobs(next, await trainer.change(run.id, next));
      else [base, run] = [base ?? run, await disturbed(run, change)];
    }
    if (run.frames.length >= frames || run.isOver) break;
    run.add(await trainer.advance(run.id));
  }
  if (run.frames.length !== frames || run.lastFrame.testAccuracy !== testAccuracy) throw new BadFile("other");
  setKnobs(run.knobs);
  show({ run, source, base }, Infinity);
}

/** @param {typeof shown} next @param {number} [position] of the frame that is shown first */
function show(next, position = 0) {
  shown = next;
  trainer.keepOnly([shown.run, shown.base, runsView.kept].filter(Boolean).map(({ id }) => id));
  document.querySelectorAll(".needs-run").forEach((part) => (part.hidden = false));
  byId("run-title").textContent = SOURCES[shown.source];
  byId("run-explanation").textContent = "";
  byId("reset").hidden = !shown.base;
  const ownQuestion = translate("How many of 100 of your digits that were held back does it read right in the end?");
  bet.ask(shown.run, null, reveal, isTaught(shown.run) ? ownQuestion : null);
  hide();
  player.load(shown.run, otherRun(), position);
  showRun();
}

/** Hides how well the run reads until somebody has bet on it. */
function hide() {
  byId("learn").classList.toggle("is-secret", bet.hides(shown.run));
}

/** After the bet on a run, or where none is needed. */
function reveal() {
  const wasHidden = byId("learn").classList.contains("is-secret");
  hide();
  if (wasHidden) play();
}

const isTaught = (run) => run.disturbance?.kind === "teach";

function showRun() {
  byId("run-knobs").textContent = knobsView.describe(shown.run.knobs);
  runsView.show(shown.run);
  teachView.count(shown.run.knobs.digits);
}

/** What is said of a run when it has paused or ended. @param {boolean} [isPlayed] just now */
async function showEnd(isPlayed = false) {
  const { run, base } = shown;
  await player.showResults(base);
  if (run !== shown.run) return;
  runsView.show(run);
  const name = keepRun(run);
  const isAskedFor = differing(run.knobs, knobsView.knobs).length === 0; // else a knob was turned meanwhile
  storeInAddress({ run: isAskedFor ? name : null });
  if (run.isOver) bet.settle(run, isTaught(run) ? run.lastFrame.ownAccuracy : run.lastFrame.testAccuracy);
  byId("break").hidden = false; // after a first run
  if (isTaught(run)) await showTaught(run, base);
  const { top, bottom } = byId("player").getBoundingClientRect();
  const isAtRun = top < innerHeight && bottom > 0; // the visitor
  if (isPlayed && run.isOver && isAtRun) bringIntoSight(isTaught(run) ? byId("both-figures") : byId("run-explanation"));
}

/** Shows what is read of the digits held back, before the run was taught and now. */
async function showTaught(run, base) {
  const before = run.frames[run.disturbance.position + 1];
  teachView.show(run, base, await trainer.heldBack(run.id, [before.parameters, run.lastFrame.parameters]));
}

function showArrived(bytes) {
  const percent = Math.floor((100 * bytes) / LESSON_SET_BYTES);
  byId("place").textContent = translate("Not trained yet. Loading digits: {percent} %", { percent });
}

async function start() {
  const kept = keptRun();
  player.preview(networkAtStart(kept?.knobs ?? knobsView.knobs));
  const lessonSet = await fetchBytes(digits, showArrived).catch(() => null);
  if (!lessonSet) {
    return showProblem(translate("The digits to learn from cannot be loaded. Check the connection, then reload the page."));
  }
  const isLoaded = await trainer.load(lessonSet).then(() => true, () => false);
  if (!isLoaded) {
    return showProblem(translate("This browser cannot train here. Open the page in a current Firefox, Chrome, Edge or Safari."));
  }
  await trainBeside();
  if (kept) await alone(() => repeat(kept, "kept")).catch(() => {}); // it cannot be repeated
  if (!shown.run) await begin(knobsView.knobs);
}

/** The run that the tab keeps, where the address has its name, or asks for no knobs; to bet on, a new one begins. */
function keptRun() {
  const kept = bet.isOn ? null : loadRun();
  const isOther = query.has("run") ? kept?.name !== inAddress("run") : hasKnobs(query);
  return isOther ? null : kept;
}

byId("knobs").addEventListener("submit", (event) => {
  event.preventDefault();
  begin(knobsView.knobs);
});
byId("break").addEventListener("click", ({ target }) => target.value && breakIt(target.value));
byId("reset").addEventListener("click", reset);
listenForProjector(byId("projector"));
keepStateInLanguages();

knobsView.set(asked.knobs);
if (asked.refused.length > 0) {
  byId("refused-knobs").textContent = translate(
    "The address asks for what is not possible ({names}). The nearest possible value is set.",
    { names: asked.refused.join(", ") },
  );
  byId("refused-knobs").hidden = false;
}
start();
