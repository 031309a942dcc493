// How a component lives on a page: made once for its root element, fed with every update, and ended
// when the page is left.

import { decode } from "./arrays.js";
import { element } from "./dom.js";

/**
 * The function that Streamlit calls at the first mount and at every update of a component. What it
 * returns is called when the page is left. While the modules are still being fetched, updates may
 * come in the wrong order; then what it returned for the outdated one is called at once, and the
 * update before it counts again.
 *
 * `create(root, message)` → {connect(setTriggerValue), receive(message), leave()}: made once for a
 * root element; `message` is decoded, see arrays.js.
 */
export function mountOf(selector, create) {
  const living = new WeakMap();
  return ({ data, parentElement, setTriggerValue }) => {
    const root = parentElement.querySelector(selector);
    if (!root || !data) return undefined;
    const update = { message: decode(data), setTriggerValue };
    if (!living.has(root)) living.set(root, { one: create(root, update.message), updates: [] });
    const kept = living.get(root);
    const deliver = ({ message, setTriggerValue: post }) => { kept.one.connect(post); kept.one.receive(message); };
    kept.updates = [...kept.updates.slice(-1), update];
    deliver(update);
    return () => setTimeout(() => {
      if (root.isConnected) {
        const last = kept.updates.at(-1) === update;
        kept.updates = kept.updates.filter((other) => other !== update);
        if (last && kept.updates.length) deliver(kept.updates[0]);
      } else if (living.delete(root)) {
        kept.one.connect(null); // nobody is there any more who could answer
        kept.one.leave();
      }
    });
  };
}

/** The style sheets of a component: the one that all share, and its own beside `module`. */
export function styleSheets(module, ...own) {
  return [new URL("parts.css", import.meta.url), ...own.map((name) => new URL(name, module))]
    .map(({ href }) => element("link", { rel: "stylesheet", href }));
}

/** Calls back when Streamlit's theme changes: its colours are custom properties of the page. */
export function watchTheme(root, changed) {
  const probe = element("span", { class: "probe", "aria-hidden": "true" });
  root.after(probe);
  probe.style.cssText = "position:absolute;visibility:hidden;color:var(--st-text-color);background:var(--st-background-color);transition:color 1ms,background-color 1ms";
  probe.addEventListener("transitionend", changed);
}

/** A function that has `paint` called with the next frame, once however often it is asked. */
export function nextFrame(paint) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; paint(); });
  };
}

/** Lets the space bar press play and pause, except where it presses something else. */
export function spacePlays(root, toggle) {
  root.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.target.closest("button, input, select, summary")) return;
    event.preventDefault();
    toggle();
  });
}
