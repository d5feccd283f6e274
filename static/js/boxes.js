/** Marks each digit of a number where it stands, on the pad or on a photograph. */

/**
 * Boxes that are already there are moved, not replaced: a tap on one may be in progress.
 * @param {HTMLElement} overlay lies exactly over the picture
 * @param {{digits: import("./api.js").DetectedDigit[], width: number, height: number}} answer
 */
export function showBoxes(overlay, { digits, width, height }) {
  overlay.style.setProperty("--ratio", width / height);
  while (overlay.children.length > digits.length) overlay.lastChild.remove();
  while (overlay.children.length < digits.length) overlay.append(emptyBox());
  digits.forEach((digit, place) => fill(overlay.children[place], digit, width, height));
}

/** @param {HTMLElement} overlay @param {number} chosen place of the digit in the number, from 0 */
export function markBox(overlay, chosen) {
  [...overlay.children].forEach((box, place) => box.classList.toggle("is-chosen", place === chosen));
}

function emptyBox() {
  const box = document.createElement("span");
  box.className = "box";
  box.append(document.createElement("b"));
  return box;
}

function fill(box, { digit, certain, box: [left, top, across, down] }, width, height) {
  box.firstChild.textContent = certain ? digit : `${digit}?`;
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
}
