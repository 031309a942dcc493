// Best cost so far against evaluations, both on logarithmic scales; the counter is a line.

import { clipped, drawAxes, fitCanvas, inset, line, plane } from "../parts/canvas.js";
import { element } from "../parts/dom.js";
import { format } from "../parts/numbers.js";
import { traceShape } from "../parts/palette.js";
import { bestAt, countUpTo, LOOKS } from "./looks.js";

const MARGIN = { left: 52, top: 12, right: 16, bottom: 38 };

export function createBest(repaint) {
  const host = element("div", { class: "best", role: "img", "aria-label": "Best cost so far against evaluations spent" });
  const key = element("div", { class: "key" });
  const body = element("figure", { class: "chart" }, key, host);
  const sheet = fitCanvas(host, repaint);
  return {
    body,
    draw(frame) {
      drawKey(key, frame.model);
      const context = sheet.begin();
      if (context) drawChart(context, inset(sheet, MARGIN), frame);
    },
    destroy: sheet.destroy,
  };
}

function drawKey(key, { methods }) {
  if (key.dataset.methods === methods.map((method) => method.key).join()) return;
  key.dataset.methods = methods.map((method) => method.key).join();
  key.replaceChildren(...methods.map((method) => {
    const canvas = element("canvas", { width: 56, height: 28, "aria-hidden": "true" });
    const context = canvas.getContext("2d");
    context.scale(2, 2);
    stroke(context, LOOKS[method.key]);
    line(context, 0, 7, 28, 7);
    mark(context, LOOKS[method.key], 14, 7, 4);
    return element("span", {}, canvas, method.name);
  }));
}

function stroke(context, { colour, dash }) {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.setLineDash(dash);
}

function mark(context, { colour, shape }, x, y, size) {
  traceShape(context, shape, x, y, size);
  context.fillStyle = colour;
  context.fill();
}

function rangeOf({ methods, arrays, goal }) {
  const bests = methods.flatMap(({ key }) => Array.from(arrays[`bests.${key}`].data)).filter((best) => best > 0);
  const high = Math.max(goal * 2, ...methods.map(({ key }) => arrays[`bests.${key}`].data[0]).filter((best) => best < 1e30));
  const low = Math.min(goal / 4, Math.max(goal / 30, Math.min(...bests)));
  return [Math.log10(low) - 0.05, Math.log10(high) + 0.1];
}

function decades([low, high]) {
  const every = Math.max(1, Math.round((high - low) / 6));
  const first = Math.ceil(low - 1e-9);
  return Array.from({ length: Math.max(0, Math.floor((high - first) / every + 1e-9) + 1) }, (_, index) => {
    const power = first + index * every;
    return [power, format(10 ** power, 2)];
  });
}

function drawChart(context, box, { model, count, last, theme }) {
  const area = plane(box, [0, Math.max(Math.log10(last), 0.5)], rangeOf(model));
  drawAxes(context, area, theme, { xTicks: decades(area.x), yTicks: decades(area.y), label: "best cost so far" });
  context.fillStyle = theme.text;
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.fillText("evaluations", box.left + box.width, box.top + box.height + 36);
  const goal = area.py(Math.log10(model.goal));
  context.strokeStyle = theme.text;
  context.lineWidth = 1;
  context.setLineDash([5, 4]);
  line(context, box.left, goal, box.left + box.width, goal);
  context.textAlign = "left";
  context.fillText(`goal ${format(model.goal)}`, box.left + 6, goal - 3);
  context.setLineDash([]);
  clipped(context, box, () => {
    for (const method of model.methods) drawMethod(context, area, model, method, count);
    context.strokeStyle = theme.text;
    context.lineWidth = 1;
    context.setLineDash([]);
    const x = area.px(Math.log10(Math.max(count, 1)));
    if (count < last) line(context, x, box.top, x, box.top + box.height);
  });
}

function drawMethod(context, area, model, { key, spent }, count) {
  const counts = model.arrays[`counts.${key}`].data;
  const bests = model.arrays[`bests.${key}`].data;
  const shown = countUpTo(counts, count);
  if (!shown) return;
  const py = (best) => area.py(Math.log10(Math.max(best, 1e-300)));
  const px = (evaluations) => area.px(Math.log10(evaluations));
  stroke(context, LOOKS[key]);
  context.beginPath();
  for (let index = 0; index < shown; index++) {
    if (index) context.lineTo(px(counts[index]), py(bests[index - 1]));
    context.lineTo(px(counts[index]), py(bests[index]));
  }
  const end = Math.min(count, spent);
  context.lineTo(px(Math.max(end, counts[shown - 1])), py(bests[shown - 1]));
  context.stroke();
  context.setLineDash([]);
  mark(context, LOOKS[key], px(Math.max(end, counts[shown - 1])), py(bestAt(model, key, count)), 5);
}
