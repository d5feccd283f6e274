/** The labelled digits of the class's sheets, for the pages that learn from them: of this tab, or of another that is open. */

import { fromBase64 } from "../ui/files.js";
import { SIDE } from "../ui/pixels.js";
import { digitsOf } from "./sheets.js";
import { loadSheets } from "./store.js";

const PIXELS = SIDE * SIDE;
const CHANNEL = "inkling-class";
const ASKED = "asked"; // by a tab for the digits of the others

/** Emits "change" after another tab has given its digits, or has forgotten them: these are held in memory alone. */
export class ClassDigits extends EventTarget {
  /** Of another tab. @type {import("./sheets.js").Digit[]} */
  #shared = [];
  #channel = new BroadcastChannel(CHANNEL);

  /** @param {() => import("./sheets.js").Digit[]} loadKept returns those of this tab */
  constructor(loadKept = () => digitsOf(loadSheets())) {
    super();
    this.loadKept = loadKept;
    this.#channel.addEventListener("message", ({ data }) => {
      if (data !== ASKED) {
        this.#shared = data;
        this.dispatchEvent(new Event("change"));
      } else if (loadKept().length > 0) this.share();
    });
    this.#channel.postMessage(ASKED);
  }

  /** Gives this tab's digits to the other tabs. */
  share() {
    this.#channel.postMessage(this.loadKept().map(({ image, label }) => ({ image, label })));
  }

  /**
   * @returns {import("../learn/digits.js").OwnDigits} with what was written as corrected; none where no sheet was read in a
   *   tab that is open
   */
  load() {
    const kept = this.loadKept();
    const digits = kept.length > 0 ? kept : this.#shared;
    const images = new Uint8Array(digits.length * PIXELS);
    for (const [place, { image }] of digits.entries()) images.set(fromBase64(image), place * PIXELS);
    return { images, labels: digits.map(({ label }) => label) };
  }

  close() {
    this.#channel.close();
  }
}
