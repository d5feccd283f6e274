/** The drawing page: drawings and pictures go to the reader, its answers to the view. */

import { listenForProjector } from "./classroom/projector.js";
import { Columns } from "./columns.js";
import { Decision } from "./decision.js";
import { showBars, View } from "./draw/answer_view.js";
import { Bet, guessOf } from "./draw/bet.js";
import { guessIn } from "./draw/contest.js";
import { Examples } from "./draw/examples.js";
import { keepPicture, listenForFiles, loadPicture, Picture, pictureAt } from "./draw/picture_input.js";
import { Inside } from "./inside.js";
import { keepDrawings, loadDrawings } from "./pad/drawing.js";
import { Pad } from "./pad/pad.js";
import { Readings } from "./readings.js";
import { isPage } from "./readings/entry.js";
import * as api from "./server/api_client.js";
import { RequestQueue } from "./server/request_queue.js";
import { words } from "./server/sending_words.js";
import { cover, inAddress, keepStateInLanguages, openDialog, storeInAddress, uncover } from "./state.js";
import { handOver } from "./ui/database.js";
import { announce, byId, isOfTextField, undoOrRedo } from "./ui/dom.js";
import { LazyView, listenForDialog } from "./ui/lazy_view.js";
import { fillPixelTable, greyLevels } from "./ui/pixels.js";
import { isStandalone, translate } from "./ui/translate.js";

// A print would begin the opening again, and a page that the browser brings back may be older than a drawing.
const ENDING = ["pointerdown", "keydown", "click", "change", "dragenter", "paste", "beforeprint", "pagehide"];

/**
 * The opening of an empty page: a 7 draws itself and the network's answer to it appears, until the visitor does anything.
 * Nothing of it is a drawing or an answer: it lies over both, and screen readers pass over it.
 */
function playOpening() {
  const drawing = byId("opening"); // with the answer as JSON; none where the server had none
  if (!drawing) return;
  const answer = JSON.parse(drawing.dataset.answer);
  const copies = [document.querySelector(".outcome"), byId("activations")].map(copyOver);
  const [ofOutcome, ofActivations] = copies;
  ofOutcome.querySelector(".digit").innerHTML = `<span>${answer.digit}</span>`;
  Object.assign(ofOutcome.querySelector("img"), { src: answer.image, hidden: false });
  showBars(ofActivations.children, answer.activations, answer.digit);
  const root = document.documentElement;
  root.toggleAttribute("data-opening", true);
  const listening = new AbortController();
  const end = ({ target }) => {
    if (target.closest?.("#decided")) return; // how the 7 was decided is shown, too
    listening.abort();
    root.toggleAttribute("data-opening", false);
    for (const copy of copies) copy.remove();
  };
  for (const event of ENDING) addEventListener(event, end, { capture: true, signal: listening.signal });
}

/** Returns an inert copy of an element, at the same place of the page's grid. */
function copyOver(element) {
  const copy = element.cloneNode(true);
  for (const part of [copy, ...copy.querySelectorAll("[id], [aria-live]")]) {
    for (const name of ["id", "role", "aria-live"]) part.removeAttribute(name);
  }
  copy.classList.add("is-example");
  Object.assign(copy, { inert: true, ariaHidden: "true" });
  element.after(copy);
  return copy;
}

/** Fills what only the printed page has: the date, and the pixels that the network reads as numbers. */
function fillPrintedPage() {
  const picture = byId("seen"); // hidden while there is no answer
  byId("print-date").textContent = new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
  byId("printed-pixels").hidden = picture.hidden;
  if (!picture.hidden) fillPixelTable(byId("printed-pixels").querySelector("table"), greyLevels(picture));
}

/** The dialog with the page's address as a QR code, for phones: whether it is open is in the address. */
function listenForInvitation() {
  const open = (isByUser) => {
    openDialog(byId("invitation"), { isByUser }, () => storeInAddress({ invite: false }));
    storeInAddress({ invite: true });
  };
  byId("invite").addEventListener("click", () => open(true));
  if (inAddress("invite")) open(false);
}

/** The options lie over the page until one of their buttons is pressed, or something beside them. */
function listenForOptions() {
  const options = byId("options");
  const close = () => options.hidePopover();
  options.addEventListener("toggle", ({ newState }) => (newState === "open" ? cover : uncover)(close));
  options.addEventListener("click", ({ target }) => target.closest("button") && close());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !options.matches(":popover-open")) return;
    event.preventDefault(); // it would end the projector's view, too
    close();
  }, { capture: true });
}

const PROMPT = isStandalone ? translate("Draw any digit.") : translate("Draw a digit, or a number with several digits.");
const model = byId("model");
const risk = document.getElementById("risk");
const chosen = () => ({ model: model.value, risk: risk?.value ?? "" });

const pad = new Pad(byId("pad"), byId("pen-cursor"), loadDrawings());
const picture = new Picture(byId("picture"), byId("picture-image"));
const readings = new Readings(byId("readings"), pad, picture, chosen);
const inside = new Inside(byId("inside"), readAgain);
const columns = isStandalone ? null : new Columns(byId("columns"), readAgain);
const decision = new Decision(inside);
const addresses = { worker: pad.canvas.dataset.worker, networks: JSON.parse(inside.details.dataset.networks) };
const view = new View([inside, columns, decision], (text) => readings.choose(text), {
  isDrawing: () => pad.isDrawing,
  mayContinue: () => !picture.file && !bet.isOn, // on which people have waited already
});
/** What reads strokes while they are drawn, once the page is loaded. @type {import("./live.js").Live?} */
let live = null;
const reader = new RequestQueue(requestAnswer, {
  onStart: () => view.showBusy(true),
  onProgress: (part) => view.showSent(part),
  onAnswer(answer, isOutdated) {
    const show = () => isReadLive() || view.showAnswer(answer, isOutdated);
    bet.take(guessIn(answer), isOutdated, show);
    decision.answered();
    offerPlace(answer);
  },
  onProblem: (problem, keepsAnswer) => {
    const isNoDigit = !problem.isFault && !problem.isPassing;
    bet.take(isNoDigit ? null : undefined, false, () => view.showProblem(problem, keepsAnswer && !bet.isOn));
    offerPlace(problem);
  },
  onEnd: () => view.showBusy(false),
});

async function requestAnswer(signal, onProgress) {
  const { source } = readings;
  const explain = [inside.explain, columns?.explain].filter(Boolean).join(); // stages, then strips
  const options = { ...chosen(), explain, signal, onProgress };
  try {
    const sent = await (picture.file ? picture.upload : pad.toPng());
    const answer = await api.requestAnswer(sent, options);
    await readings.note(source, answer);
    return answer;
  } catch (problem) {
    if (!problem.isWorthRetrying && !problem.isPassing) readings.noteRefusal(source);
    throw problem;
  }
}

/** Whether the page's own network reads the stroke that is drawn: one digit, and nothing of it is shown before a bet. */
const isReadLive = () => pad.isDrawing && pad.squares === 1 && !view.hasSeveral && !bet.isOn && live?.has(model.value);

/** Reads the stroke that is drawn: here, or on the server where the page's network is missing, slow or broken. */
function readStroke() {
  if (isReadLive()) live.read(model.value, pad.drawn);
  else if (!view.hasSeveral) reader.readSoon(); // a number is read when the stroke ends
}

const hasInput = () => Boolean(picture.file) || !pad.isEmpty;

/** Reads the picture or the drawing at once, or shows an empty answer when there is neither. */
function readAgain() {
  if (hasInput()) {
    reader.readNow();
  } else {
    reader.cancel();
    view.showEmpty(PROMPT);
  }
}

function undo() {
  if (picture.file) {
    picture.remove();
    return;
  }
  if (pad.undo()) announce(translate("Undone"));
}

function redo() {
  if (pad.redo()) announce(translate("Redone"));
}

function clear() {
  picture.remove();
  pad.clear();
}

/** Marks the answer as that to an earlier picture; with a bet, nothing of it stays. */
function outdate() {
  view.outdate();
  bet.begin();
  if (bet.isOn) view.showEmpty("");
}

/** Makes the pad twice as wide, for long numbers, or square again, and reads the drawing in its new shape. */
function toggleWidth() {
  const isWide = byId("wide").ariaPressed !== "true";
  byId("wide").ariaPressed = String(isWide);
  byId("workspace").dataset.pad = isWide ? "wide" : "square";
  storeInAddress({ pad: isWide ? "wide" : "square" });
  pad.lift();
  view.clearBoxes();
  pad.fit();
  outdate();
  readAgain();
}

/** Shows what the buttons can do, and hides the invitation to draw once there is a stroke. */
function showTools() {
  byId("read").classList.toggle("is-empty", pad.isEmpty);
  byId("undo").ariaDisabled = String(!pad.canUndo && !picture.file);
  byId("redo").ariaDisabled = String(!pad.canRedo);
}

pad.addEventListener("draw", () => {
  picture.remove(); // the keyboard draws on the pad even under a picture
  outdate();
  readStroke();
  showTools();
});
pad.addEventListener("change", () => {
  outdate();
  view.resetSelection();
  keepDrawings(pad.drawings);
  if (hasInput()) reader.readNext();
  else readAgain();
  showTools();
});
picture.addEventListener("change", () => {
  outdate();
  view.resetSelection();
  view.clearBoxes();
  keepPicture(picture);
  readAgain();
  showTools();
});

/** The file that has just been chosen, and is not read yet: a page opens as a table then, and not after a reload. @type {File?} */
let newest = null;

/** Reads one picture here, and several, or a folder, in the table of readings. */
async function showFiles(files, dropped) {
  const isOne = files.length === 1 && !dropped.some(({ isDirectory }) => isDirectory);
  if (isOne && !readings.isTableOpen) picture.show((newest = files[0]));
  else if (!(await readings.addFiles(files, dropped))) view.showProblem(new api.Problem(words.noAnswer, false), true);
}

/** Opens or offers the place for more than a number: the page of class sheets, the table of a page's lines. */
function offerPlace(answer) {
  const { file, figure } = picture;
  const isNewest = newest === file;
  newest = null;
  if (!file) return;
  if (answer.type === api.CLASS_SHEET) picture.offer(words.openSheet, () => handOver([file], figure.dataset.class));
  else if (isPage(answer) && isNewest && !bet.isOn) readings.addPage(answer);
  else if (isPage(answer)) picture.offer(words.openPage, () => readings.addPage(answer));
}

async function showPictureAt(address) {
  try {
    picture.show(await pictureAt(address));
  } catch (problem) {
    view.showProblem(problem, true);
  }
}

/** Offers what a server alone reads, pictures and numbers on the wide pad, and the server itself to other devices. */
function listenForServer() {
  byId("upload").multiple = true; // without scripts one is sent
  listenForFiles([byId("upload"), byId("camera")], byId("pad-frame"), showFiles, showPictureAt);
  byId("wide").addEventListener("click", toggleWidth);
  listenForInvitation();
}

if (!isStandalone) listenForServer();
const keptPicture = loadPicture(); // before an example of the address takes its place
const answer = [byId("activations"), byId("message")];
const examples = new Examples(byId("examples"), picture, answer, (problem) => {
  view.showProblem(problem, true);
  bet.show(); // on what stays on the pad
});
const bet = new Bet({
  hasInput: () => hasInput() && !examples.isLoading,
  truth: () => (examples.label === undefined ? undefined : guessOf(examples.label)),
  onChange: () => {
    outdate();
    readAgain();
  },
  onPlaced: () => pad.canvas.focus({ preventScroll: true }),
});
const game = new LazyView("fool_it", byId("fool-it"), () => import("./fool_it/play.js"), ({ Play }) => new Play(byId("fool-it"), { chosen, addresses }));
listenForDialog(game, "fool", byId("fool"), {
  onFail: () => view.showProblem(new api.Problem({ ...words.noExample, title: translate("The game cannot be loaded.") }, false), true),
});
byId("bet-next").addEventListener("click", () => examples.next());
byId("undo").addEventListener("click", undo);
byId("redo").addEventListener("click", redo);
byId("clear").addEventListener("click", clear);
byId("back").addEventListener("click", () => {
  picture.remove();
  pad.canvas.focus();
});
byId("again").addEventListener("click", readAgain);
listenForOptions();
listenForProjector(byId("projector"));
keepStateInLanguages();
addEventListener("beforeprint", fillPrintedPage);
addEventListener("pagehide", () => pad.lift()); // so that the stroke in progress is kept
addEventListener("online", () => hasInput() && reader.readNext());
byId("read").addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => {
  const action = { undo, redo }[undoOrRedo(event)];
  if (!action || event.defaultPrevented || isOfTextField(event)) return;
  event.preventDefault();
  action();
});
function readOtherwise() {
  live?.load(model.value);
  view.showModel(model.value);
  storeInAddress(chosen());
  outdate();
  readAgain();
}
model.addEventListener("change", readOtherwise);
risk?.addEventListener("change", () => {
  readings.judge(Number(risk.selectedOptions[0].dataset.risk));
  readOtherwise();
});
if (risk) risk.value = inAddress("risk");
showTools();
if (keptPicture && !examples.isChosen) readings.restore(keptPicture);
else if (!pad.isEmpty) readAgain();
else if (!examples.isChosen && !bet.isOn && !inside.isOpen && !pad.canUndo && !readings.hasAny) {
  if (decision.isAsked) decision.open();
  else playOpening();
}
async function followStrokes() {
  const loaded = await import("./live.js").catch(() => null); // without it the server reads them
  live = loaded && new loaded.Live(addresses, (digit) => {
    if (digit !== undefined && isReadLive()) view.showLive(digit);
    else if (pad.isDrawing) readStroke(); // which may rest, so that no move of the pen asks for it
  });
  live?.load(model.value);
}
if (document.readyState === "complete") followStrokes();
else addEventListener("load", followStrokes, { once: true });
view.showModel(model.value); // a browser may restore the choice when the page is reloaded
