/**
 * Keeps the answer steady: while the stroke of one digit is drawn only the activations follow it, and an answer that is not certain is
 * shown only after a pause, for most digits of two strokes look like none after the first one.
 */

const PAUSE_MS = 700; // longer than between two strokes of a digit

export class SteadyView {
  #timer = 0;

  /**
   * @param {import("./view.js").View} view
   * @param {{isDrawing: boolean, mayContinue: boolean}} writing whether a stroke is in progress; whether what is read is
   *   a drawing, which another stroke may continue
   */
  constructor(view, writing) {
    this.view = view;
    this.writing = writing;
  }

  /** Marks the answer that is shown as that to an earlier drawing. */
  outdate() {
    clearTimeout(this.#timer);
    this.view.showOutdated(true);
  }

  /**
   * @param {import("./api.js").Answer} answer
   * @param {boolean} isOutdated whether the drawing has changed since it was sent
   */
  showAnswer(answer, isOutdated) {
    if (answer.digits.length === 1) this.view.showActivations(answer);
    if (!isOutdated) this.#show(() => this.view.showAnswer(answer), answer.certain);
  }

  /**
   * @param {import("./api.js").Problem} problem
   * @param {boolean} keepsAnswer whether the answer that is shown stays
   */
  showProblem(problem, keepsAnswer) {
    this.#show(() => this.view.showProblem(problem, keepsAnswer), problem.isFault || problem.isPassing);
  }

  /** @param {string} prompt to draw */
  showEmpty(prompt) {
    this.#show(() => this.view.showEmpty(prompt), true);
  }

  #show(show, isAtOnce) {
    clearTimeout(this.#timer);
    if (this.writing.isDrawing) return;
    const showNow = () => {
      this.view.showOutdated(false);
      show();
    };
    if (isAtOnce || !this.writing.mayContinue) showNow();
    else this.#timer = setTimeout(showNow, PAUSE_MS);
  }
}
