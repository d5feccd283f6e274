/** The photographs of the sheets with their boxes marked, and the boxes as tables. */

import { element, partsOf, svg, table } from "../ui/dom.js";
import { translate, translatePlural } from "../ui/translate.js";
import { isRight, readingOf, readingText } from "./confusion_matrix.js";
import { digitPicture } from "./digit_pictures.js";
import { isDigit, THIS_DEVICE } from "./sheets.js";

export class SheetsView {
  /** The sheets whose tables are open, by their ids. @type {Set<number>} */
  #open = new Set();

  /**
   * @param {HTMLTemplateElement} template of an item
   * @param {{showsPupils: () => boolean, onRemove: (sheetId: number) => void}} page
   */
  constructor(list, template, page) {
    Object.assign(this, { list, template, page });
  }

  /** @param {import("./sheets.js").Sheet[]} sheets @param {string} model whose readings are marked */
  show(sheets, model) {
    this.list.replaceChildren(...sheets.map((sheet, place) => this.#item(sheet, place + 1, model)));
  }

  #item(sheet, number, model) {
    const item = this.template.content.cloneNode(true).firstElementChild;
    const part = partsOf(item);
    const { room } = sheet.layout;
    part("sheet-title").textContent = titleOf(room, number);
    const { filled, empty, wrong, doubtful } = countsOf(sheet, model);
    part("sheet-counts").textContent = translate("{digits}, {empty}.", {
      digits: translatePlural("{count} digit found", "{count} digits found", filled),
      empty: translatePlural("{count} box is empty", "{count} boxes are empty", empty),
    });
    part("photograph").hidden = !sheet.photograph;
    if (sheet.photograph) {
      const marks = translate(
        "The photograph with its boxes: {filled} filled, of them {wrong} read wrongly and {doubtful} not certain; {empty} empty",
        { filled, wrong, doubtful, empty },
      );
      part("photograph").append(photograph(sheet, model, marks));
    }
    part("remove-sheet").ariaLabel = translate("Remove sheet {number}", { number });
    part("remove-sheet").addEventListener("click", () => this.page.onRemove(sheet.id));
    const boxes = part("boxes");
    const details = boxes.closest("details");
    details.addEventListener("toggle", () => {
      if (details.open && !boxes.firstChild) boxes.append(boxesTable(sheet, model, this.page.showsPupils()));
      this.#open[details.open ? "add" : "delete"](sheet.id);
    });
    details.open = this.#open.has(sheet.id);
    return item;
  }
}

function titleOf(room, number) {
  if (room === THIS_DEVICE) return translate("Drawn on this device");
  return room ? translate("Phones, room {room}", { room }) : translate("Sheet {number}", { number });
}

function countsOf({ boxes }, model) {
  const filled = boxes.filter(isDigit);
  const wrong = filled.filter((box) => !isRight(box, model)).length;
  const doubtful = filled.filter((box) => !readingOf(box, model)?.certain).length;
  return { filled: filled.length, wrong, doubtful, empty: boxes.filter(({ image }) => image === null).length };
}

/** @param {string} name what the frames mean, for people who do not see it */
function photograph({ width, height, photograph: url, boxes }, model, name) {
  const attributes = { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": name };
  return svg("svg", attributes, svg("image", { href: url, width, height }), ...boxes.map((box) => mark(box, model)));
}

/** Returns the frame of a box, with what was read where that is wrong: the frames differ in their lines, too. */
function mark(box, model) {
  const state = stateOf(box, model);
  const frame = svg("polygon", { points: box.corners.map((corner) => corner.join()).join(" ") });
  const group = svg("g", { "data-box": box.id }, frame);
  group.classList.add("mark", `is-${state}`);
  const [[left, top], , [right, bottom], [, lowest]] = box.corners;
  const height = lowest - top;
  if (state === "removed") group.append(svg("path", { d: `M${left} ${top}L${right} ${bottom}` }));
  if (!state.startsWith("wrong")) return group;
  const place = { x: left + 0.06 * height, y: top + 0.4 * height, "font-size": 0.4 * height };
  group.append(svg("text", place, `✗${readingOf(box, model).digit}`));
  return group;
}

/** @returns {"empty" | "removed" | "unread" | "right" | "wrong" | "right-doubtful" | "wrong-doubtful"} */
function stateOf(box, model) {
  if (box.image === null) return "empty";
  if (box.isRemoved) return "removed";
  const reading = readingOf(box, model);
  if (!reading) return "unread";
  return (isRight(box, model) ? "right" : "wrong") + (reading.certain ? "" : "-doubtful");
}

function boxesTable({ boxes }, model, showsPupils) {
  const pupils = [...new Set(boxes.map(({ pupil }) => pupil))];
  const columns = [...new Set(boxes.map(({ column }) => column))];
  const rows = pupils.map((pupil, place) => {
    const name = showsPupils ? translate("Pupil {pupil}", { pupil }) : translate("Row {number}", { number: place + 1 });
    return [name, ...boxes.filter((box) => box.pupil === pupil).map((box) => boxButton(box, model))];
  });
  return table(["", ...columns.map(String)], rows);
}

const STATES = { empty: translate("empty"), removed: translate("removed"), unread: translate("not read") };

function boxButton(box, model) {
  const state = stateOf(box, model);
  const reading = readingOf(box, model);
  const name = isDigit(box) && reading ? readingText(box, reading) : STATES[state];
  const button = element("button", { type: "button", ariaLabel: name });
  button.classList.add("mark", `is-${state}`);
  button.dataset.box = box.id;
  if (box.image !== null) button.append(digitPicture(box));
  if (state.startsWith("wrong")) button.append(element("span", {}, `✗${reading.digit}`));
  return button;
}
