/** Shows answers, problems and the blank between them. */

import { showLayers } from "./inside.js";
import { words } from "./words.js";

const byId = (id) => document.getElementById(id);

export class View {
  #answer = byId("answer");
  #message = byId("message");
  #digit = byId("digit");
  #seen = byId("seen");
  #bars = [...byId("activations").children];
  #problem = byId("problem");
  #again = byId("again");
  #busy = byId("busy");
  #layers = byId("layers");
  #insideBlank = byId("inside-blank");

  /** @param {import("./api.js").Answer} answer */
  showAnswer(answer) {
    this.hideProblem();
    this.#answer.dataset.certain = String(answer.certain);
    // The digit is read aloud as it is; when in doubt, the sentence has to be heard as well.
    this.#message.ariaLive = answer.certain ? "off" : "polite";
    write(this.#message, answer.message);
    write(this.#digit, String(answer.digit));
    this.#seen.src = answer.image;
    this.#seen.hidden = false;
    this.#showActivations(answer.activations, answer.digit);
    this.#showInside(answer.layers ?? []);
    this.showModel(answer.model);
  }

  /** Invites to draw. */
  showBlank() {
    this.hideProblem();
    this.#forgetAnswer();
    write(this.#message, words.invitation);
  }

  /** @param {import("./api.js").Problem} problem */
  showProblem({ title, message, isWorthRetrying }) {
    this.#forgetAnswer();
    write(this.#message, "");
    const heading = document.createElement("strong");
    heading.textContent = title;
    this.#problem.replaceChildren(heading, ` ${message}`);
    this.#again.hidden = !isWorthRetrying;
  }

  hideProblem() {
    this.#problem.replaceChildren();
    this.#again.hidden = true;
  }

  /** @param {boolean} isBusy whether a question is on its way; CSS waits before it says so */
  showBusy(isBusy) {
    this.#busy.hidden = !isBusy;
  }

  /** @param {string} name of the network that reads */
  showModel(name) {
    for (const card of this.#answer.querySelectorAll(".model-card")) {
      card.hidden = card.dataset.model !== name;
    }
  }

  #forgetAnswer() {
    delete this.#answer.dataset.certain;
    write(this.#digit, "");
    this.#seen.hidden = true;
    this.#showActivations([], null);
    this.#showInside([]);
  }

  #showActivations(activations, best) {
    this.#bars.forEach((bar, digit) => {
      const activation = activations[digit];
      bar.querySelector("rect").setAttribute("width", String(100 * (activation ?? 0)));
      bar.querySelector(".activation").textContent = activation === undefined ? "" : shown(activation);
      if (digit === best) bar.setAttribute("aria-current", "true");
      else bar.removeAttribute("aria-current");
    });
  }

  #showInside(layers) {
    showLayers(this.#layers, layers);
    this.#insideBlank.hidden = layers.length > 0;
  }
}

/** Cut off and not rounded: "1.000" would claim a certainty that no network has. */
const shown = (activation) => (Math.floor(1000 * activation) / 1000).toFixed(3);

/** Leaves a live region alone that says the same already, so that it is not read aloud again. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
