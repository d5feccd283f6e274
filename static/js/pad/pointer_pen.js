/**
 * Drawing on the pad with a mouse, a finger or a pen; the palm of a hand that holds a pen draws nothing, and neither do
 * two fingers that pinch or scroll.
 */

// A second finger begins a gesture only while the stroke of the first one may be a part of it: a hand that comes to rest
// on the pad later must not remove what has been written.
const MAX_GESTURE_MS = 250; // since the first finger came down
const MAX_REST = 1 / 20; // the pad's height: as far as a finger that rests may have moved, however long ago

export class PointerPen {
  /**
   * The pointer that draws, when and where it came down, and how far from there it has been.
   * @type {{pointerId: number, pointerType: string, time_ms: number, start: import("./drawing.js").Point,
   *   reach: number}?}
   */
  #drawing = null;
  #fingers = new Set();
  /** Whether they make a gesture: until all are lifted they draw nothing. */
  #isGesture = false;

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
    if (pointerType === "touch" && this.#isOfGesture(event)) return;
    const before = this.#drawing?.pointerType;
    if (pointerType === "pen" && before === "touch") this.pad.discardStroke(); // of a palm
    // The first of its kind on the screen: the one before was lifted where the browser did not see it.
    else if (isPrimary && pointerType === before) this.lift();
    const start = this.#place(event);
    if (!this.pad.beginStroke(start, pointerType)) return;
    this.#drawing = { pointerId, pointerType, time_ms: event.timeStamp, start, reach: 0 };
    this.pad.canvas.setPointerCapture(pointerId);
  }

  #move(event) {
    if (!this.#isDrawing(event)) return;
    if (event.buttons === 0) return this.lift(); // lifted where the browser did not see it
    const events = event.getCoalescedEvents?.() ?? [];
    // One event for each frame of the screen, which holds all that the pointer passed meanwhile.
    const places = (events.length > 0 ? events : [event]).map((passed) => this.#place(passed));
    const { start, reach } = this.#drawing;
    this.#drawing.reach = Math.max(reach, ...places.map(({ x, y }) => Math.hypot(x - start.x, y - start.y)));
    this.pad.extendStroke(places);
  }

  #lift(event) {
    this.#leave(event);
    if (!this.#isDrawing(event)) return;
    this.pad.extendStroke([this.#place(event)]);
    this.lift();
  }

  /** The system takes a touch away when it finds that it is of a palm. */
  #cancel(event) {
    this.#leave(event);
    if (!this.#isDrawing(event)) return;
    if (event.pointerType === "touch") {
      this.#drawing = null;
      this.pad.discardStroke();
    } else {
      this.lift();
    }
  }

  lift() {
    if (!this.#drawing) return;
    this.#drawing = null;
    this.pad.endStroke();
  }

  /** Notes a finger that comes down. @returns {boolean} whether it makes a gesture with others, and so draws nothing */
  #isOfGesture({ pointerId, isPrimary, timeStamp }) {
    if (isPrimary) {
      this.#fingers.clear(); // a lift was missed: there is no other finger on the screen
      this.#isGesture = false;
    }
    this.#fingers.add(pointerId);
    if (!isPrimary && this.#mayBeOfGesture(timeStamp)) {
      this.#isGesture = true;
      this.#drawing = null;
      this.pad.discardStroke();
    }
    return this.#isGesture;
  }

  /** Whether the stroke in progress may be a part of the gesture that a second finger begins now. */
  #mayBeOfGesture(now_ms) {
    if (this.#drawing?.pointerType !== "touch") return false;
    const { time_ms, reach } = this.#drawing;
    return now_ms - time_ms <= MAX_GESTURE_MS || reach <= MAX_REST;
  }

  #leave({ pointerId }) {
    this.#fingers.delete(pointerId);
    if (this.#fingers.size === 0) this.#isGesture = false;
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
