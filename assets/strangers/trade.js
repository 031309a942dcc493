// What the threshold costs and what it buys: answered digits, how many of them are right, and the
// strangers that pass, over all thresholds.

import { drawAxes, fitCanvas, inset, line, plane } from "../parts/canvas.js";
import { element } from "../parts/dom.js";
import { SLOTS } from "../parts/palette.js";
import { REAL, STRANGE } from "./kinds.js";
import { dragThreshold, MARKS } from "./nines.js";

const MARGIN = { left: 48, top: 12, right: 22, bottom: 24 };
const LINES = [
  { key: "accuracy", name: "right, of the digits it answers", colour: SLOTS[3], dash: [7, 3] },
  { key: "coverage", name: "test digits it answers", colour: REAL, dash: [] },
  { key: "strangers", name: "strangers it answers", colour: STRANGE, dash: [2, 3] },
];

export function createTrade({ repaint, onStop }) {
  const host = element("div", { class: "trade", role: "img", "aria-label": "Answered digits, accuracy and strangers over the threshold" });
  const legend = element("p", { class: "legend" }, ...LINES.map(({ name, colour, dash }) => {
    const key = element("span", { class: "key", "aria-hidden": "true" });
    key.style.borderTop = `3px ${dash.length ? (dash[0] > 3 ? "dashed" : "dotted") : "solid"} ${colour}`;
    return element("span", { class: "entry" }, key, name);
  }));
  const sheet = fitCanvas(host, repaint);
  let last = 1;
  dragThreshold(host, (x, width) => (x - MARGIN.left) / (width - MARGIN.left - MARGIN.right), (way) => onStop(way * last));
  return {
    body: element("section", { class: "panel" }, element("h4", { text: "Any threshold" }), legend, host),
    destroy: sheet.destroy,
    draw({ model, stop, theme }) {
      last = model.arrays.levels.data.length - 1;
      const context = sheet.begin();
      if (!context) return;
      const area = plane(inset(sheet, MARGIN), [0, 1], [0, 1]);
      drawAxes(context, area, theme, {
        xTicks: MARKS.filter(([, text]) => text !== "0" || sheet.width > 500),
        yTicks: [0, 0.25, 0.5, 0.75, 1].map((part) => [part, `${100 * part} %`]),
      });
      for (const one of LINES) drawLine(context, area, heights(model, one.key), one);
      context.strokeStyle = theme.text;
      context.lineWidth = 2;
      const x = area.px(stop / last);
      line(context, x, area.box.top, x, area.box.top + area.box.height);
    },
  };
}

function heights({ arrays, kinds }, key) {
  if (key !== "strangers") return arrays[key].data;
  const strangers = kinds.filter(({ real }) => !real).map((kind) => arrays[`through.${kind.key}`].data);
  return strangers[0].map((_, stop) => strangers.reduce((sum, shares) => sum + shares[stop], 0) / strangers.length);
}

function drawLine(context, area, values, { colour, dash }) {
  context.save();
  context.beginPath();
  values.forEach((value, index) => {
    if (Number.isFinite(value)) context.lineTo(area.px(index / (values.length - 1)), area.py(value));
  });
  context.setLineDash(dash);
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  context.stroke();
  context.restore();
}
