// Accuracy on unseen digits over the number of labelled examples, on a logarithmic axis: a point for
// each seed, their mean, and the band from the worst to the best. Or the mistakes, logarithmic too.

import { drawAxes, drawPlate, fitCanvas, inset, plane } from "../parts/canvas.js";
import { drawBand, drawLine } from "../parts/chart.js";
import { element, setText } from "../parts/dom.js";
import { share } from "../parts/numbers.js";
import { SLOTS } from "../parts/palette.js";

const MARGIN = { left: 52, top: 14, right: 22, bottom: 44 };
const COLOUR = SLOTS[5];
const BEFORE = SLOTS[0];
const MISTAKES = [0.8, 0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01];

export function createChart(repaint) {
  const view = { mistakes: false, hover: null };
  const toggle = element("button", {
    type: "button", class: "toggle", text: "mistakes, logarithmic", "aria-pressed": "false",
    onclick: () => {
      view.mistakes = !view.mistakes;
      toggle.setAttribute("aria-pressed", view.mistakes);
      repaint();
    },
  });
  const [now, before] = [COLOUR, BEFORE].map((colour, index) => {
    const key = element("span", { class: "key", "aria-hidden": "true" });
    key.style.borderTop = `3px ${index ? "dashed" : "solid"} ${colour}`;
    const text = element("span");
    return { text, entry: element("span", { class: "entry" }, key, text) };
  });
  const title = element("h3");
  const host = element("div", { class: "chart", role: "img" });
  const panel = element("section", { class: "panel" },
    element("div", { class: "top" }, title, element("span", { class: "note", text: "all 10,000 test digits" }), toggle),
    element("p", { class: "legend" }, now.entry, before.entry), host);
  const sheet = fitCanvas(host, repaint);
  sheet.canvas.addEventListener("pointermove", (event) => { view.hover = [event.offsetX, event.offsetY]; repaint(); });
  sheet.canvas.addEventListener("pointerleave", () => { view.hover = null; repaint(); });
  return {
    panel,
    destroy: sheet.destroy,
    draw({ model, theme }) {
      now.text.textContent = `${model.name}: points for each seed, line for their mean`;
      before.text.textContent = model.beforeProgress < 1 ? `${model.before}, before: paused at ${Math.floor(100 * model.beforeProgress)} %, goes on if chosen again` : `${model.before}, before`;
      setText(title, view.mistakes ? "Digits it has never seen, read wrong: fewer is higher" : "Digits it has never seen, read right");
      before.entry.hidden = model.before === null;
      host.setAttribute("aria-label", described(model));
      const context = sheet.begin();
      if (context) drawChart(context, sheet, view, model, theme);
    },
  };
}

function described({ arrays: { counts, means } }) {
  const known = Array.from(counts.data, (count, index) => [count, means.data[index]]).filter(([, mean]) => Number.isFinite(mean));
  if (!known.length) return "Accuracy over the number of labelled examples: nothing measured yet";
  return `Accuracy over the number of labelled examples: ${known.map(([count, mean]) => `${count.toLocaleString("en")}: ${share(mean, 1)}`).join(", ")}`;
}

function drawChart(context, sheet, view, model, theme) {
  const counts = Array.from(model.arrays.counts.data, (count) => Math.log10(count));
  const { shape: [, seeds], data } = model.arrays.accuracies;
  const at = (row) => Array.from(data.subarray(row * seeds, (row + 1) * seeds)).filter(Number.isFinite);
  const rows = counts.map((_, row) => at(row));
  const earlier = model.before === null ? [] : Array.from(model.arrays.before.data).filter(Number.isFinite);
  const known = [...rows.flat(), ...earlier];
  const low = known.length ? Math.min(...known) : 0.5;
  const height = view.mistakes ? (accuracy) => -Math.log10(Math.max(1 - accuracy, 0.001)) : (accuracy) => accuracy;
  const top = Math.max(0.975, ...known);
  const range = view.mistakes ? [height(Math.min(low, 0.6)) - 0.05, height(top) + 0.1] : [Math.floor(10 * Math.min(low, 0.7)) / 10, 1];
  const area = plane(inset(sheet, MARGIN), [counts[0] - 0.08, counts.at(-1) + 0.08], range);
  drawAxes(context, area, theme, {
    xTicks: ticksAcross(model.arrays.counts.data, area),
    yTicks: view.mistakes
      ? MISTAKES.map((part) => [-Math.log10(part), `${100 * part} %`]).filter(([place]) => place >= range[0] && place <= range[1])
      : [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].filter((part) => part >= range[0]).map((part) => [part, `${Math.round(100 * part)} %`]),
  });
  drawNames(context, area, theme);
  const whole = rows.map((row, index) => [row, index]).filter(([row]) => row.length === seeds).map(([, index]) => index);
  if (earlier.length) drawLine(context, area, counts, earlier.map(height), BEFORE, [6, 4]);
  const across = whole.map((index) => counts[index]);
  drawBand(context, area, across, whole.map((index) => height(Math.min(...rows[index]))), whole.map((index) => height(Math.max(...rows[index]))), COLOUR);
  drawLine(context, area, across, whole.map((index) => height(model.arrays.means.data[index])), COLOUR, []);
  rows.forEach((row, index) => row.forEach((accuracy) => dot(context, area.px(counts[index]), area.py(height(accuracy)), theme)));
  if (!known.length) promise(context, area, theme);
  if (view.hover) drawHover(context, area, theme, view.hover, counts, rows, model.arrays.counts.data);
}

function ticksAcross(counts, area) {
  const narrow = area.box.width < 420;
  return Array.from(counts, (count) => [Math.log10(count), narrow && count >= 1000 ? `${count / 1000}k` : count.toLocaleString("en")]);
}

function drawNames(context, { box }, theme) {
  context.font = `12px ${theme.font}`;
  context.fillStyle = theme.text;
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.fillText("labelled examples, each mark about three times as many", box.left + box.width, box.top + box.height + 41, box.width);
}

function dot(context, x, y, theme) {
  for (const [size, style] of [[5, theme.panel], [4, COLOUR]]) {
    context.beginPath();
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.fillStyle = style;
    context.fill();
  }
}

function promise(context, { box }, theme) {
  context.font = `13px ${theme.font}`;
  context.fillStyle = theme.text;
  context.globalAlpha = 0.75;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText("Press play: a point appears for each training.", box.left + box.width / 2, box.top + box.height / 2, box.width - 12);
  context.globalAlpha = 1;
}

function drawHover(context, area, theme, [x, y], counts, rows, numbers) {
  if (!area.holds(x, y)) return;
  const distances = counts.map((count) => Math.abs(area.px(count) - x));
  const index = distances.indexOf(Math.min(...distances));
  if (!rows[index].length) return;
  const [low, high] = [Math.min(...rows[index]), Math.max(...rows[index])];
  const text = rows[index].length > 1 ? `${share(low, 1)} to ${share(high, 1)}` : share(low, 1);
  drawPlate(context, `${numbers[index].toLocaleString("en")} examples: ${text}`, x, y - 20, theme, area.box);
}
