/** The class page: photographs go to the server, what it finds to the matrix, the photographs and the files. */

import { ResultsView } from "./class/class_results_view.js";
import { Correction } from "./class/correction.js";
import { fillPoster } from "./class/digit_pictures.js";
import { readSheet, Uploads } from "./class/photographs.js";
import { Room } from "./class/room.js";
import { RoomView } from "./class/room_view.js";
import { ClassDigits, ClassSheets, entriesOf, sameSheet, sheetOf } from "./class/sheets.js";
import { SheetsView } from "./class/sheets_view.js";
import { AccuracyBet } from "./classroom/accuracy_bet.js";
import { listenForProjector } from "./classroom/projector.js";
import { listenForFiles } from "./draw/picture_input.js";
import { listenForSaving, showSaving } from "./readings/export.js";
import { requestSheet } from "./server/api_client.js";
import { words } from "./server/sending_words.js";
import { shrunk } from "./server/shrink_picture.js";
import { inAddress, keepStateInLanguages, storeInAddress } from "./state.js";
import { takeHanded } from "./ui/database.js";
import { announce, byId, isOfTextField, undoOrRedo } from "./ui/dom.js";
import { fetchPicture, fromBase64 } from "./ui/files.js";
import { levelsUrl } from "./ui/pixels.js";
import { translate } from "./ui/translate.js";

const KEPT = {
  all: translate("Kept in this tab of your browser until you close it, and nowhere else."),
  some: translate(
    "The digits are kept in this tab of your browser until you close it, but the photographs only until you leave this page: " +
      "there is no room for them.",
  ),
  none: translate("This browser keeps nothing: the digits are gone when you leave this page. Save them first."),
};

const networks = [...document.querySelectorAll("[data-part=networks] label")];

const sheets = new ClassSheets();
const classDigits = new ClassDigits(() => sheets.digits);
const uploads = new Uploads(byId("uploads"), byId("upload-item"), requestPhotograph, take);
const bet = new AccuracyBet(byId("bet"), inAddress("bet"));
const results = new ResultsView(byId("results"), bet, showsPupils);
const photographs = new SheetsView(byId("sheets"), byId("sheet-item"), { showsPupils, onRemove: removeSheet });
const saving = byId("found").querySelector("[data-part=save]");
const room = new Room((...arrived) => sheets.takeFromRoom(...arrived), (files) => uploads.add(files));
const titles = Object.fromEntries(networks.map((label) => [label.querySelector("input").value, label.querySelector("b").textContent]));
const correction = new Correction(byId("correction"), sheets, { titles, showsPupils });

async function requestPhotograph(file, signal, onProgress) {
  const sent = await shrunk(file);
  const answer = await requestSheet(sent, { signal, onProgress });
  return { message: answer.message, read: await readSheet(sent, answer) };
}

/** Takes what was found on a photograph, or asks if it seems to be there already. */
function take({ message, read }) {
  const same = sameSheet(sheets.all, read);
  const add = () => {
    sheets.put([sheetOf(read, sheets.newId())]);
    announce(message);
    if (uploads.isEmpty) byId("found").scrollIntoView(); // it may be below the steps
  };
  if (!same) add();
  else uploads.ask(read, sheets.numberOf(same.id), { replace: () => sheets.replace(same.id, read), add });
}

const toPng = (image) => levelsUrl(fromBase64(image));

async function addExample(event) {
  event.preventDefault();
  const problem = byId("example-problem");
  problem.textContent = "";
  try {
    uploads.add([await fetchPicture(byId("example").href, "sheet.webp")]);
  } catch {
    problem.textContent = `${words.noExample.title} ${words.noExample.detail}`;
  }
}

function showsPupils() {
  return byId("show-pupils").checked;
}

function removeSheet(sheetId) {
  sheets.remove([sheetId]);
  byId("undo").focus(); // the button is gone
  announce(translate("The sheet is removed. Undo brings it back."));
}

function undo() {
  if (sheets.undoable.length === 0 || correction.isOpen) return;
  sheets.undo();
  announce(translate("Undone"));
}

async function forget() {
  if (!confirm(translate("Forget all sheets, photographs and corrections? This cannot be undone."))) return;
  await room.erase(); // first: nothing comes afterwards
  uploads.clear();
  sheets.clear();
  byId("upload").focus();
  announce(translate("Everything is forgotten."));
}

function show() {
  const isEmpty = sheets.all.length === 0;
  const canUndo = sheets.undoable.length > 0;
  byId("found").hidden = isEmpty && !canUndo;
  byId("found").classList.toggle("is-empty", isEmpty); // the last was removed: undo brings it back
  byId("undo").disabled = !canUndo;
  byId("kept").textContent = KEPT[sheets.store.kept];
  showSaving(saving, sheets.digits.length);
  const { box } = document.activeElement.dataset;
  if (!isEmpty) results.show(sheets.all);
  if (box) focusOn(box);
}

/** Brings the focus back to a box after its button has been made again, or else to what is shown instead. */
function focusOn(boxId) {
  const found = byId("found");
  (found.querySelector(`button[data-box="${boxId}"]`) ?? found.querySelector("[data-part=pictures-title]")).focus();
}

sheets.addEventListener("change", show);
sheets.addEventListener("change", () => classDigits.share());
byId("results").addEventListener("model", () => photographs.show(sheets.all, results.model));
byId("show-pupils").addEventListener("change", show);
byId("bet-first").checked = bet.isOn;
byId("bet-first").addEventListener("change", ({ target }) => {
  bet.isOn = target.checked;
  byId("bet").hidden = !bet.isOn;
  storeInAddress({ bet: bet.isOn });
  show();
});
listenForFiles([byId("upload"), byId("camera")], byId("drop-target"), (files) => uploads.add(files));
takeHanded().then((files) => uploads.add(files));
byId("example").addEventListener("click", addExample);
byId("undo").addEventListener("click", undo);
byId("forget").addEventListener("click", forget);
listenForSaving(saving, "class", () => entriesOf(sheets.all, results.model, toPng));
byId("print").addEventListener("click", () => print());
byId("found").addEventListener("click", ({ target }) => {
  const { box } = target.closest("[data-box]")?.dataset ?? {};
  if (box) correction.ask(box);
});
if (byId("room")) new RoomView(byId("room"), room); // which needs a server
listenForProjector(byId("projector"));
keepStateInLanguages();
addEventListener("beforeprint", () => fillPoster(byId("poster"), sheets.digits, results.model));
addEventListener("online", () => uploads.sender.resume());
addEventListener("beforeunload", (event) => {
  if (uploads.isBusy || sheets.store.kept === "none") event.preventDefault(); // what is not kept would be lost
});
document.addEventListener("keydown", (event) => {
  if (undoOrRedo(event) !== "undo" || isOfTextField(event)) return;
  event.preventDefault();
  undo();
});

show();
