/**
 * Opens a page of the standalone file or site, of which this is the only script that runs by itself: the address says which
 * page, and in which language. A classic script: from file:// browsers load no modules of other files.
 *
 * What they hold is compressed with gzip, in elements with data-packed: "pages/LANGUAGE", "assets/PAGE", "networks/NAME",
 * "certainty", "class_sheet" and "lesson/digits.bin". In the file it is their text, in base64, in the site it is at their data-address.
 */
(() => {
  const packed = new Map();
  for (const element of document.querySelectorAll("[data-packed]")) packed.set(element.dataset.packed, element);
  const linksOfSite = document.querySelectorAll("link");
  const isSite = linksOfSite.length > 0;

  /** @param {string} name @returns {Promise<Response>} what the file or the site holds under this name */
  async function unpack(name) {
    const { dataset, textContent } = packed.get(name);
    const stream = dataset.address ? await download(dataset.address) : new Blob([bytesOf(textContent)]).stream();
    return new Response(stream.pipeThrough(new DecompressionStream("gzip")));
  }

  /** @param {string} text in base64 @returns {Uint8Array} */
  function bytesOf(text) {
    const characters = atob(text);
    const bytes = new Uint8Array(characters.length); // Uint8Array.from takes fifteen times as long
    for (let place = 0; place < bytes.length; place++) bytes[place] = characters.charCodeAt(place);
    return bytes;
  }

  async function download(address) {
    const response = await fetch(address);
    if (!response.ok) throw new TypeError(`${address}: ${response.status}`);
    return response.body;
  }

  const unpackJson = async (name) => (await unpack(name)).json();
  const query = new URLSearchParams(location.search);

  function chosenLanguage() {
    const preferred = [query.get("lang"), ...navigator.languages.map((tag) => tag.split("-")[0]), "en"];
    return preferred.find((code) => packed.has(`pages/${code}`));
  }

  /** @returns {string} the address of a file of the page: pictures as data, scripts, for workers, as blobs */
  function addressOf(name, { scripts, files }) {
    if (files[name]) return files[name];
    return URL.createObjectURL(new Blob([scripts[name]], { type: "text/javascript" }));
  }

  /** Puts the files of this one in the place of their names, and returns the names of the page's scripts. */
  function complete(page, held) {
    for (const link of page.querySelectorAll("link[rel=stylesheet]")) {
      const style = page.createElement("style");
      style.textContent = held.styles[link.getAttribute("href").replace("static:", "")];
      link.replaceWith(style);
    }
    const names = [...page.querySelectorAll("script[src]")].map((script) => {
      script.remove();
      return script.getAttribute("src").replace("static:", "");
    });
    for (const element of page.querySelectorAll("*")) {
      for (const attribute of element.attributes) {
        const [, name] = attribute.value.match(/^static:(.+)/) ?? [];
        if (name) attribute.value = addressOf(name, held);
      }
    }
    return names;
  }

  /** Does what the server does with the address's other parts. */
  function applyQuery(page) {
    page.documentElement.toggleAttribute("data-projector", query.has("projector"));
    for (const part of page.querySelectorAll("[data-of-site]")) part.hidden = !isSite;
    const option = [...page.querySelectorAll("#model > option")].find(({ value }) => value === query.get("model"));
    if (option) option.setAttribute("selected", "");
  }

  /** A file that is dropped would be opened in place of the page. Fields, and the place for photographs, take what is dropped on them. */
  for (const event of ["dragover", "drop"]) {
    addEventListener(event, (dropped) => {
      if (dropped.defaultPrevented || ["INPUT", "TEXTAREA"].includes(dropped.target.tagName)) return;
      dropped.preventDefault();
      dropped.dataTransfer.dropEffect = "none";
    });
  }

  /** From a Blob of a file browsers start no module; joined scripts need none. */
  const { Worker } = globalThis;
  globalThis.Worker = class extends Worker {
    constructor(address) {
      super(address);
    }
  };

  async function open() {
    const asked = query.get("page");
    const pageName = packed.has(`assets/${asked}`) ? asked : "draw";
    const [{ pages, texts }, assets] = await Promise.all([`pages/${chosenLanguage()}`, `assets/${pageName}`].map(unpackJson));
    const { scripts, styles, files } = assets;
    const page = new DOMParser().parseFromString(pages[pageName], "text/html");
    const names = complete(page, assets);
    applyQuery(page);
    page.head.append(...linksOfSite); // browsers look for them there when the site is installed
    const showPlace = () => document.getElementById(location.hash.slice(1))?.scrollIntoView();
    globalThis.standalone = { unpack, files, styles, texts, showPlace };
    document.replaceChild(document.adoptNode(page.documentElement), document.documentElement);
    for (const name of names) {
      const script = document.createElement("script");
      script.type = "module";
      script.textContent = `${scripts[name]}\nstandalone.showPlace();`; // after it has hidden what is not shown
      document.head.append(script);
    }
  }

  /** Lets the browser keep the site, so that it opens without network, and says so when that is done. */
  async function keepSite() {
    await navigator.serviceWorker.register("service_worker.js");
    await navigator.serviceWorker.ready;
    document.getElementById("kept")?.classList.remove("is-awaited");
  }

  open().then(
    () => isSite && keepSite().catch(() => {}), // over plain HTTP, in a private window, without room: it needs the network
    () => (document.getElementById("not-opened").hidden = false),
  );
})();
