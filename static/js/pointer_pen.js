/** Drawing on the pad with a mouse, a finger or a pen; the palm of a hand that holds a pen draws nothing. */

export class PointerPen {
  /** The pointer that draws. @type {{pointerId: number, pointerType: string}?} */
  #drawing = null;

  /** @param {import("./pad.js").Pad} pad */
  constructor(pad) {
    this.pad = pad;
    const { canvas } = pad;
    canvas.addEventListener("pointerdown", (event) => this.#press(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#lift(event));
    canvas.addEventListener("pointercancel", (event) => this.#cancel(event));
    // Otherwise iPads take quick strokes of a pencil for handwriting in a text field.
    canvas.addEventListener("touchmove", (event) => event.preventDefault(), { passive: false });
  }

  #press(event) {
    const { pointerId, pointerType, isPrimary } = event;
    if (event.button !== 0 || this.#isPalm(pointerType)) return;
    const before = this.#drawing?.pointerType;
    if (pointerType === "pen" && before === "touch") this.pad.discardStroke(); // of a palm
    // The first of its kind on the screen: the one before was lifted where the browser did not see it.
    else if (isPrimary && pointerType === before) this.lift();
    if (!this.pad.beginStroke(this.#place(event), pointerType)) return;
    this.#drawing = { pointerId, pointerType };
    this.pad.canvas.setPointerCapture(pointerId);
  }

  #move(event) {
    if (!this.#isDrawing(event)) return;
    if (event.buttons === 0) return this.lift(); // lifted where the browser did not see it
    const events = event.getCoalescedEvents?.() ?? [];
    // One event for each frame of the screen, which holds all that the pointer passed meanwhile.
    this.pad.extendStroke((events.length > 0 ? events : [event]).map((each) => this.#place(each)));
  }

  #lift(event) {
    if (!this.#isDrawing(event)) return;
    this.pad.extendStroke([this.#place(event)]);
    this.lift();
  }

  /** The system takes a touch away when it finds that it is of a palm. */
  #cancel(event) {
    if (!this.#isDrawing(event)) return;
    if (event.pointerType === "touch") {
      this.#drawing = null;
      this.pad.discardStroke();
    } else {
      this.lift();
    }
  }

  /** Ends the stroke in progress, if any. */
  lift() {
    if (!this.#drawing) return;
    this.#drawing = null;
    this.pad.endStroke();
  }

  #isDrawing({ pointerId }) {
    return this.#drawing?.pointerId === pointerId;
  }

  /** Whether a touch is of the hand that draws with a pen. */
  #isPalm(pointerType) {
    return pointerType === "touch" && this.pad.isDrawnWithPen;
  }

  #place({ clientX, clientY }) {
    const { left, top, height } = this.pad.canvas.getBoundingClientRect();
    return { x: (clientX - left) / height, y: (clientY - top) / height };
  }
}
