/** A picture from a file, the clipboard or a drop, shown over the pad in place of a drawing. */

export class Picture extends EventTarget {
  /** What the server is to read instead of the drawing. @type {File?} */
  file = null;

  /**
   * @param {HTMLElement} figure covers the pad while there is a picture
   * @param {HTMLImageElement} image
   */
  constructor(figure, image) {
    super();
    this.figure = figure;
    this.image = image;
  }

  /** @param {File} file of whatever kind: the server says so if it cannot be read */
  show(file) {
    this.#release();
    this.file = file;
    this.image.src = URL.createObjectURL(file);
    this.figure.hidden = false;
    this.dispatchEvent(new Event("change"));
  }

  /** Takes the picture away; the drawing below is as it was. */
  remove() {
    if (!this.file) return;
    this.#release();
    this.file = null;
    this.image.removeAttribute("src");
    this.figure.hidden = true;
    this.dispatchEvent(new Event("change"));
  }

  #release() {
    if (this.file) URL.revokeObjectURL(this.image.src);
  }
}

/**
 * Calls back with each picture chosen, pasted or dropped.
 * @param {HTMLInputElement} input
 * @param {(file: File) => void} onFile
 */
export function listenForFiles(input, onFile) {
  const take = ([file]) => file && onFile(file);
  input.addEventListener("change", () => {
    take(input.files);
    input.value = ""; // so that the same file can be chosen again
  });
  document.addEventListener("paste", (event) => take(event.clipboardData.files));
  // Anywhere on the page: a drop that misses would make the browser leave for the picture.
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });
}
