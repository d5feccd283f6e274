/**
 * Opens a page of the standalone file, of which this is the only script that runs by itself: the address says which page,
 * and in which language. A classic script: from file:// browsers load no modules of other files.
 *
 * What the file holds is gzip in base64, in elements with data-packed: "pages/LANGUAGE", "scripts", "styles", "files", and
 * "networks/NAME", and "lesson/digits.bin".
 */
(() => {
  const packed = new Map();
  for (const { dataset, textContent } of document.querySelectorAll("[data-packed]")) packed.set(dataset.packed, textContent);

  /** @param {string} name @returns {Promise<Response>} what the file holds under this name */
  async function unpack(name) {
    const bytes = Uint8Array.from(atob(packed.get(name)), (character) => character.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
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
    const option = [...page.querySelectorAll("#model > option")].find(({ value }) => value === query.get("model"));
    if (option) option.setAttribute("selected", "");
  }

  /** A file that is dropped would be opened in place of the page. Fields take what is dropped on them. */
  for (const event of ["dragover", "drop"]) {
    addEventListener(event, (dropped) => {
      if (["INPUT", "TEXTAREA"].includes(dropped.target.tagName)) return;
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
    const [{ pages, texts }, scripts, styles, files] = await Promise.all(
      [`pages/${chosenLanguage()}`, "scripts", "styles", "files"].map(unpackJson),
    );
    const asked = query.get("page");
    const html = pages[Object.hasOwn(pages, asked) ? asked : "draw"];
    const page = new DOMParser().parseFromString(html, "text/html");
    const names = complete(page, { scripts, styles, files });
    applyQuery(page);
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

  open().catch(() => (document.getElementById("old-browser").hidden = false));
})();
