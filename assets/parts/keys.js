// The keys of a transport. `act(name)` takes first, back, play, step or last.

const KEYS = { ArrowLeft: "back", ArrowRight: "step", Home: "first", End: "last", " ": "play" };

/** Keys inside a component. */
export function onKey(event, act) {
  const name = KEYS[event.key];
  if (!name || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const target = event.composedPath()[0];
  // Text keeps its own keys; a button or a list keeps the space that presses or opens it.
  if (target.matches("input:not([type=range])")) return;
  if (name === "play" && target.matches("button, select, summary")) return;
  event.preventDefault();
  act(name);
}

/** Where nothing has the focus yet, the arrows step all the same; the page keeps its other keys. */
export function onPageKey(event, act) {
  if (!["ArrowLeft", "ArrowRight"].includes(event.key) || event.defaultPrevented) return;
  if (![document.body, document.documentElement].includes(event.target) && event.target.tagName !== "MAIN") return;
  onKey(event, act);
}
