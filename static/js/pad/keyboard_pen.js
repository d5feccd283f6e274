/** Drawing on the pad with the keyboard: arrows move a visible pen, Space puts it down and lifts it. */

import { announce, isShortcut } from "../ui/dom.js";
import { translate } from "../ui/translate.js";

const STEP = 1 / 28; // of the pad's height: on a square pad one of the pixels that the network reads
const MARGIN = STEP;
const DIRECTIONS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class KeyboardPen {
  #x = 0.5;
  #y = 0.25;
  #isDown = false;
  /** Arrow keys that are down: two of them move the pen diagonally. @type {Set<string>} */
  #held = new Set();

  /** @param {HTMLElement} cursor shows where the pen is */
  constructor(pad, cursor) {
    Object.assign(this, { pad, cursor });
    const { canvas } = pad;
    canvas.addEventListener("keydown", (event) => this.#press(event));
    canvas.addEventListener("keyup", (event) => this.#held.delete(event.key));
    canvas.addEventListener("blur", () => this.#leave());
    canvas.addEventListener("pointerdown", () => this.#leave(), { capture: true });
  }

  #press(event) {
    if (isShortcut(event)) return;
    this.#x = within(this.#x, this.pad.squares); // the pad may have been wider
    if (event.key in DIRECTIONS) this.#move(event.key);
    else if (event.key === " ") this.#toggle(event.repeat);
    else if (event.key === "Delete" || event.key === "Backspace") this.#clear();
    else return;
    event.preventDefault();
    this.#show();
  }

  #move(key) {
    this.#held.add(key);
    for (const held of this.#held) {
      const [right, down] = DIRECTIONS[held];
      this.#x = within(this.#x + right * STEP, this.pad.squares);
      this.#y = within(this.#y + down * STEP, 1);
    }
    if (this.#isDown) this.pad.extendStroke([{ x: this.#x, y: this.#y }]);
  }

  #toggle(isRepeated) {
    if (isRepeated) return;
    if (this.#isDown) {
      this.lift();
    } else if (this.pad.beginStroke({ x: this.#x, y: this.#y }, "keyboard")) {
      this.#isDown = true;
      announce(translate("Pen down"));
    }
  }

  lift() {
    if (!this.#isDown) return;
    this.#isDown = false;
    this.#show();
    this.pad.endStroke();
    announce(translate("Pen up"));
  }

  #clear() {
    this.lift();
    this.pad.clear();
    announce(translate("Pad cleared"));
  }

  #leave() {
    this.lift();
    this.#held.clear();
    this.cursor.hidden = true;
  }

  #show() {
    this.cursor.hidden = false;
    this.cursor.style.left = `${(100 * this.#x) / this.pad.squares}%`;
    this.cursor.style.top = `${100 * this.#y}%`;
    this.cursor.classList.toggle("is-down", this.#isDown);
  }
}

const within = (place, end) => Math.min(Math.max(place, MARGIN), end - MARGIN);
