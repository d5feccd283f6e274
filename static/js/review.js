/** The review page: the pictures of a folder are read, and a person looks at the doubtful ones, one after another. */

import { listenForFiles } from "./draw/picture_input.js";
import { BrowserStore } from "./readings/browser_store.js";
import { ofVersion1, statusOf } from "./readings/entry.js";
import { EntryList } from "./readings/entry_list.js";
import { listenForSaving } from "./readings/export.js";
import { Card } from "./review/card.js";
import * as folder from "./review/folder.js";
import { Problem, requestAnswer } from "./server/api_client.js";
import { Sender } from "./server/sender.js";
import { words } from "./server/sending_words.js";
import { shrunk } from "./server/shrink_picture.js";
import { keepStateInLanguages } from "./state.js";
import { takeHanded } from "./ui/database.js";
import { announce, byId, partsOf, showDefinitions, table, write } from "./ui/dom.js";
import { formatNumber, translate, translatePlural } from "./ui/translate.js";

const COUNTED = {
  certain: translate("Certain"),
  doubtful: translate("To look at"),
  accepted: translate("Accepted"),
  corrected: translate("Corrected"),
  unreadable: translate("Unreadable"),
  failed: translate("Failed"),
};
const NAMED = 3; // files that were left out
const AT_ONCE = 2; // pictures that are sent side by side

const root = byId("review");
const part = partsOf(root);

const store = new BrowserStore("inkling-review");
/** All pictures. @type {EntryList<folder.Entry>} */
const list = new EntryList(store);
const sender = new Sender(requestReading, { onAnswer: takeAnswer, onProblem: takeProblem }, AT_ONCE);
const card = new Card(byId("card"), store, { onDecide: decide, onBack: goBack });
const otherTabs = new BroadcastChannel("inkling-review");
/** Id of the entry on the card, null if there is none. @type {number?} */
let shown = null;
let n_failures = 0; // that are shown
let isActive = true; // until another tab opens this page
/** Why the server gives no answer at the moment. @type {Problem?} */
let problem = null;

/** @param {Promise<folder.Found[]>} choosing files, or those of folders */
async function add(choosing) {
  const found = await choosing;
  await loaded;
  const pictures = found.filter(folder.isPicture);
  const others = found.filter((one) => !pictures.includes(one)).map(({ path }) => path);
  const news = folder.newEntries(list.all, pictures, list.newId(), byId("allowed").value);
  part("note").textContent = [leftOut(others), alreadyThere(pictures.length - news.length)].filter(Boolean).join(" ");
  list.put(news.map(([entry]) => entry), new Map(news.map(([{ id }, file]) => [id, file])));
  sender.add(news.map(([{ id }]) => id));
  show();
}

function leftOut(paths) {
  if (paths.length === 0) return "";
  const names = paths.slice(0, NAMED).join(", ") + (paths.length > NAMED ? " …" : "");
  return translatePlural(
    "{count} file is not a picture and was left out: {names}",
    "{count} files are not pictures and were left out: {names}",
    paths.length,
    { names },
  );
}

const alreadyThere = (count) =>
  count > 0 && translatePlural("{count} picture was there already.", "{count} pictures were there already.", count);

async function requestReading(id, signal, onProgress) {
  const picture = await store.picture(id);
  if (!picture) throw new Problem(words.unreadableFile, false);
  const sent = await shrunk(picture).catch((error) => {
    throw error instanceof Problem ? error : new Problem(words.tooLarge, false); // for the browser's memory
  });
  const { model } = root.dataset;
  const { allowed } = list.find(id);
  const answer = await requestAnswer(sent, { model, allowed, risk: byId("risk").value, signal, onProgress });
  return { answer, smaller: sent === picture ? undefined : sent };
}

function takeAnswer(id, { answer, smaller }) {
  problem = null;
  const entry = list.find(id);
  if (entry) list.put([folder.answered(entry, answer)], smaller && new Map([[id, smaller]]));
  else show();
}

function takeProblem(id, newProblem) {
  problem = newProblem.isPassing ? newProblem : null;
  const entry = list.find(id);
  if (problem || !entry) show();
  else list.put([{ ...entry, error: newProblem.text }]);
}

function decide(text) {
  const decided = folder.decided(list.find(shown), text);
  const later = toReview().with(placeOf(shown), decided);
  shown = folder.nextOpen(later, shown)?.id ?? null;
  list.correct([decided]);
  if (shown === null) part("done").focus();
}

function goBack() {
  shown = folder.previous(toReview(), shown)?.id ?? shown;
  show();
}

/** Takes the last decision back, and shows what it was on. */
function undo() {
  [{ id: shown }] = list.undoable;
  list.undo();
}

function tryAgain() {
  const failed = list.all.filter((entry) => statusOf(entry) === "failed");
  list.put(failed.map((entry) => ({ ...entry, error: "", allowed: byId("allowed").value })));
  sender.add(failed.map(({ id }) => id));
}

async function forget() {
  if (!confirm(translate("Forget all pictures, readings and decisions? This cannot be undone."))) return;
  sender.clear();
  problem = shown = null;
  await list.clear();
  part("note").textContent = translate("Everything is forgotten.");
  byId("folder").focus();
}

const toReview = () => folder.toReview(list.all, part("certain-too").checked);
const placeOf = (id) => toReview().findIndex((entry) => entry.id === id);

function show() {
  const { all, undoable } = list;
  const counted = folder.counts(all);
  const { waiting, failed, checked, checkedRight } = counted;
  const isReading = waiting > 0;
  const [read, total] = [all.length - waiting, all.length].map((count) => formatNumber(count));
  part("work").hidden = all.length === 0;
  Object.assign(part("progress"), { max: all.length, value: all.length - waiting });
  part("progress-text").textContent = translate("{read} of {total} read", { read, total });
  part("stop").hidden = !isReading;
  part("stop").textContent = sender.isStopped ? translate("Go on") : translate("Stop");
  write(part("problem"), problem && isReading && !sender.isStopped ? `${problem.title} ${problem.message}` : "");
  showDefinitions(part("counts"), Object.entries(COUNTED).map(([status, name]) => [name, String(counted[status])]));
  const values = { count: formatNumber(checked), right: formatNumber(checkedRight) };
  const accepted = translate("Of the certain readings you looked at {count} and accepted {right}.", values);
  part("checked").textContent = checked > 0 ? accepted : "";
  if (failed !== n_failures) showFailures(all.filter((entry) => statusOf(entry) === "failed"));
  showCard(isReading);
  part("undo").disabled = undoable.length === 0;
  const lost = translate(
    "This browser has no room for everything: after a reload some pictures or decisions are gone. Save the table before you leave.",
  );
  write(part("kept"), store.kept === "all" ? "" : lost);
}

function showFailures(failed) {
  n_failures = failed.length;
  part("failures").hidden = n_failures === 0;
  part("failures-title").textContent = translatePlural(
    "{count} picture could not be read", "{count} pictures could not be read", n_failures,
  );
  const headings = [translate("File"), translate("Why")];
  part("failures-table").replaceChildren(table(headings, failed.map(({ file, error }) => [file, error])));
}

function showCard(isReading) {
  const reviewed = toReview();
  if (placeOf(shown) < 0) shown = folder.nextOpen(reviewed, null)?.id ?? null;
  const place = placeOf(shown);
  part("done").hidden = shown !== null;
  part("done-text").textContent = isReading ? translate("Nothing to look at so far.") : translate("Nothing is left to look at.");
  part("look-again").hidden = reviewed.length === 0;
  if (shown === null) {
    card.hide();
    return;
  }
  const entry = reviewed[place];
  const label = translate("{file} ({place} of {total})", { file: entry.file, place: place + 1, total: reviewed.length });
  const isNew = card.entry !== entry;
  card.show(entry, label, folder.nextOpen(reviewed, shown));
  if (isNew) announce(`${label}. ${entry.answer.message}`);
}

/** Leaves the review to another tab: two would write over each other's decisions. */
function leave() {
  isActive = false;
  sender.stop();
  store.close();
  root.hidden = true;
  byId("other-tab").hidden = false;
  byId("go-on-here").focus();
}

async function load() {
  list.fill((await store.load()).map(ofVersion1));
  byId("allowed").value ||= list.all.at(-1)?.allowed ?? "";
  sender.add(list.all.filter((entry) => statusOf(entry) === "waiting").map(({ id }) => id));
  show();
}

const named = (files) => files.map((file) => ({ path: file.webkitRelativePath || file.name, file }));

otherTabs.onmessage = leave;
otherTabs.postMessage("opened");
const loaded = load();
list.addEventListener("change", show);

listenForFiles([byId("folder"), byId("files")], byId("drop-target"), (files, transfer) =>
  add(transfer ? folder.foundIn(transfer) : Promise.resolve(named(files))),
);
takeHanded().then((files) => files.length > 0 && add(Promise.resolve(named(files))));
part("stop").addEventListener("click", () => {
  if (sender.isStopped) sender.goOn();
  else sender.stop();
  show();
});
part("certain-too").addEventListener("change", show);
part("look-again").addEventListener("click", goBack);
part("try-again").addEventListener("click", tryAgain);
part("forget").addEventListener("click", forget);
part("undo").addEventListener("click", undo);
listenForSaving(part("save"), "review", () => list.all);
byId("go-on-here").addEventListener("click", () => location.reload());
keepStateInLanguages();
addEventListener("online", () => sender.resume());
addEventListener("beforeunload", (event) => {
  const isLost = store.hasUnstored || (store.kept !== "all" && list.all.length > 0);
  if (isActive && isLost) event.preventDefault();
});
