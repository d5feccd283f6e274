/** The room that a class page has opened for phones: asked every other second for what is new, until it ends. */

import { eraseRoom, openRoom, requestArrivals, requestPhotograph, UNKNOWN_ROOM } from "../room/room_client.js";
import { keepInTab, loadFromTab } from "../ui/store.js";

const STORE_KEY = "inkling-room";
const INTERVAL_MS = 2000;
const TIMEOUT_MS = 20_000;

/** @typedef {{code: string, key: string, ends_ms: number, version: number, phones: number}} OpenRoom the version that the page has */

/** Emits "change". */
export class Room extends EventTarget {
  /** @type {OpenRoom?} */
  state = loadFromTab(STORE_KEY);
  /** Why nothing comes at the moment, or why the room has ended. @type {import("../server/api_client.js").Problem?} */
  problem = null;

  #timer = 0;

  /**
   * @param {(code: string, digits: import("../room/room_client.js").RoomDigit[]) => Promise<void>} takeDigits keeps what has come
   * @param {(photographs: File[]) => void} takePhotographs
   */
  constructor(takeDigits, takePhotographs) {
    super();
    Object.assign(this, { takeDigits, takePhotographs });
    if (this.state) this.#ask();
  }

  async open() {
    await this.#try(async () => {
      const { code, key, seconds_left } = await openRoom();
      this.#keep({ code, key, ends_ms: Date.now() + 1000 * seconds_left, version: 0, phones: 0 });
      this.#ask();
    });
  }

  /** Erases it on the server; what has come stays on the page. */
  async erase() {
    if (!this.state) return;
    await this.#try(async () => {
      await eraseRoom(this.state);
      this.#end();
    });
  }

  async #ask() {
    clearTimeout(this.#timer);
    const asked = this.state;
    let wait_ms = INTERVAL_MS;
    await this.#try(async () => {
      const arrivals = await requestArrivals(asked, asked.version, AbortSignal.timeout(TIMEOUT_MS));
      if (arrivals) await this.#take(asked, arrivals);
    });
    if (this.problem?.type === UNKNOWN_ROOM) this.#end();
    if (this.problem) wait_ms = Math.max(2 * INTERVAL_MS, 1000 * this.problem.wait_s);
    if (this.state) this.#timer = setTimeout(() => this.#ask(), wait_ms);
  }

  /** The server erases what the page says that it has: not before it is kept here. */
  async #take(asked, { version, phones, digits, photographs }) {
    const files = await Promise.all(photographs.map((each) => requestPhotograph(asked, each)));
    if (this.state !== asked) return; // it was erased meanwhile
    if (digits.length > 0) await this.takeDigits(asked.code, digits);
    if (files.length > 0) this.takePhotographs(files);
    this.#keep({ ...asked, version, phones });
  }

  #end() {
    clearTimeout(this.#timer);
    this.#keep(null);
  }

  async #try(action) {
    let problem = null;
    try {
      await action();
    } catch (error) {
      if (!error.title) throw error;
      problem = error;
    }
    if (problem === null && this.problem === null) return;
    this.problem = problem;
    this.dispatchEvent(new Event("change"));
  }

  #keep(state) {
    this.state = state;
    keepInTab(STORE_KEY, state ?? undefined);
    this.dispatchEvent(new Event("change"));
  }
}
