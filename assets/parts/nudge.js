// Nudges as text: an arrow, a number and a bar to the right or to the left.

import { element } from "./dom.js";
import { arrow, withSign } from "./figures.js";

/** A nudge, its bar as long as its share of `most`. */
export function nudge(value, most) {
  const share = most > 0 ? Math.min(Math.abs(value) / most, 1) : 0;
  const fill = element("span", { class: "fill" });
  fill.style.width = `${50 * share}%`;
  return element("span", { class: `nudge ${value > 0 ? "up" : value < 0 ? "down" : "none"}` },
    element("span", { class: "track", "aria-hidden": "true" }, fill),
    element("span", { class: "way", text: arrow(value), "aria-hidden": "true" }),
    element("span", { class: "value", text: withSign(value) }));
}

/** The largest size among numbers. */
export function mostOf(values) {
  return values.reduce((far, value) => Math.max(far, Math.abs(value)), 0);
}

/** A table: heads, then rows of texts and elements; the first of each row is its head. */
export function table(label, heads, rows, kind = "") {
  const cell = (content, tag, attributes = {}) => element(tag, attributes, content);
  return element("table", { class: `numbers ${kind}`, "aria-label": label },
    element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col", text: head })))),
    element("tbody", {}, ...rows.map(({ cells: [head, ...cells], lit }) => element("tr", { class: lit ? "lit" : null },
      cell(head, "th", { scope: "row" }), ...cells.map((content) => cell(content, "td"))))));
}

