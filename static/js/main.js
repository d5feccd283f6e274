/** The drawing page: drawings and pictures go to the reader, its answers to the view. */

import * as api from "./api.js";
import { KeyboardPen } from "./keyboard_pen.js";
import { Pad } from "./pad.js";
import { Picture, listenForFiles } from "./picture.js";
import { Reader } from "./reader.js";
import { View } from "./view.js";
import { words } from "./words.js";

const byId = (id) => document.getElementById(id);
const model = byId("model");
const readsNumber = byId("read-number");
const inside = byId("inside");

const pad = new Pad(byId("pad"));
const picture = new Picture(byId("picture"), byId("picture-image"));
const keyboardPen = new KeyboardPen(pad, byId("pen-cursor"), announce);
const view = new View();
const reader = new Reader(requestAnswer, {
  onStart: () => view.showBusy(true),
  onAnswer: (answer) => (answer.digits ? view.showNumber(answer) : view.showDigit(answer)),
  onProblem: (problem) => view.showProblem(problem),
  onEnd: () => view.showBusy(false),
});

async function requestAnswer(signal) {
  const source = picture.file ?? (await pad.toPng());
  const isNumber = readsNumber.checked;
  return api.requestAnswer(source, { isNumber, model: model.value, isExplained: inside.open, signal });
}

/** Reads the picture or the drawing, or shows an empty answer when there is neither. */
function readAgain() {
  if (picture.file || !pad.isEmpty) {
    reader.readNow();
  } else {
    reader.cancel();
    view.showEmpty(readsNumber.checked ? words.numberPrompt : words.digitPrompt);
  }
}

function undo() {
  if (picture.file) {
    picture.remove();
    return;
  }
  keyboardPen.lift();
  if (pad.isEmpty) return;
  pad.undo();
  announce(words.strokeUndone);
}

function clear() {
  keyboardPen.lift();
  picture.remove();
  pad.clear();
}

/** Reads the same picture or drawing in the other mode, number or digit; the pad changes its shape. */
function changeMode() {
  keyboardPen.lift();
  view.clearBoxes();
  storeInAddress();
  pad.fit();
  readAgain();
}

/** Stores the mode and the model in the address, for reloading and sharing. */
function storeInAddress() {
  const query = new URLSearchParams({ model: model.value });
  if (readsNumber.checked) query.set("read", "number");
  history.replaceState(null, "", `?${query}`);
}

/** Makes screen readers read a sentence aloud. */
function announce(sentence) {
  byId("pen-state").textContent = sentence;
}

const showIfEmpty = () => byId("read").classList.toggle("is-empty", pad.isEmpty);

pad.addEventListener("draw", () => {
  view.resetSelection();
  picture.remove(); // the keyboard draws on the pad even under a picture
  reader.readSoon();
  showIfEmpty();
});
pad.addEventListener("change", () => {
  readAgain();
  showIfEmpty();
});
picture.addEventListener("change", () => {
  view.resetSelection();
  view.clearBoxes();
  readAgain();
});

listenForFiles(byId("upload"), (file) => picture.show(file));
byId("undo").addEventListener("click", undo);
byId("clear").addEventListener("click", clear);
byId("back").addEventListener("click", () => {
  picture.remove();
  pad.canvas.focus();
});
byId("again").addEventListener("click", readAgain);
byId("as-number").addEventListener("click", () => {
  readsNumber.checked = true;
  readsNumber.focus(); // the button is hidden next
  changeMode();
});
byId("mode").addEventListener("change", changeMode);
addEventListener("online", readAgain);
byId("read").addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key !== "z") return;
  event.preventDefault();
  undo();
});
model.addEventListener("change", () => {
  view.showModel(model.value);
  storeInAddress();
  readAgain();
});
inside.addEventListener("toggle", () => inside.open && readAgain());

showIfEmpty();
view.showModel(model.value); // a browser may restore the choice when the page is reloaded
