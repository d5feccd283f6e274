/** Links to the page in other languages: they keep the state that the address has when they are followed. */

/** @param {HTMLAnchorElement[]} links with the language that each leads to as hreflang */
export function keepStateIn(links) {
  for (const link of links) {
    const update = () => {
      const query = new URLSearchParams(location.search);
      query.set("lang", link.hreflang);
      link.search = query;
      link.hash = location.hash;
    };
    for (const event of ["click", "auxclick", "contextmenu"]) link.addEventListener(event, update); // also to a new tab
  }
}
