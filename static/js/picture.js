/** A picture from a file, the clipboard or a drop, shown over the pad instead of a drawing. */

export class Picture extends EventTarget {
  /** The file to read instead of the drawing. @type {File?} */
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

  /** @param {File} file of any type: the server refuses what it cannot read */
  show(file) {
    this.#release();
    this.file = file;
    this.image.src = URL.createObjectURL(file);
    this.figure.hidden = false;
    this.dispatchEvent(new Event("change"));
  }

  /** Removes the picture; the drawing below is unchanged. */
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
 * Calls back with each picture that is chosen, pasted or dropped.
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
  // Anywhere on the page: by default the browser would open a dropped picture in place of the page.
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });
}
