/** Frames each digit of a number where it stands, on the pad or on a photograph. */

/**
 * @param {HTMLElement} sheet is laid out over the picture as the picture is, whatever the screen
 * @param {{digits: import("./api.js").FoundDigit[], width: number, height: number}} answer
 */
export function showBoxes(sheet, { digits, width, height }) {
  sheet.style.setProperty("--ratio", width / height);
  sheet.replaceChildren(...digits.map((each) => frame(each, width, height)));
}

/** @param {HTMLElement} sheet @param {number} chosen place of the digit in the number, from 0 */
export function markBox(sheet, chosen) {
  [...sheet.children].forEach((box, place) => box.classList.toggle("is-chosen", place === chosen));
}

function frame({ digit, certain, box: [left, top, across, down] }, width, height) {
  const box = document.createElement("span");
  const label = document.createElement("b");
  label.textContent = certain ? digit : `${digit}?`;
  box.append(label);
  box.classList.add("box");
  box.classList.toggle("is-doubtful", !certain);
  const percent = (part, whole) => `${(100 * part) / whole}%`;
  Object.assign(box.style, {
    left: percent(left, width),
    top: percent(top, height),
    width: percent(across, width),
    height: percent(down, height),
  });
  box.style.setProperty("--top", top / height);
  box.style.setProperty("--height", down / height);
  return box;
}
