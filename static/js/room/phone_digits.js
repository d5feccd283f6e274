/** The ten digits of a phone: drawn, on their way to a room, there, or refused; kept in this tab over a reload. */

import { drawnAsSent } from "../pad/drawing.js";
import { Sender } from "../server/sender.js";
import { toBlob } from "../ui/files.js";
import { keepInTab, loadFromTab } from "../ui/store.js";
import { newKey, OF_ROOM, sendDigit } from "./room_client.js";

const N_DIGITS = 10;
const LATE_S = 20; // the class's page fetches what has come every other second

/**
 * @typedef {{digit: number, drawing: import("../pad/drawing.js").Drawing?, isSent: boolean, problem: import("../server/api_client.js").Problem?}}
 *   PhoneDigit without a drawing it was not drawn, or is taken back
 */

/** Emits "change". */
export class PhoneDigits extends EventTarget {
  /** Why the server takes none: at the moment, or because the room has ended or is full. @type {import("../server/api_client.js").Problem?} */
  problem = null;
  /** Whether the class's page fetches nothing, as of a laptop that is closed. */
  isLate = false;

  /** @param {string} code of the room */
  constructor(code) {
    super();
    this.storeKey = `inkling-room-${code}`;
    const { key = newKey(), number = null, digits = [] } = loadFromTab(this.storeKey) ?? {};
    this.phone = { code, key };
    this.number = number;
    /** @type {PhoneDigit[]} */
    this.all = Array.from({ length: N_DIGITS }, (_, digit) => ({ digit, drawing: null, isSent: true, problem: null, ...digits[digit] }));
    this.sender = new Sender(({ digit, drawing }, signal) => sendDigit(this.phone, digit, drawing && pictureOf(drawing), signal), {
      onAnswer: (sent, answer) => {
        this.number = answer.number;
        this.isLate = answer.waiting_s > LATE_S;
        this.problem = null;
        this.#settle(sent, { isSent: true, problem: null });
      },
      onProblem: (sent, problem) => {
        const isOfDigit = !problem.isPassing && !OF_ROOM.includes(problem.type);
        this.problem = isOfDigit ? null : problem;
        this.#settle(sent, { problem: isOfDigit ? problem : null });
      },
    }, 1);
    this.sender.add(this.all.filter(({ isSent }) => !isSent));
  }

  /** Forgets them in this tab, for the next pupil on the same device. */
  forget() {
    keepInTab(this.storeKey, undefined);
  }

  get nSent() {
    return this.all.filter(({ drawing, isSent }) => drawing && isSent).length;
  }

  /** @returns {number?} the first digit that is not drawn or was refused, from this one on; null where there is none */
  nextFrom(first) {
    const order = Array.from({ length: N_DIGITS }, (_, place) => (first + place) % N_DIGITS);
    return order.find((digit) => !this.all[digit].drawing || this.all[digit].problem) ?? null;
  }

  /** Sends a drawing in place of an earlier one; null takes that back. @param {import("../pad/drawing.js").Drawing?} drawing */
  send(digit, drawing) {
    this.all[digit] = { digit, drawing, isSent: false, problem: null };
    this.sender.add([this.all[digit]]);
    this.#change();
  }

  /** Notes what became of what was sent, unless it was drawn again meanwhile. */
  #settle(sent, outcome) {
    if (this.all[sent.digit] === sent) Object.assign(sent, outcome);
    this.#change();
  }

  #change() {
    const digits = this.all.map(({ digit, drawing, isSent }) => ({ digit, drawing, isSent }));
    keepInTab(this.storeKey, { key: this.phone.key, number: this.number, digits });
    this.dispatchEvent(new Event("change"));
  }
}

const pictureOf = (drawing) => toBlob(drawnAsSent(document.createElement("canvas"), drawing).toDataURL());
