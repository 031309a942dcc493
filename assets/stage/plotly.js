// plotly.js from the server's own folder, once a page and only when a view first needs it.

let loading = null;

/** The library, as a promise. `window.Plotly` stays whatever the page made of it. */
export function loadPlotly() {
  loading ??= load().catch((problem) => {
    loading = null; // a server that was away may be back for the next view
    throw problem;
  });
  return loading;
}

function load() {
  const script = document.createElement("script");
  script.src = new URL("vendor/plotly.min.js", document.baseURI);
  const own = keepAside("Plotly", script);
  const name = keepAside("moduleName", script); // what its wrapper leaves behind on the window
  return new Promise((resolve, reject) => {
    script.onload = () => {
      name();
      const library = own();
      if (library) resolve(library);
      else reject(new Error("plotly.min.js defined nothing"));
    };
    script.onerror = () => {
      name();
      own();
      reject(new Error("plotly.min.js did not load"));
    };
    document.head.append(script);
  });
}

// The file assigns itself to the window, where the page may keep, or be about to put, another
// version. An accessor hands that one assignment to us and every other one on to the page.
function keepAside(name, script) {
  let present = Object.hasOwn(window, name);
  let theirs = window[name];
  let ours;
  Object.defineProperty(window, name, {
    configurable: true,
    enumerable: true,
    get: () => theirs,
    set(value) {
      if (document.currentScript === script) {
        ours = value;
      } else {
        theirs = value;
        present = true;
      }
    },
  });
  return () => {
    delete window[name];
    if (present) window[name] = theirs;
    return ours;
  };
}
