/** A picture from a file, the camera, the clipboard or a drop, shown over the pad instead of a drawing, and kept in this tab. */

import { Problem } from "../server/api_client.js";
import { words } from "../server/sending_words.js";
import { shrunk } from "../server/shrink_picture.js";
import { byId, isOfTextField } from "../ui/dom.js";
import { fetchPicture, toDataUrl, toFile } from "../ui/files.js";
import { keepInTab, loadFromTab } from "../ui/store.js";

export class Picture extends EventTarget {
  /** The file to read instead of the drawing. @type {File?} */
  file = null;
  /** What is sent of it. @type {Promise<File>?} */
  upload = null;

  #offer = () => {};

  /** @param {HTMLElement} figure covers the pad while there is a picture */
  constructor(figure, image) {
    super();
    this.figure = figure;
    this.image = image;
    this.button = byId("offer");
    this.button.addEventListener("click", () => this.#offer());
    image.addEventListener("error", () => (image.hidden = true)); // the answer says what to do
  }

  /** @param {File} file of any type: the server refuses what it cannot read */
  show(file) {
    this.#release();
    this.button.hidden = true;
    this.file = file;
    this.upload = shrunk(file);
    this.upload.catch(() => {}); // it is dealt with where the picture is sent
    this.image.hidden = false;
    this.image.src = URL.createObjectURL(file);
    this.figure.hidden = false;
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Offers to open what was chosen on another page, if nothing is offered yet.
   * @param {string} name of the button, empty for none @param {() => void} offer what it does
   */
  offer(name, offer) {
    if (!this.button.hidden) return;
    this.#offer = offer;
    this.button.textContent = name;
    this.button.hidden = name === "";
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
 * Calls back with the pictures that are chosen, photographed, pasted or dropped.
 * @param {HTMLElement} target shows where a picture would go while it is dragged over the page
 * @param {(files: File[], dropped: FileSystemEntry[]) => void} onFiles gets at least one file, and how it was dropped: as a folder
 *   or a file
 * @param {(address: string) => void} [onAddress] gets that of a picture or a link which is dropped without its file
 */
export function listenForFiles(inputs, target, onFiles, onAddress) {
  const take = (files, dropped = []) => files.length > 0 && onFiles([...files], dropped);
  for (const input of inputs) {
    input.addEventListener("change", () => {
      take(input.files);
      input.value = ""; // so that the same file can be chosen again
    });
  }
  document.addEventListener("paste", (event) => {
    // A copied table is text and picture at once; a field of the table of readings has the focus most of the time.
    const isText = (type) => event.clipboardData.types.includes(type) || !event.target.closest(".reading-table");
    if (!isOfTextField(event) || !isText("text/plain")) take(event.clipboardData.files);
  });
  const showTarget = (isShown) => target.classList.toggle("is-drop-target", isShown);
  // Anywhere on the page: by default the browser would open a dropped picture in place of the page.
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    const taken = onAddress ? ["Files", "text/uri-list"] : ["Files"];
    showTarget(taken.some((type) => event.dataTransfer.types.includes(type)));
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!relatedTarget) showTarget(false); // it has left the page, not only a part of it
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    showTarget(false);
    const { files, items } = event.dataTransfer;
    take(files, [...items].map((item) => item.webkitGetAsEntry()).filter(Boolean)); // which are gone after the event
    const address = onAddress && files.length === 0 && draggedAddress(event.dataTransfer);
    if (address) onAddress(address);
  });
}

const IMAGE_SOURCE = /<img\b[^>]*?\ssrc\s*=\s*["']([^"']+)/i;

/**
 * Returns the address that is dragged: of a picture, or else of a link.
 * @param {{getData: (type: string) => string}} dataTransfer
 * @returns {string?} null if what is dragged is none
 */
export function draggedAddress(dataTransfer) {
  const [, source] = dataTransfer.getData("text/html").match(IMAGE_SOURCE) ?? [];
  if (source) return source.replaceAll("&amp;", "&");
  const lines = dataTransfer.getData("text/uri-list").split(/\r?\n/);
  return lines.find((line) => line && !line.startsWith("#")) ?? null; // # begins a comment
}

/**
 * @returns {Promise<File>}
 * @throws {Problem} if it is of another server, which the page may not ask, or of no picture
 */
export async function pictureAt(address) {
  const url = URL.parse(address, location.href);
  const isData = url?.protocol === "data:";
  if (!isData && url?.origin !== location.origin) throw new Problem(words.otherServer, false);
  const file = await (isData ? decoded(address) : fetchPicture(url.href, url.pathname.split("/").at(-1))).catch(() => null);
  if (!file?.type.startsWith("image/")) throw new Problem(words.noPictureThere, false);
  return file;
}

/** Returns what an address holds itself. The page may not fetch it, because it is of no server. */
async function decoded(address) {
  return toFile(/^data:[^;,]*;base64,/i.test(address) ? address : null, "picture");
}

const KEY = "inkling-picture";
const MOST_KEPT_CHARACTERS = 400_000; // of what the last readings leave of the browser's store: 300 kB

/** @returns {string?} the kept one as a data URL */
export function loadPicture() {
  const url = loadFromTab(KEY);
  return /^data:[\w/+.-]*;base64,/.test(url) ? url : null;
}

/**
 * Keeps what is sent of a picture, or nothing where there is none, or a large one.
 * @param {{file: File?, upload: Promise<File>?}} picture
 */
export async function keepPicture(picture) {
  const { file, upload } = picture;
  keepInTab(KEY, undefined);
  const url = file && (await upload.then(toDataUrl).catch(() => null));
  const isNewest = picture.file === file; // no other was chosen meanwhile
  if (url && url.length <= MOST_KEPT_CHARACTERS && isNewest) keepInTab(KEY, url);
}
