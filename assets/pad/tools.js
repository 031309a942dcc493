// Undo, clear, and the width of the brush.

import { element } from "../parts/dom.js";

const BRUSHES = [6, 40];

export function createTools({ paper, changed }) {
  const undo = element("button", { type: "button", text: "Undo", onclick: () => { paper.undo(); changed(); } });
  const clear = element("button", { type: "button", class: "clear", text: "Clear", onclick: () => { paper.clear(); changed(); } });
  const brush = element("input", {
    type: "range", min: BRUSHES[0], max: BRUSHES[1], step: 1, value: paper.brush, "aria-label": "Width of the brush",
    oninput: () => { paper.setBrush(Number(brush.value)); changed(); },
  });
  const body = element("div", { class: "tools" }, undo, clear, element("label", { class: "brush" }, "Brush", brush));
  return {
    body,
    draw() {
      undo.disabled = !paper.undoable;
      clear.disabled = paper.empty;
      brush.disabled = paper.index !== null;
    },
  };
}
