// The faults of a page's layout, each as a sentence; evaluated in the page by tests/browser/states.py.
({ widePx }) => {
  const faults = new Set();
  const shorten = (text) => text.trim().replace(/\s+/g, " ").slice(0, 40);
  const nameOf = (element) => element.id || element.className.baseVal || element.className || element.tagName.toLowerCase();

  const ancestors = function* (element) {
    for (let around = element; around; around = around.parentElement) yield around;
  };
  /** The same function, which computes only once what is asked of many texts in an element. */
  const once = (compute) => {
    const known = new Map();
    return (element) => {
      if (!known.has(element)) known.set(element, compute(element));
      return known.get(element);
    };
  };
  const find = (element, condition) => ancestors(element).find((around) => condition(getComputedStyle(around), around));

  /** Whether an element is drawn, and not only read aloud. */
  const isShown = once(
    (element) =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }) &&
      !find(element, ({ clipPath }) => clipPath === "inset(50%)"),
  );

  /** Where a range of text is drawn, without white space, which takes no room. */
  const boxesOf = (node, start, end) => {
    const range = document.createRange();
    range.setStart(node, start);
    range.setEnd(node, end);
    return [...range.getClientRects()].filter(({ width, height }) => width > 0 && height > 0);
  };
  const nLines = (boxes) => new Set(boxes.map(({ top }) => Math.round(top))).size;

  /** What the elements around one show, and whether the rest can be scrolled to. */
  const windowOf = once((element) => {
    let [left, right, top, bottom, isScrolled] = [-Infinity, Infinity, -Infinity, Infinity, false];
    for (const around of ancestors(element)) {
      const { overflowX, overflowY, position } = getComputedStyle(around);
      if (around !== document.body && overflowX !== "visible") {
        const edges = around.getBoundingClientRect();
        [left, right] = [Math.max(left, edges.left), Math.min(right, edges.right)];
        [top, bottom] = [Math.max(top, edges.top), Math.min(bottom, edges.bottom)];
        isScrolled ||= /auto|scroll/.test(overflowX + overflowY);
      }
      if (position === "fixed") break;
    }
    return { left, right, top, bottom, isScrolled };
  });

  /** The part of a box in an element that is shown, and whether the rest can be scrolled to. */
  const shownPart = (box, element) => {
    const { left, right, top, bottom, isScrolled } = windowOf(element);
    return {
      ...{ left: Math.max(box.left, left), right: Math.min(box.right, right), isScrolled },
      ...{ top: Math.max(box.top, top), bottom: Math.min(box.bottom, bottom) },
    };
  };

  const texts = []; // what is drawn of each text
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("script, style, noscript, template, option, title") || !isShown(element)) continue;
    const style = getComputedStyle(element);
    const boxes = boxesOf(node, 0, node.data.length);
    const words = nLines(boxes) < 2 || element.closest("code, pre, kbd") ? [] : node.data.matchAll(/[\p{L}\p{N}][\p{L}\p{N}’'.,]*/gu);
    for (const word of words) {
      const lines = nLines(boxesOf(node, word.index, word.index + word[0].length));
      const mayBeParted = style.hyphens === "auto" && lines === 2 && word[0].length > 5;
      if (lines > 1 && !mayBeParted) faults.add(`“${word[0]}” of “${shorten(node.data)}” stands in ${lines} lines`);
    }
    const control = element.closest("button, .button, summary, label, th, td, dt, dd")?.getBoundingClientRect();
    if (control && boxes.some(({ left, right }) => left < control.left - 2 || right > control.right + 2)) {
      faults.add(`“${shorten(node.data)}” is wider than what it stands in`);
    }
    for (const box of boxes) {
      const { left, right, top, bottom, isScrolled } = shownPart(box, element);
      const isCut = box.right - right > 2 || left - box.left > 2 || box.bottom - bottom > 4 || top - box.top > 4;
      if (!isScrolled && isCut && right > left && bottom > top && style.textOverflow !== "ellipsis") {
        faults.add(`“${shorten(node.data)}” is cut off by ${nameOf(element)}`);
      }
      if (right - left > 1 && bottom - top > 1) texts.push({ node, element, left, right, top, bottom });
    }
  }

  // Letters over letters: more than a quarter of the smaller text's area, within one layer.
  const layerOf = once((element) =>
    find(element, ({ position }, around) => /fixed|sticky/.test(position) || around.matches("dialog, .boxes, .navigation .card")),
  );
  texts.sort((a, b) => a.top - b.top);
  for (const [place, first] of texts.entries()) {
    for (const second of texts.slice(place + 1)) {
      if (second.top >= first.bottom) break;
      if (first.node === second.node || layerOf(first.element) !== layerOf(second.element)) continue;
      const width = Math.min(first.right, second.right) - Math.max(first.left, second.left);
      const height = Math.min(first.bottom, second.bottom) - Math.max(first.top, second.top);
      const area = ({ left, right, top, bottom }) => (right - left) * (bottom - top);
      if (width > 1 && height > 1 && width * height > 0.25 * Math.min(area(first), area(second))) {
        faults.add(`“${shorten(first.node.data)}” and “${shorten(second.node.data)}” stand over each other`);
      }
    }
  }

  for (const control of document.querySelectorAll("button, .button, select")) {
    const box = control.getBoundingClientRect();
    const part = shownPart(box, control);
    if (!isShown(control) || part.right - part.left < box.width || part.bottom - part.top < box.height) continue;
    for (const share of [0.05, 0.5, 0.95]) {
      const onTop = document.elementFromPoint(box.left + share * box.width, (box.top + box.bottom) / 2);
      if (!onTop || onTop.contains(control) || control.contains(onTop) || layerOf(onTop) !== layerOf(control)) continue;
      faults.add(`“${shorten(control.textContent)}” is covered by ${nameOf(onTop)}`);
    }
  }

  for (const pad of document.querySelectorAll("#pad, canvas.pad")) {
    if (!isShown(pad)) continue;
    const [drawn, frame] = [pad.getBoundingClientRect(), pad.parentElement.getBoundingClientRect()];
    const squares = Math.round(pad.width / pad.height);
    if (Math.abs(drawn.width / drawn.height - squares) > 0.02) faults.add(`The pad is ${drawn.width} x ${drawn.height}`);
    if (Math.abs(frame.width - drawn.width) > 12 || Math.abs(frame.height - drawn.height) > 12) {
      faults.add(`The pad of ${drawn.width} x ${drawn.height} has a frame of ${frame.width} x ${frame.height}`);
    }
  }

  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) faults.add(`The page is ${scrollWidth} wide in a window of ${innerWidth}`);

  // Pages of paper, of code and for phones have a width of their own.
  if (innerWidth >= widePx && !document.querySelector(".sheet-page, .code-lines, .join, .join-code")) {
    const edges = [...document.querySelectorAll("main *")]
      .filter((element) => /^(canvas|img|svg|input|button|progress)$/.test(element.localName) && isShown(element))
      .map((element) => element.getBoundingClientRect());
    const inMain = texts.filter(({ element }) => element.closest("main"));
    const shown = [...edges, ...inMain].filter(({ left, right }) => right > left);
    const covered = new Set();
    for (const { left, right } of shown) {
      for (let x = Math.max(0, Math.floor(left)); x < Math.min(innerWidth, right); x++) covered.add(x);
    }
    if (covered.size < innerWidth / 2) faults.add(`The main content is ${covered.size} wide in a window of ${innerWidth}`);
  }
  return [...faults];
}
