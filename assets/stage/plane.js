// The map over rate × momentum: how low the walks get, and where they bounce or diverge.

import { drawAxes, drawBall, drawPlate, line } from "../parts/canvas.js";
import { format } from "../parts/numbers.js";
import { REGIMES, SCALE } from "../parts/palette.js";
import { endingName } from "./narration.js";
import { heading, limitsOf, nearest, rateOf, rateTicks } from "./rates.js";

const UNSETTLED = ["bounce", "diverge"];

/** The plane as plain values; `before` is returned if it is of the same model. */
export function planeOf(model, before) {
  if (before?.model === model) return before;
  const { arrays, more: { plane: { momenta }, regimes: { names, kinds } } } = model;
  const logs = Array.from(arrays["more.plane.rates"].data, Math.log10);
  const costs = arrays["more.plane.costs"].data;
  const regimes = Array.from(arrays["more.plane.regimes"].data, (code) => names[code]);
  const half = (momenta[1] - momenta[0]) / 2;
  const settled = regimes.map((regime, cell) => (UNSETTLED.includes(regime) ? Infinity : costs[cell]));
  return {
    model, momenta, logs, costs, regimes,
    kinds: Array.from(arrays["more.plane.kinds"].data, (code) => kinds[code]),
    ends: [momenta[0] - half, momenta.at(-1) + half],
    best: bestOf(settled),
    picture: pictureOf(settled, regimes, logs.length, momenta.length),
    find: (log, momentum) => nearest(momenta, momentum) * logs.length + nearest(logs, log),
    at: (cell) => ({ learning_rate: arrays["more.plane.rates"].data[cell % logs.length], momentum: momenta[Math.floor(cell / logs.length)] }),
  };
}

// The cell that leaves the least cost; null where none settles.
function bestOf(settled) {
  const least = settled.reduce((low, cost) => Math.min(low, cost), Infinity);
  return least < Infinity ? settled.indexOf(least) : null;
}

// The lower the cost that is left, the darker; what does not settle has its regime's colour.
function pictureOf(settled, regimes, width, height) {
  const logs = settled.map((cost) => (cost < Infinity ? Math.log10(Math.max(cost, 1e-30)) : NaN));
  const known = logs.filter((log) => !Number.isNaN(log));
  const high = Math.max(...known);
  const low = Math.max(Math.min(...known), high - 12);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  regimes.forEach((regime, cell) => {
    const share = high > low ? Math.max(logs[cell] - low, 0) / (high - low) : 0;
    const colour = Number.isNaN(logs[cell]) ? channels(REGIMES[regime].colour) : SCALE[Math.round(255 * share)];
    const [row, column] = [height - 1 - Math.floor(cell / width), cell % width]; // y upwards
    image.data.set([...colour, 255], 4 * (row * width + column));
  });
  context.putImageData(image, 0, 0);
  return canvas;
}

function channels(hex) {
  return [1, 3, 5].map((place) => parseInt(hex.slice(place, place + 2), 16));
}

/** Draws it; `view` is that of regimes.js. */
export function drawPlane(context, view) {
  const { area, frame, plane } = view;
  const { box } = area;
  const cell = box.width / (plane.logs.length - 1);
  context.imageSmoothingEnabled = false;
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  context.drawImage(plane.picture, box.left - cell / 2, box.top, box.width + cell, box.height);
  context.restore();
  drawAxes(context, area, frame.theme, {
    xTicks: rateTicks(area), yTicks: [0, 0.2, 0.4, 0.6, 0.8].map((value) => [value, format(value)]), lines: false,
  });
  heading(context, area, frame.theme, "dark: little cost left", "momentum β upwards, learning rate across");
  drawLimit(context, view);
  drawNames(context, view);
  if (plane.best !== null) drawBest(context, view);
  drawCursor(context, view);
}

// 2(1 + β)/L for every β: a line only where the walker's ground curves upwards.
function drawLimit(context, { area, frame, plane }) {
  const limit = limitsOf(frame).at(-1);
  const now = frame.model.walkers[frame.model.focus].settings.momentum;
  if (!limit || frame.model.walkers[frame.model.focus].optimizer !== "momentum") return;
  context.strokeStyle = "#fff";
  context.lineWidth = 1.5;
  context.setLineDash([5, 4]);
  context.beginPath();
  for (const beta of plane.momenta) {
    const x = area.px(Math.log10((limit.rate * (1 + beta)) / (1 + now)));
    if (x >= area.box.left && x <= area.box.left + area.box.width) context.lineTo(x, area.py(beta));
  }
  context.stroke();
  context.setLineDash([]);
  context.lineWidth = 1;
}

function drawNames(context, { area, frame, plane }) {
  for (const regime of UNSETTLED) {
    const cells = plane.regimes.map((one, cell) => (one === regime ? cell : -1)).filter((cell) => cell >= 0);
    if (cells.length < 0.02 * plane.regimes.length) continue;
    const mean = (of) => cells.reduce((sum, cell) => sum + of(cell), 0) / cells.length;
    const log = mean((cell) => plane.logs[cell % plane.logs.length]);
    const beta = mean((cell) => plane.momenta[Math.floor(cell / plane.logs.length)]);
    drawPlate(context, regime, area.px(log), area.py(beta), frame.theme, area.box);
  }
}

function drawBest(context, { area, frame, plane }) {
  const { learning_rate: rate, momentum } = plane.at(plane.best);
  const [x, y] = [area.px(Math.log10(rate)), area.py(momentum)];
  context.strokeStyle = "#fff";
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, 7, 0, 2 * Math.PI);
  context.stroke();
  context.lineWidth = 1;
  drawPlate(context, "best", x, y - 20 < area.box.top ? y + 20 : y - 20, frame.theme, area.box);
}

function drawCursor(context, { area, frame, plane, held, hover }) {
  const chosen = held === null ? { learning_rate: rateOf(frame), momentum: frame.model.walkers[frame.model.focus].settings.momentum } : plane.at(held);
  const [x, y] = [area.px(Math.log10(chosen.learning_rate)), area.py(chosen.momentum)];
  context.strokeStyle = "rgba(255, 255, 255, 0.7)";
  line(context, x, area.box.top, x, area.box.top + area.box.height);
  line(context, area.box.left, y, area.box.left + area.box.width, y);
  if (area.holds(x, y)) drawBall(context, x, y, frame.walks.find((walk) => walk.focus), 6);
  const read = held ?? hover;
  if (read === null) return;
  const { learning_rate: rate, momentum } = plane.at(read);
  const text = `${format(rate)}, β ${format(momentum)}: ${plane.regimes[read]}, ${endingName(plane.kinds[read])}`;
  drawPlate(context, text, area.px(Math.log10(rate)), area.py(momentum) - 22, frame.theme, area.box);
}
