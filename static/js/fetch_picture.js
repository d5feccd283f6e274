/** Fetches a picture of the server's as if the user had chosen the file. */

/** @param {string} address @param {string} name @returns {Promise<File>} @throws {Error} if there is no answer */
export async function fetchPicture(address, name) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(response.statusText);
  const blob = await response.blob();
  return new File([blob], name, { type: blob.type });
}
