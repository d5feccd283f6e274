/** Keeps a small picture over the pad in this tab of the browser, over a reload, until the tab is closed. */

import { toDataUrl } from "./ui/files.js";

const KEY = "inkling-picture";
const MOST_CHARACTERS = 400_000; // of what the last readings leave of the browser's store: 300 kB

/** @returns {string?} the kept one as a data URL */
export function loadPicture() {
  try {
    const url = sessionStorage.getItem(KEY);
    return /^data:[\w/+.-]*;base64,/.test(url) ? url : null;
  } catch {
    return null; // the browser may forbid storage
  }
}

/**
 * Keeps what is sent of a picture, or nothing where there is none, or a large one.
 * @param {{file: File?, upload: Promise<File>?}} picture
 */
export async function keepPicture(picture) {
  const { file, upload } = picture;
  store(null);
  const url = file && (await upload.then(toDataUrl).catch(() => null));
  if (url && url.length <= MOST_CHARACTERS && picture.file === file) store(url); // no other was chosen meanwhile
}

function store(url) {
  try {
    if (url) sessionStorage.setItem(KEY, url);
    else sessionStorage.removeItem(KEY);
  } catch {
    // forbidden or full: the picture is then lost when the page is reloaded
  }
}
