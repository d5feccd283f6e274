/** Wires the page: what is drawn or chosen goes to the reader, its answer to the view. */

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
const keyboardPen = new KeyboardPen(pad, byId("pen-cursor"), say);
const view = new View();
const reader = new Reader(ask, {
  onStart: () => view.showBusy(true),
  onAnswer: (answer) => (answer.digits ? view.showNumber(answer) : view.showDigit(answer)),
  onProblem: (problem) => view.showProblem(problem),
  onEnd: () => view.showBusy(false),
});

async function ask(signal) {
  const source = picture.file ?? (await pad.toPng());
  const isNumber = readsNumber.checked;
  return api.ask(source, { isNumber, model: model.value, isExplained: inside.open, signal });
}

/** Reads what is there, or shows the blank when nothing is. */
function readAgain() {
  if (picture.file || !pad.isEmpty) {
    reader.readNow();
  } else {
    reader.cancel();
    view.showBlank(readsNumber.checked ? words.numberInvitation : words.digitInvitation);
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
  say(words.strokeUndone);
}

function clear() {
  keyboardPen.lift();
  picture.remove();
  pad.clear();
}

/** Reads the same picture or drawing as a number, or as one digit; the pad takes its other shape. */
function readAs() {
  keyboardPen.lift();
  view.forgetBoxes();
  keepInAddress();
  pad.fit();
  readAgain();
}

/** Keeps the choices in the address, to reload and to share. */
function keepInAddress() {
  const query = new URLSearchParams({ model: model.value });
  if (readsNumber.checked) query.set("read", "number");
  history.replaceState(null, "", `?${query}`);
}

/** Tells a screen reader. */
function say(sentence) {
  byId("pen-state").textContent = sentence;
}

const showWhetherEmpty = () => byId("read").classList.toggle("is-empty", pad.isEmpty);

pad.addEventListener("draw", () => {
  view.forgetChoice();
  picture.remove(); // it lies over the pad, which can be drawn on by keyboard all the same
  reader.readSoon();
  showWhetherEmpty();
});
pad.addEventListener("change", () => {
  readAgain();
  showWhetherEmpty();
});
picture.addEventListener("change", () => {
  view.forgetChoice();
  view.forgetBoxes();
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
  readsNumber.focus(); // the button goes
  readAs();
});
byId("mode").addEventListener("change", readAs);
addEventListener("online", readAgain);
byId("read").addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key !== "z") return;
  event.preventDefault();
  undo();
});
model.addEventListener("change", () => {
  view.showModel(model.value);
  keepInAddress();
  readAgain();
});
inside.addEventListener("toggle", () => inside.open && readAgain());

showWhetherEmpty();
view.showModel(model.value); // a browser may keep the choice when the page is loaded again
