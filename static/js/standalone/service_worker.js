/**
 * Keeps the site's files in the browser, so that its pages open without network: all of one version, or none. `app.standalone`
 * writes two constants before this: FILES, their addresses with the hashes that browsers check, and VERSION, a hash of all.
 *
 * The page is answered from what is kept. A new version is kept beside the last one and answers the next page that is opened; pages
 * that are open go on with their own parts, whose addresses are their hashes.
 */

/* global FILES, VERSION */

const N_KEPT = 2; // versions
const { scope } = registration;
const PREFIX = `inkling ${scope} `; // the same host may have another copy elsewhere
const NAME = PREFIX + VERSION;
const PAGE = "./";

async function keep() {
  const cache = await caches.open(NAME);
  const requests = Object.entries(FILES).map(([address, integrity]) => new Request(address, { integrity, cache: "no-cache" }));
  try {
    await cache.addAll(requests);
  } catch (problem) {
    await caches.delete(NAME); // it is empty: no room, or the host has files of two versions
    throw problem;
  }
  await skipWaiting();
}

async function forgetOlder() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX)); // in the order in which they were made
  await Promise.all(names.slice(0, -N_KEPT).map((name) => caches.delete(name)));
  await clients.claim();
}

/** @param {Request} request @returns {Promise<Response>} what is kept, or else what the host has */
async function answer(request) {
  const { origin, pathname } = new URL(request.url);
  const isPage = [scope, `${scope}index.html`].includes(origin + pathname); // in whatever language, with whatever state
  const kept = await (isPage ? caches.match(PAGE, { cacheName: NAME }) : caches.match(request, { ignoreVary: true }));
  return kept ?? fetch(request);
}

addEventListener("install", (event) => event.waitUntil(keep()));
addEventListener("activate", (event) => event.waitUntil(forgetOlder()));
addEventListener("fetch", (event) => event.respondWith(answer(event.request)));
