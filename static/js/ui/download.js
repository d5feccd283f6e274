/** Saves files on the user's machine, and archives of files. Nothing of them is sent. */

const TYPES = { csv: "text/csv", json: "application/json", zip: "application/zip" };

/** @param {string} name such as "digits.csv" @param {(date: Date) => BlobPart | Promise<BlobPart>} make what is in it */
export async function save(name, make) {
  const date = new Date();
  const url = URL.createObjectURL(new Blob([await make(date)], { type: TYPES[name.split(".").at(-1)] }));
  Object.assign(document.createElement("a"), { href: url, download: fileName(name, date) }).click();
  setTimeout(() => URL.revokeObjectURL(url)); // the browser has begun to read it by then
}

/** @param {string} name such as "digits.csv" @param {Date} date @returns {string} such as "inkling-2026-11-26-digits.csv" */
export const fileName = (name, date) => `inkling-${date.toLocaleDateString("sv")}-${name}`; // as in ISO 8601, by the local clock

const VERSION = 20; // 2.0, from which archives have folders
const NAMES_ARE_UTF8 = 1 << 11;
const STORED = 0;

/**
 * Returns an archive of files as they are, for PNG is compressed already. As in PKWARE's APPNOTE 6.3: each file after its
 * header, then the directory of all of them. At most 65,535 files.
 * @param {{name: string, bytes: Uint8Array}[]} files @param {Date} date of all of them @returns {Blob}
 */
export function zip(files, date) {
  const contents = [];
  const directory = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const path = new TextEncoder().encode(name);
    const sizes = [crc32(bytes), bytes.length, bytes.length].flatMap(uint32);
    const kind = [VERSION, NAMES_ARE_UTF8, STORED, ...dosTime(date)].flatMap(uint16);
    const entry = [...kind, ...sizes, ...uint16(path.length), ...uint16(0)];
    const header = Uint8Array.of(...signature(3, 4), ...entry, ...path);
    contents.push(header, bytes);
    directory.push(...signature(1, 2), ...uint16(VERSION), ...entry, ...Array(10).fill(0), ...uint32(offset), ...path);
    offset += header.length + bytes.length;
  }
  const counts = [0, 0, files.length, files.length].flatMap(uint16);
  const end = [...signature(5, 6), ...counts, ...uint32(directory.length), ...uint32(offset), ...uint16(0)];
  return new Blob([...contents, new Uint8Array(directory), new Uint8Array(end)], { type: "application/zip" });
}

const signature = (...numbers) => [0x50, 0x4b, ...numbers]; // "PK"
const uint16 = (number) => [number & 0xff, (number >>> 8) & 0xff];
const uint32 = (number) => [...uint16(number), ...uint16(number >>> 16)];

/** Returns a time as MS-DOS has it, in steps of two seconds, and the date, from 1980. */
const dosTime = (date) => [
  (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1),
  ((date.getFullYear() - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate(),
];

/** Returns the cyclic redundancy check of zip, bit by bit: a table would pay for large files only. */
export function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 && 0xedb88320);
  }
  return ~crc >>> 0;
}
