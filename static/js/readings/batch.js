/** Reads the entries of a list that wait, a few at once, and puts their answers in their place. */

import { CLASS_SHEET, Problem, requestAnswer } from "../server/api_client.js";
import { Sender } from "../server/sender.js";
import { words } from "../server/sending_words.js";
import { shrunk } from "../server/shrink_picture.js";
import { statusOf } from "./entry.js";
import { filesOfAll, named, newEntries } from "./found_files.js";
import { answered, answersOf } from "./page_lines.js";
import { thumbnailsOf } from "./thumbnails.js";

const AT_ONCE = 2; // pictures that are sent side by side

export class Batch {
  /** Why the server gives no answer at the moment. @type {Problem?} */
  problem = null;

  /**
   * @param {import("./entry_list.js").EntryList} list whose store has their pictures
   * @param {() => {model: string, risk: string, allowed?: string}} options as of `requestAnswer`
   */
  constructor(list, options) {
    Object.assign(this, { list, options });
    this.sender = new Sender((id, signal, onProgress) => this.#request(id, { signal, onProgress }), {
      onAnswer: (id, read) => this.#take(id, read),
      onProblem: (id, problem) => this.#takeProblem(id, problem),
    }, AT_ONCE);
    addEventListener("online", () => this.sender.resume());
  }

  /**
   * Adds the files that are not there yet.
   * @param {File[]} files @param {FileSystemEntry[]} dropped the same, with what is in folders; none where they were chosen
   * @returns {Promise<number>} how many are there already
   */
  async add(files, dropped = []) {
    const found = dropped.length > 0 ? await filesOfAll(dropped) : named(files);
    const news = newEntries(this.list.all, found, () => this.list.newId(Date.now()), this.options().allowed);
    this.list.put(news.map(([entry]) => entry), new Map(news.map(([{ id }, file]) => [id, file])));
    this.sender.add(news.map(([{ id }]) => id));
    this.sender.resume(); // also what waits because the server could not be reached
    return found.length - news.length;
  }

  /**
   * Adds the lines of a page that has been read.
   * @param {import("./entry.js").Entry} page @param {File} sent of it
   * @returns {Promise<number>} the id of the first that is doubtful, or else of the first
   */
  async addPage(page, sent, answer) {
    const entries = answered(page, answer, await thumbnailsOf(sent, answersOf(answer)));
    this.list.put(entries, new Map([[page.id, sent]]));
    return (entries.find((line) => !line.answer.certain) ?? page).id;
  }

  /** Reads what waits. @param {import("./entry.js").Entry[]} [entries] */
  read(entries = this.list.all) {
    this.sender.add(entries.filter((entry) => statusOf(entry) === "waiting").map(({ id }) => id));
  }

  tryAgain(allowed) {
    const failed = this.list.all.filter((entry) => statusOf(entry) === "failed");
    const again = failed.map((entry) => ({ ...entry, error: "", allowed }));
    this.list.put(again);
    this.read(again);
  }

  stop(isStopped) {
    if (isStopped) this.sender.stop();
    else this.sender.goOn();
    this.#change();
  }

  clear() {
    this.sender.clear();
    this.problem = null;
  }

  async #request(id, sending) {
    const { allowed } = this.list.find(id) ?? {};
    const picture = await this.list.store.picture(id);
    if (!picture) throw new Problem(words.unreadableFile, false);
    if (picture.type && !picture.type.startsWith("image/")) throw new Problem(words.noPicture(picture.type), false);
    const sent = await shrunk(picture).catch((error) => {
      throw error instanceof Problem ? error : new Problem(words.tooLarge, false); // for the browser's memory
    });
    const options = { ...this.options(), allowed, ...sending };
    const answer = await requestAnswer(sent, options);
    return { answer, thumbnails: await thumbnailsOf(sent, answersOf(answer)), smaller: sent === picture ? undefined : sent };
  }

  #take(id, { answer, thumbnails, smaller }) {
    this.problem = null;
    const entry = this.list.find(id);
    if (entry) this.list.put(answered(entry, answer, thumbnails), smaller && new Map([[id, smaller]]));
    else this.#change();
  }

  #takeProblem(id, problem) {
    this.problem = problem.isPassing ? problem : null;
    const entry = this.list.find(id);
    const isSheet = problem.type === CLASS_SHEET;
    if (this.problem || !entry) this.#change();
    else this.list.put([{ ...entry, error: problem.text, isSheet }]);
  }

  #change() {
    this.list.dispatchEvent(new Event("change"));
  }
}
