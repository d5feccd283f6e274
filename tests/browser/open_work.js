// Counts what a page has in progress: answers, pictures, workers' calls, timers and frames. It runs
// before the page's own scripts. What happens at intervals is never over: not counted.
let openWork = 0;

const { requestIdleCallback: whenIdle } = globalThis;

// Resolves to whether the page has nothing in progress, nor begins anything while it is idle: scripts
// that have come are run in between.
globalThis.isSettled = async () => {
  for (let time = 0; openWork === 0 && time < 3; time++) await new Promise((resolve) => whenIdle(resolve));
  return openWork === 0;
};

const begin = () => {
  let isOpen = true;
  openWork++;
  return () => {
    if (isOpen) openWork--;
    isOpen = false;
  };
};

const replace = (owner, name, make) => (owner[name] = make(owner[name]));

const PROMISING = [
  [globalThis, ["fetch", "createImageBitmap"]],
  [Response.prototype, ["arrayBuffer", "blob", "json", "text"]],
  [HTMLImageElement.prototype, ["decode"]],
  [OffscreenCanvas.prototype, ["convertToBlob"]],
];
for (const [owner, names] of PROMISING) {
  for (const name of names) {
    replace(owner, name, (start) => function (...values) {
      const end = begin();
      const promise = start.apply(this, values);
      promise.then(end, end);
      return promise;
    });
  }
}

const DELAYED = [
  ["setTimeout", "clearTimeout"],
  ["requestAnimationFrame", "cancelAnimationFrame"],
  ["requestIdleCallback", "cancelIdleCallback"],
];
for (const [name, cancelName] of DELAYED) {
  const ends = new Map();
  replace(globalThis, name, (start) => (callback, ...values) => {
    const end = begin();
    const id = start((...given) => {
      try {
        callback(...given);
      } finally {
        end();
      }
    }, ...values);
    ends.set(id, end);
    return id;
  });
  replace(globalThis, cancelName, (cancel) => (id) => {
    ends.get(id)?.();
    cancel(id);
  });
}

replace(HTMLCanvasElement.prototype, "toBlob", (start) => function (callback, ...values) {
  const end = begin();
  start.call(this, (blob) => {
    callback(blob);
    end();
  }, ...values);
});

replace(XMLHttpRequest.prototype, "send", (send) => function (...values) {
  this.addEventListener("loadend", begin());
  send.apply(this, values);
});

// A worker answers each call once.
replace(globalThis, "Worker", (Worker) => class extends Worker {
  #calls = [];

  constructor(...values) {
    super(...values);
    this.addEventListener("message", () => this.#calls.shift()?.());
    this.addEventListener("error", () => this.#calls.splice(0).forEach((end) => end()));
  }

  postMessage(...values) {
    this.#calls.push(begin());
    super.postMessage(...values);
  }
});
