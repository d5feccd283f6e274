/**
 * One step at a time. The step is the place in the address (#back-prop), so that links, the browser's history and a reload
 * work as they do without scripts. Arrow keys lead on and back; so do Page Down and Page Up, which clickers send, where
 * there is nothing left to scroll.
 */

const KEYS = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
const OWN_KEYS = ["input", "select", "textarea", "[role=application]", ".scrollable"]; // what uses these keys itself
const CLOSE_PX = 2; // to the end of the page

export class Tour {
  #place = 0;

  /**
   * @param {HTMLElement} root holds the steps, and links to them
   * @param {(step: string) => void} onStep is called with the id of the step that is shown
   */
  constructor(root, onStep) {
    this.steps = [...root.querySelectorAll(".step")];
    this.links = [...root.querySelectorAll(".tour a")];
    this.onStep = onStep;
    root.classList.add("is-tour");
    addEventListener("hashchange", () => this.#placeInAddress >= 0 && this.#show({ isMove: true }));
    document.addEventListener("keydown", (event) => this.#press(event));
    this.#show({ isMove: false });
  }

  /** The id of the step that is shown. */
  get current() {
    return this.steps[this.#place].id;
  }

  /** The place of the step that the address names, below 0 if it names none. */
  get #placeInAddress() {
    return this.steps.findIndex(({ id }) => id === location.hash.slice(1));
  }

  #show({ isMove }) {
    const place = Math.max(0, this.#placeInAddress);
    this.#place = place;
    this.steps.forEach((step, each) => step.classList.toggle("is-shown", each === place));
    this.links.forEach((link, each) => {
      if (each === place) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    });
    const list = this.links[place].closest("ol");
    list.scrollLeft = this.links[place].offsetLeft - list.clientWidth / 2;
    if (isMove) this.steps[place].querySelector("h2").focus({ preventScroll: true });
    if (isMove) scrollTo(0, 0);
    this.onStep(this.current);
  }

  #press(event) {
    const direction = KEYS[event.key];
    if (!direction || event.defaultPrevented || hasModifier(event) || event.target.closest?.(OWN_KEYS.join())) return;
    if (event.key.startsWith("Page") && canScroll(direction)) return;
    const next = this.steps[this.#place + direction];
    if (!next) return;
    event.preventDefault();
    location.hash = next.id;
  }
}

const hasModifier = ({ altKey, ctrlKey, metaKey, shiftKey }) => altKey || ctrlKey || metaKey || shiftKey;

/** Whether the page can be scrolled down (1) or up (-1). */
function canScroll(direction) {
  const { scrollTop, scrollHeight, clientHeight } = document.scrollingElement;
  return direction > 0 ? scrollTop + clientHeight < scrollHeight - CLOSE_PX : scrollTop > CLOSE_PX;
}
