// All entries of the gradient by rank, on a logarithmic scale, and below it which layer has which.

import { drawAxes, fitCanvas, inset, line, plane } from "../parts/canvas.js";
import { element } from "../parts/dom.js";
import { figure } from "../parts/figures.js";

const STRIP = 13; // px, height of a layer's strip
const LOWEST = 1e-9; // smaller entries stand at the bottom

/** `rank(which, rank, done)`: the first or the second of the two was put to a rank. */
export function createRanking({ rank, repaint }) {
  const host = element("div", { class: "ranking" });
  const sheet = fitCanvas(host, repaint);
  let [last, area] = [null, null];
  sheet.canvas.setAttribute("role", "img");
  sheet.canvas.setAttribute("aria-label", "Sizes of the gradient’s entries by rank; the two sliders below choose two of them.");
  sheet.canvas.addEventListener("click", ({ offsetX }) => {
    if (!area) return;
    const at = Math.min(Math.max(Math.round(area.ux(offsetX)), 0), last.model.arrays.ranks.data.length - 1);
    const nearer = Math.abs(at - last.ranks[0]) <= Math.abs(at - last.ranks[1]) ? 0 : 1;
    rank(nearer, at, true);
  });
  return {
    body: host,
    draw(frame) {
      last = frame;
      const context = sheet.begin();
      if (!context) return;
      const layers = frame.model.sizes.length - 1;
      area = areaOf(frame.model, inset(sheet, { left: 70, right: 12, top: 12, bottom: 30 + STRIP * layers }));
      axes(context, area, frame, layers);
      curveOf(context, area, frame);
      strips(context, area, frame, layers);
      marks(context, area, frame);
    },
    destroy: () => sheet.destroy(),
  };
}

// Along the axis are the places among the entries that were sent: all, or evenly chosen ones.
function areaOf({ arrays }, box) {
  const { data } = arrays.ranked;
  const high = Math.log10(Math.max(data[0], LOWEST));
  const least = data.findLast((size) => size > 0) ?? LOWEST;
  const low = Math.max(Math.log10(Math.max(least, LOWEST)), high - 7);
  return plane(box, [0, data.length - 1], [Math.min(low, high - 1), high + 0.15]);
}

function axes(context, area, { model, theme }, layers) {
  const [low, high] = area.y;
  const powers = Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, at) => Math.ceil(low) + at);
  const numbers = [0, 1, 2, 3].map((at) => Math.round((at * (model.arrays.ranks.data.length - 1)) / 3));
  drawAxes(context, area, theme, { xTicks: [], yTicks: powers.map((power) => [power, figure(10 ** power)]) });
  context.globalAlpha = 0.75;
  context.fillStyle = theme.text;
  context.textBaseline = "top";
  numbers.forEach((number, at) => {
    context.textAlign = at === 0 ? "left" : at === 3 ? "right" : "center";
    context.fillText(`${at ? "" : "rank "}${(model.arrays.ranks.data[number] + 1).toLocaleString("en")}`, area.px(number), area.box.top + area.box.height + STRIP * layers + 12);
  });
  context.globalAlpha = 1;
}

function curveOf(context, area, { model, theme }) {
  const { data } = model.arrays.ranked;
  const zero = data.indexOf(0);
  const known = zero < 0 ? data.length : zero;
  context.strokeStyle = theme.accent;
  context.lineWidth = 2;
  context.beginPath();
  for (let at = 0; at < known; at += Math.max(1, Math.floor(known / 1200))) context.lineTo(area.px(at), Math.min(area.py(Math.log10(data[at])), area.box.top + area.box.height));
  context.stroke();
  if (!model.silent) return;
  const left = area.px(known);
  context.fillStyle = theme.panel;
  context.fillRect(left, area.box.top, area.box.left + area.box.width - left, area.box.height);
  context.fillStyle = theme.text;
  context.font = `12px ${theme.font}`;
  context.textAlign = "right";
  context.textBaseline = "top";
  const text = `${model.silent.toLocaleString("en")} are exactly 0`;
  context.fillText(text, area.box.left + area.box.width - 6, area.box.top + 6);
}

/** For each layer, where in the ranking its parameters are. */
function strips(context, area, { model, theme }, layers) {
  const { data } = model.arrays.layers;
  const columns = Math.max(Math.round(area.box.width / 2), 1);
  for (let layer = 1; layer <= layers; layer++) {
    const counts = new Float64Array(columns);
    data.forEach((own, at) => { if (own === layer) counts[Math.min(Math.floor((at / data.length) * columns), columns - 1)] += 1; });
    const most = Math.max(...counts, 1);
    const top = area.box.top + area.box.height + 6 + (layer - 1) * STRIP;
    context.fillStyle = theme.accent;
    counts.forEach((count, at) => {
      context.globalAlpha = count ? 0.15 + 0.85 * Math.sqrt(count / most) : 0.04;
      context.fillRect(area.box.left + at * 2, top, 2, STRIP - 3);
    });
    context.globalAlpha = 0.75;
    context.fillStyle = theme.text;
    context.font = `11px ${theme.font}`;
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.fillText(layer === layers ? "outputs" : `layer ${layer}`, area.box.left - 5, top + STRIP / 2 - 1);
    context.globalAlpha = 1;
  }
}

function marks(context, area, { model, ranks, theme }) {
  ranks.forEach((rank, which) => {
    const size = model.arrays.ranked.data[rank];
    const x = area.px(rank);
    const y = size > 0 ? Math.min(area.py(Math.log10(size)), area.box.top + area.box.height) : area.box.top + area.box.height;
    context.strokeStyle = theme.text;
    context.lineWidth = 1;
    context.setLineDash([3, 3]);
    line(context, x, y, x, area.box.top + area.box.height);
    context.setLineDash([]);
    context.fillStyle = which ? "#e69f00" : "#56b4e9";
    context.strokeStyle = theme.text;
    context.lineWidth = 1.5;
    context.beginPath();
    if (which) context.rect(x - 6, y - 6, 12, 12);
    else context.arc(x, y, 7, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  });
}
