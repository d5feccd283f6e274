/** The learning page: trains a network as its knobs say, and plays what happened. */

import { storeInAddress } from "./address.js";
import { keepStateIn } from "./languages.js";
import { KnobsView } from "./learn/knobs_view.js";
import { knobsOf, readKnobs, toQuery, toRequest } from "./learn/knobs.js";
import { LinkView } from "./learn/link_view.js";
import { PlayerView } from "./learn/player_view.js";
import { showResults } from "./learn/results_view.js";
import { Run } from "./learn/run.js";
import { Trainer } from "./learn/trainer.js";
import { words } from "./learn/words.js";
import { listenForProjector } from "./projector.js";

const byId = (id) => document.getElementById(id);

const inAddress = readKnobs(new URLSearchParams(location.search));
const trainer = new Trainer(byId("knobs"), announce, showRecorded);
const player = new PlayerView(byId("player"), announce);
const knobsView = new KnobsView(byId("knobs"), (knobs) => {
  storeInAddress(toQuery(knobs));
  link.set(knobs);
});
const link = new LinkView(byId("link"), inAddress.hidden, (name) => knobsView.nameOf(name));

/** Makes screen readers read a sentence aloud. */
function announce(sentence) {
  byId("announcement").textContent = sentence;
}

async function train() {
  const { knobs } = knobsView;
  const { settings } = toRequest(knobs);
  const run = await trainer.train(settings);
  if (run) show({ run, knobs, source: "trained" });
}

/** @param {string} [reason] why it is shown instead of another */
async function showRecorded(reason) {
  const run = await loadRecorded().catch(() => null);
  const sentences = [words.noRun[reason], run ? "" : words.noRun.noRecord];
  trainer.showProblem(sentences.filter(Boolean).join(" "));
  if (run) show({ run, knobs: knobsOf(run.settings), source: "recorded" });
}

async function loadRecorded() {
  const response = await fetch(byId("recorded").dataset.url);
  return new Run(await response.json());
}

/** @param {{run: Run, knobs: import("./learn/knobs.js").Knobs, source: string}} shown */
function show({ run, knobs, source }) {
  byId("run-title").textContent = words.source[source];
  byId("run-knobs").textContent = knobsView.describe(knobs);
  byId("run-explanation").textContent = explanation(run);
  byId("player").hidden = false;
  showResults(byId("player"), run);
  player.show(run, null);
  player.begin();
  byId("run-title").focus();
}

/** @param {Run} run @returns {string} */
function explanation({ frames, lastFrame, isCutShort }) {
  const sentences = [words.done(lastFrame.test_accuracy, frames[0].test_accuracy), isCutShort && words.cutShort(lastFrame.step)];
  return sentences.filter(Boolean).join(" ");
}

byId("knobs").addEventListener("submit", (event) => {
  event.preventDefault();
  train();
});
byId("recorded").addEventListener("click", () => trainer.isBusy || showRecorded());
listenForProjector(byId("projector"));
keepStateIn(document.querySelectorAll(".languages a"));

knobsView.hide(inAddress.hidden);
knobsView.set(inAddress.knobs);
knobsView.openFor(Object.keys(toQuery(inAddress.knobs)).filter((name) => toQuery(inAddress.knobs)[name] !== null));
link.set(inAddress.knobs);
if (inAddress.refused.length > 0) {
  byId("refused-knobs").textContent = words.knobs.refused(inAddress.refused.join(", "));
  byId("refused-knobs").hidden = false;
}
