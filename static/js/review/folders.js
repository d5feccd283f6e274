/** The files that are dropped on a page, with those of dropped folders. */

/**
 * @param {DataTransfer} transfer is empty after the event: it is asked at once
 * @returns {Promise<import("./entries.js").Found[]>}
 */
export function foundIn(transfer) {
  const dropped = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
  const files = [...transfer.files].map((file) => ({ path: file.name, file })); // pasted, or of a script
  return dropped.length > 0 ? filesOfAll(dropped) : Promise.resolve(files);
}

const filesOfAll = async (dropped) => (await Promise.all(dropped.map(filesOf))).flat();

async function filesOf(dropped) {
  const path = dropped.fullPath.slice(1);
  if (dropped.isFile) {
    const file = await new Promise((resolve) => dropped.file(resolve, () => resolve(null)));
    return file ? [{ path, file }] : [];
  }
  const reader = dropped.createReader();
  const found = [];
  let some;
  do {
    some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([]))); // at most 100 at a time
    found.push(...some);
  } while (some.length > 0);
  return filesOfAll(found);
}
