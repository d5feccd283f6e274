/** The room that a class page has opened for phones: asked every other second for what is new, until it ends. */

import { eraseRoom, openRoom, requestArrivals, requestPhotograph, UNKNOWN_ROOM } from "../room/room_client.js";
import { keepInTab, loadFromTab } from "../ui/store.js";

const STORE_KEY = "inkling-room"; // also of the channel between tabs
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
  #channel = new BroadcastChannel(STORE_KEY);

  /**
   * @param {(code: string, digits: import("../room/room_client.js").RoomDigit[]) => Promise<void>} takeDigits keeps what has come
   * @param {(photographs: File[]) => void} takePhotographs
   */
  constructor(takeDigits, takePhotographs) {
    super();
    Object.assign(this, { takeDigits, takePhotographs });
    // A tab that was duplicated has the same key: one of the two fetches, or each would miss what the other has.
    this.#channel.addEventListener("message", ({ data }) => data === this.state?.code && this.#end());
    if (!this.state) return;
    this.#channel.postMessage(this.state.code);
    this.#ask();
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
    const isOpen = () => this.state?.code === asked.code; // it may be closed meanwhile
    await this.#try(async () => {
      const arrivals = await requestArrivals(asked, asked.version, AbortSignal.timeout(TIMEOUT_MS));
      if (arrivals) await this.#take(asked, arrivals);
    }, isOpen);
    if (!isOpen()) return;
    if (this.problem?.type === UNKNOWN_ROOM) this.#end();
    else this.#timer = setTimeout(() => this.#ask(), this.problem ? Math.max(2 * INTERVAL_MS, 1000 * this.problem.wait_s) : INTERVAL_MS);
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

  /** Notes the problem of an action, while that matters. */
  async #try(action, matters = () => true) {
    let problem = null;
    try {
      await action();
    } catch (error) {
      if (!error.title) throw error;
      problem = error;
    }
    if (!matters() || problem === this.problem) return;
    this.problem = problem;
    this.dispatchEvent(new Event("change"));
  }

  #keep(state) {
    this.state = state;
    keepInTab(STORE_KEY, state ?? undefined);
    this.dispatchEvent(new Event("change"));
  }
}
