// Curves over the updates of a training: what every such chart has.

import { drawPlate, fitCanvas, line } from "./canvas.js";
import { element } from "./dom.js";
import { format, ticks } from "./numbers.js";

export const CHART_MARGIN = { left: 48, top: 14, right: 14, bottom: 24 };

/**
 * A panel with a title, a legend and a canvas. `lines`: [{colour, dashed}]; what each of them is,
 * and its number of now, is written into `labels` by whoever draws.
 */
export function createChart(title, about, repaint, lines, ...tools) {
  const note = element("span", { class: "note", text: about });
  const host = element("div", { class: "chart", role: "img" });
  const labels = lines.map(() => element("span"));
  const view = { hover: null };
  const panel = element("section", { class: "panel" },
    element("div", { class: "top" }, element("h3", { text: title }), note, ...tools),
    element("p", { class: "legend" }, ...lines.map((one, index) => element("span", { class: "entry" }, key(one), labels[index]))), host);
  const sheet = fitCanvas(host, repaint);
  sheet.canvas.addEventListener("pointermove", (event) => { view.hover = [event.offsetX, event.offsetY]; repaint(); });
  sheet.canvas.addEventListener("pointerleave", () => { view.hover = null; repaint(); });
  return { panel, host, sheet, note, labels, view };
}

function key({ colour, dashed }) {
  const line = element("span", { class: "key", "aria-hidden": "true" });
  line.style.borderTop = `3px ${dashed ? "dashed" : "solid"} ${colour}`;
  return line;
}

/** Round numbers of updates along the axis across. */
export function updateTicks(area) {
  return ticks(...area.x, area.box.width / 90).filter(Number.isInteger).map((value) => [value, value.toLocaleString("en")]);
}

/** Round costs along an axis of their logarithms. */
export function costTicks({ y: [low, high] }) {
  const steps = high - low > 3 ? [1] : high - low > 1.2 ? [1, 3] : [1, 1.5, 2, 3, 5, 7];
  const found = [];
  for (let power = Math.floor(low); power <= high; power++) {
    for (const step of steps) {
      const place = power + Math.log10(step);
      if (place >= low && place <= high) found.push([place, format(step * 10 ** power, 2)]);
    }
  }
  return found;
}

/** The space between two curves over the places `at`. */
export function drawBand(context, area, at, low, high, colour) {
  if (at.length < 2) return;
  context.beginPath();
  at.forEach((x, index) => context.lineTo(area.px(x), area.py(high[index])));
  for (let index = at.length - 1; index >= 0; index--) context.lineTo(area.px(at[index]), area.py(low[index]));
  context.fillStyle = colour;
  context.globalAlpha = 0.18;
  context.fill();
  context.globalAlpha = 1;
}

export function drawLine(context, area, across, values, colour, dash) {
  context.save();
  context.beginPath();
  across.forEach((x, index) => context.lineTo(area.px(x), area.py(values[index])));
  context.setLineDash(dash);
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.lineJoin = "round";
  context.stroke();
  context.restore();
}

/** What will be seen here, while there is nothing yet but where the lines begin. */
export function drawPromise(context, { box, px, py }, theme, text, beginnings) {
  context.save();
  for (const [values, colour] of beginnings) {
    context.beginPath();
    context.arc(px(0), py(values[0]), 4, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
  }
  context.font = `13px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const wide = Math.min(context.measureText(text).width, box.width - 12) + 12;
  context.fillStyle = theme.panel; // or a line of the grid would strike it through
  context.fillRect(x - wide / 2, y - 10, wide, 20);
  context.fillStyle = theme.text;
  context.globalAlpha = 0.75;
  context.fillText(text, x, y, box.width - 12);
  context.restore();
}

/** What the curve says where the pointer is: `text(index)` of the places `across`. */
export function drawReading(context, { view }, area, theme, across, text) {
  if (!view.hover || !across.length || !area.holds(...view.hover)) return;
  const wanted = area.ux(view.hover[0]);
  let index = across.findIndex((x) => x >= wanted);
  if (index < 0) index = across.length - 1;
  context.strokeStyle = theme.text;
  context.globalAlpha = 0.4;
  line(context, area.px(across[index]), area.box.top, area.px(across[index]), area.box.top + area.box.height);
  context.globalAlpha = 1;
  drawPlate(context, text(index), view.hover[0], view.hover[1] - 20, theme, area.box);
}
