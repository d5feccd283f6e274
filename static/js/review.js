/** The review page: the pictures of a folder are read, and a person looks at the doubtful ones, one after another. */

import { listenForFiles } from "./draw/picture_input.js";
import { Card } from "./review/card.js";
import * as review from "./review/entries.js";
import { Problem, requestAnswer } from "./server/api_client.js";
import { Sender } from "./server/sender.js";
import { words } from "./server/sending_words.js";
import { shrunk } from "./server/shrink_picture.js";
import { keepStateInLanguages } from "./state.js";
import { completed, result, takeHanded } from "./ui/database.js";
import { announce, byId, partsOf, showDefinitions, table, write } from "./ui/dom.js";
import { save } from "./ui/download.js";
import { formatNumber, translate, translatePlural } from "./ui/translate.js";

const DATABASE = "inkling-review";
const STORES = ["entries", "pictures"];

/**
 * Keeps a review in the browser (IndexedDB), pictures included, until all of it is forgotten: a folder cannot be opened again
 * without the user. What finds no room stays in memory, until the page is left.
 */
class Store {
  /** Whether a reload loses nothing. */
  isKept = true;
  /** @type {IDBDatabase?} null where the browser forbids it */
  #database = null;
  /** The pictures that found no room. @type {Map<number, File>} */
  #pictures = new Map();

  /** @returns {Promise<import("./review/entries.js").Entry[]>} those of earlier visits */
  async load() {
    try {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("entries", { keyPath: "id" });
        request.result.createObjectStore("pictures");
      };
      this.#database = await result(request);
      return await result(this.#database.transaction("entries").objectStore("entries").getAll());
    } catch {
      this.isKept = false;
      return [];
    }
  }

  /** @param {import("./review/entries.js").Entry} entry @param {File} [picture] a new one of it */
  async put(entry, picture) {
    try {
      const transaction = this.#database.transaction(STORES, "readwrite");
      transaction.objectStore("entries").put(entry);
      if (picture) transaction.objectStore("pictures").put(picture, entry.id);
      await completed(transaction);
    } catch {
      this.isKept = false;
      if (picture) this.#pictures.set(entry.id, picture);
    }
  }

  /** @param {number} id of an entry @returns {Promise<File | undefined>} undefined where the browser has lost it */
  async picture(id) {
    if (this.#pictures.has(id)) return this.#pictures.get(id);
    try {
      return await result(this.#database.transaction("pictures").objectStore("pictures").get(id));
    } catch {
      return undefined;
    }
  }

  async clear() {
    this.#pictures.clear();
    if (!this.#database) return;
    const transaction = this.#database.transaction(STORES, "readwrite");
    for (const name of STORES) transaction.objectStore(name).clear();
    await completed(transaction);
    this.isKept = true;
  }
}

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

/** All pictures, by their ids, as the store has them. @type {Map<number, import("./review/entries.js").Entry>} */
const entries = new Map();
const store = new Store();
const sender = new Sender(requestReading, { onAnswer: takeAnswer, onProblem: takeProblem }, AT_ONCE);
const card = new Card(byId("card"), store, { onDecide: decide, onBack: goBack });
const otherTabs = new BroadcastChannel("inkling-review");
/** Id of the entry on the card, null if there is none. @type {number?} */
let shown = null;
let lastId = 0;
let n_adding = 0; // of what is not stored yet
let n_failures = 0; // that are shown
let isActive = true; // until another tab opens this page
/** Why the server gives no answer at the moment. @type {Problem?} */
let problem = null;

/** @param {Promise<import("./review/entries.js").Found[]>} choosing files, or those of folders */
async function add(choosing) {
  const found = await choosing;
  await loaded;
  const pictures = found.filter(review.isPicture);
  const others = found.filter((each) => !pictures.includes(each)).map(({ path }) => path);
  const news = review.newEntries(entries.values(), pictures, lastId + 1, byId("allowed").value);
  const n_known = pictures.length - news.length;
  part("note").textContent = [leftOut(others), alreadyThere(n_known)].filter(Boolean).join(" ");
  lastId += news.length;
  n_adding += news.length;
  for (const [entry] of news) entries.set(entry.id, entry);
  show();
  for (const [{ id }, file] of news) {
    if (isActive && entries.has(id)) { // and not forgotten meanwhile
      await store.put(entries.get(id), file);
      sender.add([id]);
    }
    n_adding--;
  }
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
  const { allowed } = entries.get(id);
  const answer = await requestAnswer(sent, { model, explain: null, index: null, allowed, signal, onProgress });
  return { answer, smaller: sent === picture ? undefined : sent };
}

async function takeAnswer(id, { answer, smaller }) {
  problem = null;
  if (!entries.has(id)) return;
  const entry = review.answered(entries.get(id), answer);
  await store.put(entry, smaller); // before it is shown: the card takes the picture from the store
  if (entries.has(id)) entries.set(id, entry);
  show();
}

function takeProblem(id, newProblem) {
  problem = newProblem.isPassing ? newProblem : null;
  if (problem || !entries.has(id)) show();
  else keep(review.failed(entries.get(id), newProblem.text));
}

async function keep(entry) {
  entries.set(entry.id, entry);
  show();
  await store.put(entry);
  showKept();
}

function decide(text) {
  const decided = review.decided(entries.get(shown), text);
  const list = toReview().with(placeOf(shown), decided);
  shown = review.nextOpen(list, shown)?.id ?? null;
  keep(decided);
  if (shown === null) part("done").focus();
}

function goBack() {
  shown = review.previous(toReview(), shown)?.id ?? shown;
  show();
}

function tryAgain() {
  const failed = [...entries.values()].filter(({ status }) => status === "failed");
  for (const entry of failed) keep(review.waiting(entry, byId("allowed").value));
  sender.add(failed.map(({ id }) => id));
}

async function forget() {
  if (!confirm(translate("Forget all pictures, readings and decisions? This cannot be undone."))) return;
  sender.clear();
  entries.clear();
  problem = shown = null;
  await store.clear();
  part("note").textContent = translate("Everything is forgotten.");
  show();
  byId("folder").focus();
}

const toReview = () => review.toReview([...entries.values()], part("certain-too").checked);
const placeOf = (id) => toReview().findIndex((entry) => entry.id === id);

function show() {
  const all = [...entries.values()];
  const counted = review.counts(all);
  part("work").hidden = all.length === 0;
  showProgress(all.length - counted.waiting, all.length);
  showSummary(counted);
  if (counted.failed !== n_failures) showFailures(all.filter(({ status }) => status === "failed"));
  showCard(counted.waiting > 0);
  showKept();
}

function showProgress(n_read, n_total) {
  const isReading = n_read < n_total;
  part("progress").max = n_total;
  part("progress").value = n_read;
  part("progress-text").textContent = translate("{read} of {total} read", { read: formatNumber(n_read), total: formatNumber(n_total) });
  part("stop").hidden = !isReading;
  part("stop").textContent = sender.isStopped ? translate("Go on") : translate("Stop");
  write(part("problem"), problem && isReading && !sender.isStopped ? `${problem.title} ${problem.message}` : "");
}

function showSummary(counted) {
  showDefinitions(part("counts"), Object.entries(COUNTED).map(([status, name]) => [name, String(counted[status])]));
  const values = { count: formatNumber(counted.checked), right: formatNumber(counted.checkedRight) };
  const checked = translate("Of the certain readings you looked at {count} and accepted {right}.", values);
  part("checked").textContent = counted.checked > 0 ? checked : "";
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
  const list = toReview();
  if (placeOf(shown) < 0) shown = review.nextOpen(list, null)?.id ?? null;
  const place = placeOf(shown);
  part("done").hidden = shown !== null;
  part("done-text").textContent = isReading ? translate("Nothing to look at so far.") : translate("Nothing is left to look at.");
  part("look-again").hidden = list.length === 0;
  if (shown === null) {
    card.hide();
    return;
  }
  const entry = list[place];
  const label = translate("{file} ({place} of {total})", { file: entry.file, place: place + 1, total: list.length });
  const isNew = card.entry !== entry;
  card.show(entry, label, review.nextOpen(list, shown));
  if (isNew) announce(`${label}. ${entry.answer.message}`);
}

function showKept() {
  const lost = translate(
    "This browser has no room for everything: after a reload some pictures or decisions are gone. Save the table before you leave.",
  );
  write(part("kept"), store.isKept ? "" : lost);
}

/** Leaves the review to another tab: two would write over each other's decisions. */
function leave() {
  isActive = false;
  sender.stop();
  root.hidden = true;
  byId("other-tab").hidden = false;
  byId("go-on-here").focus();
}

async function load() {
  for (const entry of await store.load()) entries.set(entry.id, entry);
  lastId = Math.max(0, ...entries.keys());
  byId("allowed").value ||= entries.get(lastId)?.allowed ?? "";
  sender.add([...entries.values()].filter(({ status }) => status === "waiting").map(({ id }) => id));
  show();
}

const named = (files) => files.map((file) => ({ path: file.webkitRelativePath || file.name, file }));

otherTabs.onmessage = leave;
otherTabs.postMessage("opened");
const loaded = load();

listenForFiles([byId("folder"), byId("files")], byId("drop-target"), (files, transfer) =>
  add(transfer ? review.foundIn(transfer) : Promise.resolve(named(files))),
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
part("save").addEventListener("click", () => save("review.csv", () => review.toCsv([...entries.values()])));
byId("go-on-here").addEventListener("click", () => location.reload());
keepStateInLanguages();
addEventListener("online", () => sender.resume());
addEventListener("beforeunload", (event) => {
  if (isActive && (n_adding > 0 || (!store.isKept && entries.size > 0))) event.preventDefault(); // what is not kept would be lost
});
