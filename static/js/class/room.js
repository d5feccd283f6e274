/** The room that a class page has opened for phones: asked every other second for what is new, until it ends. */

import { ROOM_KEY } from "../room/room_board.js";
import { eraseRoom, newKey, openRoom, requestArrivals, requestPhotograph, UNKNOWN_ROOM } from "../room/room_client.js";
import { toBase64 } from "../ui/files.js";
import { readLevels } from "../ui/pixels.js";
import { keepInTab, loadFromTab } from "../ui/store.js";

const INTERVAL_MS = 2000;
const TIMEOUT_MS = 20_000;

/** @typedef {{code: string, key: string, ends_ms: number, version: number, phones: number}} OpenRoom the version that the page has */

/** Emits "change". */
export class Room extends EventTarget {
  /** @type {OpenRoom?} */
  state = loadFromTab(ROOM_KEY);
  /** Why nothing comes at the moment, or why the room has ended. @type {import("../server/api_client.js").Problem?} */
  problem = null;

  #timer = 0;
  #channel = new BroadcastChannel(ROOM_KEY);

  /**
   * @param {(code: string, arrived: object[]) => void} takeDigits keeps what has come, as `ClassSheets.takeFromRoom` takes it
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
      const key = newKey();
      const { code, seconds_left } = await openRoom(key);
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
    const boxes = await Promise.all(digits.map(boxOf));
    if (this.state !== asked) return; // it was closed meanwhile
    if (boxes.length > 0) this.takeDigits(asked.code, boxes);
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
    keepInTab(ROOM_KEY, state ?? undefined);
    this.dispatchEvent(new Event("change"));
  }
}

/** @param {import("../room/room_client.js").RoomDigit} digit @returns what becomes a box of a sheet */
async function boxOf({ number, digit, image, readings }) {
  const pixels = image && toBase64(Uint8Array.from(await readLevels(image)));
  return { pupil: number, column: digit, image: pixels, readings };
}
