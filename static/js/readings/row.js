/** A row of the table: an entry's thumbnail, its file, what came of it, and what was read as a field to correct it in. */

import { words } from "../server/sending_words.js";
import { element } from "../ui/dom.js";
import { translate } from "../ui/translate.js";
import { inLine, isNoDigit, NO_DIGIT, statusOf } from "./entry.js";

/** What each status is called, those first that a person is to do something about. */
export const STATUS = {
  doubtful: translate("To look at"),
  failed: translate("Failed"),
  waiting: translate("Waits for its turn"),
  certain: translate("Certain"),
  accepted: translate("Accepted"),
  corrected: translate("Corrected"),
  unreadable: translate("Unreadable"),
};

export class Row {
  /** What is shown. @type {import("./entry.js").Entry?} */
  entry = null;
  #picture = element("img", { alt: "" });
  #open = element("button", { type: "button", className: "paper", value: "open" }, this.#picture);
  #name = element("b");
  #status = element("span");
  #button = element("button", { type: "button", className: "button tight" });

  /** @param {number} id */
  constructor(id) {
    const number = { maxLength: 300, required: true, pattern: ".*[0-9].*", title: translate("A number; several with spaces between them") };
    this.input = element("input", { type: "text", inputMode: "decimal", autocomplete: "off", ...number });
    this.item = element("li", { className: "reading-row" }, this.#open, this.#name, this.#status, this.input, this.#button);
    this.item.dataset.id = id;
  }

  /** @param {import("./entry.js").Entry} entry @param {number} place in the table, from 0 */
  show(entry, place) {
    this.item.style.setProperty("--place", place);
    if (entry === this.entry) return;
    this.entry = entry;
    const { answer, error, isSheet, thumbnail } = entry;
    const status = statusOf(entry);
    const [name, text] = [nameOf(entry), textIn(entry)];
    const read = answer && isNoDigit(answer) ? NO_DIGIT : inLine(answer?.text ?? "");
    this.item.dataset.status = status;
    this.#open.hidden = !thumbnail;
    this.#open.ariaLabel = translate("Show the picture: {text}", { text: read });
    if (thumbnail) this.#picture.src = thumbnail;
    this.#name.textContent = this.#name.title = name;
    this.#status.textContent = error || STATUS[status];
    this.input.hidden = !answer;
    Object.assign(this.input, { value: text, defaultValue: text, placeholder: NO_DIGIT });
    this.input.ariaLabel = translate("{name}: read as {text}. {status}.", { name, text: read, status: STATUS[status] });
    const isToAccept = status === "doubtful" && text !== "";
    const [value, ariaLabel, sign] = isToAccept
      ? ["accept", translate("Accept {text}", { text }), "✓"]
      : ["remove", translate("Remove {name}", { name }), "×"];
    const button = isSheet ? { value: "sheet", ariaLabel: null, textContent: words.openSheet } : { value, ariaLabel, textContent: sign };
    Object.assign(this.#button, button);
  }
}

/** @param {import("./entry.js").Entry} entry what people call it: its file, or its place among the drawings */
export const nameOf = ({ file, page, line }) =>
  (page === undefined ? file : translate("Line {line}, {file}", { file, line })) ?? translate("Drawing");

/** What stands in the field: a guess at no digit would say nothing. */
const textIn = (entry) => entry.correction ?? (entry.answer && !isNoDigit(entry.answer) ? inLine(entry.answer.text) : "");
