// How a component lives on a page: made once for its root element, fed with every update, and ended
// when the page is left.

import { decode } from "./arrays.js";
import { element } from "./dom.js";

/**
 * The function that Streamlit calls at the first mount and at every update of a component. What it
 * returns is called before the next update and when the page is left; only the second is an end.
 *
 * `create(root, message)` → {connect(setTriggerValue), receive(message), leave()}: made once for a
 * root element; `message` is decoded, see arrays.js.
 */
export function mountOf(selector, create) {
  const living = new WeakMap();
  return ({ data, parentElement, setTriggerValue }) => {
    const root = parentElement.querySelector(selector);
    if (!root || !data) return undefined;
    const message = decode(data);
    if (!living.has(root)) living.set(root, create(root, message));
    const one = living.get(root);
    one.connect(setTriggerValue);
    one.receive(message);
    return () => setTimeout(() => {
      if (root.isConnected || !living.delete(root)) return;
      one.connect(null); // nobody is there any more who could answer
      one.leave();
    });
  };
}

/** The style sheets of a component: the one that all share, and its own beside `module`. */
export function styleSheets(module, own) {
  return [new URL("parts.css", import.meta.url), new URL(own, module)]
    .map(({ href }) => element("link", { rel: "stylesheet", href }));
}

/** Calls back when Streamlit's theme changes: its colours are custom properties of the page. */
export function watchTheme(root, changed) {
  const probe = element("span", { class: "probe", "aria-hidden": "true" });
  root.after(probe);
  probe.style.cssText = "position:absolute;visibility:hidden;color:var(--st-text-color);background:var(--st-background-color);transition:color 1ms,background-color 1ms";
  probe.addEventListener("transitionend", changed);
}
