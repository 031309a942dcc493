// Cost against steps, one line for each walk: where it pays off, and where it does not.

import { clipped, drawAxes, drawBall, drawPath, drawPlate, fitCanvas, inset, labelled, line, plane } from "../parts/canvas.js";
import { format, share as percent, ticks } from "../parts/numbers.js";
import { rowAt } from "./walks.js";

const MARGIN = { left: 52, top: 10, right: 12, bottom: 24 };
const DECADES = 12;

const FULL = 1.12; // what the picture's height would be worth, 1 being all read right

// What is drawn against steps: a walk's value in a row, its scale, and how a number is told.
const COST = {
  name: "cost",
  of: (walk, row) => walk.values[row],
  show: (cost) => format(cost, 4),
  scale: (frame) => costScale(frame.walks, frame.model.terrain.heights),
  ticks: yTicks,
};

const READ_RIGHT = {
  name: "accuracy",
  of: (walk, row) => walk.accuracies?.[row] ?? NaN,
  show: (share) => percent(share, 1),
  scale: () => ({ logarithmic: false, of: (share) => share / FULL }),
  ticks: () => [0, 0.25, 0.5, 0.75, 1].map((share) => [share / FULL, `${100 * share} %`]),
};

/** The view of how many pictures a network reads right, beside its cost. */
export const ACCURACY = {
  title: "Accuracy",
  description: "the share of pictures that are read right against steps; click to go to a step",
  create: (host, { goTo, repaint }) => createCost(host, { onStep: goTo, repaint }, READ_RIGHT),
};

/** The cost chart in `host`; `onStep(step)` when one clicks or drags along it. */
export function createCost(host, { onStep, repaint }, quantity = COST) {
  const view = { area: null, hover: null, frame: null, quantity };
  const sheet = fitCanvas(host, repaint);
  listen(sheet.canvas, view, { onStep, repaint });
  return {
    draw(frame) {
      view.frame = frame;
      const context = sheet.begin();
      if (!context) return;
      const box = inset(sheet, MARGIN);
      const scale = quantity.scale(frame);
      view.area = plane(box, [0, Math.max(frame.last, 1)], [0, 1]);
      drawCost(context, scale, view);
    },
    picture: () => sheet.canvas,
    destroy: sheet.destroy,
  };
}

/**
 * Cost → 0 … 1. Logarithmic where no cost is negative and they span more than one decade, then
 * over twelve decades at most; linear otherwise. Costs that explode run out of the top instead
 * of pressing the rest flat: the top is the highest start, with some air, or the picture's own.
 */
function costScale(walks, [lowest, highest]) {
  const { low, smallest, high, began } = rangeOf(walks);
  const sane = Math.max(highest, began);
  // A cost of exactly zero has no logarithm: it is drawn on the floor.
  const logarithmic = low >= 0 && high / smallest > 10;
  if (logarithmic) {
    const top = Math.log10(Math.min(high, sane * 1e6)) + 0.15;
    const bottom = Math.max(Math.log10(smallest), top - DECADES);
    return { logarithmic, low: bottom, high: top, of: (cost) => (Math.log10(Math.max(cost, 10 ** bottom)) - bottom) / (top - bottom) };
  }
  const floor = Math.max(low, Math.min(lowest, low + (sane - low) * 10) - (sane - lowest) * 2);
  const top = Math.min(high, sane + 0.5 * Math.abs(sane - floor));
  const air = (top - floor || Math.abs(top) || 1) * 0.06;
  const [bottom, roof] = [floor - air, top + air];
  return { logarithmic, low: bottom, high: roof, of: (cost) => (cost - bottom) / (roof - bottom) };
}

function rangeOf(walks) {
  let [low, smallest, high, began] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { values, rows } of walks) {
    for (let row = 0; row < rows; row++) {
      const cost = values[row];
      if (!Number.isFinite(cost)) continue;
      low = Math.min(low, cost);
      high = Math.max(high, cost);
      if (cost > 0) smallest = Math.min(smallest, cost);
    }
    began = Math.max(began, values[0]);
  }
  return low <= high ? { low, smallest, high, began } : { low: 0, smallest: 1, high: 1, began: 1 };
}

function yTicks({ logarithmic, low, high, of }) {
  if (!logarithmic) return labelled(ticks(low, high, 4)).map(([value, text]) => [of(value), text]);
  const powers = ticks(low, high, 4).filter(Number.isInteger).map((power) => 10 ** power);
  const shown = powers.length > 1 ? powers : between(10 ** low, 10 ** high);
  return shown.map((cost) => [of(cost), format(cost, 1)]);
}

// 1, 2 and 5 times powers of ten, for costs that span hardly more than one.
function between(low, high) {
  const power = Math.floor(Math.log10(low));
  return [0, 1, 2].flatMap((more) => [1, 2, 5].map((digit) => digit * 10 ** (power + more))).filter((cost) => cost >= low && cost <= high);
}

function drawCost(context, scale, view) {
  const { area, frame, quantity } = view;
  const shown = frame.walks.filter((walk) => Number.isFinite(quantity.of(walk, 0)));
  drawAxes(context, area, frame.theme, {
    xTicks: labelled(ticks(0, area.x[1], area.box.width / 90).filter(Number.isInteger)),
    yTicks: quantity.ticks(scale),
    label: `${quantity.name}${scale.logarithmic ? " (logarithmic)" : ""} over steps`,
  });
  const at = (walk, row) => [area.px(row), area.py(heightOf(scale, quantity.of(walk, row)))];
  clipped(context, { ...area.box, top: 0, height: area.box.height + MARGIN.top }, () => {
    for (const walk of shown) {
      const pixels = Array.from({ length: walk.rows }, (_, row) => at(walk, row));
      const here = rowAt(walk, frame.step);
      const look = { colour: walk.colour, dashed: walk.dashed, edge: false };
      drawPath(context, pixels.slice(here), { ...look, width: 1.25, alpha: 0.5 });
      drawPath(context, pixels.slice(0, here + 1), { ...look, width: walk.focus ? 2.5 : 1.75 });
    }
  });
  context.strokeStyle = frame.theme.text;
  context.globalAlpha = 0.35;
  line(context, area.px(frame.step), area.box.top, area.px(frame.step), area.box.top + area.box.height);
  context.globalAlpha = 1;
  for (const walk of shown) {
    const [x, y] = at(walk, rowAt(walk, frame.step));
    drawBall(context, x, Math.min(Math.max(y, 6), area.box.top + area.box.height), walk, walk.focus ? 5 : 4);
  }
  if (view.hover) drawReading(context, view);
}

function heightOf(scale, cost) {
  return Number.isFinite(cost) ? scale.of(cost) : 2;
}

function drawReading(context, { area, frame, hover, quantity }) {
  const step = Math.round(area.ux(hover[0]));
  const walk = frame.walks.find((candidate) => candidate.focus) ?? frame.walks[0];
  const row = rowAt(walk, step);
  drawPlate(context, `step ${row}   ${quantity.name} ${quantity.show(quantity.of(walk, row))}`, hover[0], hover[1] - 22, frame.theme, area.box);
}

function listen(canvas, view, { onStep, repaint }) {
  let held = false;
  const place = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  };
  const choose = (event) => onStep(Math.round(view.area.ux(place(event)[0])));
  canvas.style.touchAction = "pan-y";
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !view.area) return;
    canvas.setPointerCapture(event.pointerId);
    held = true;
    choose(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (held) choose(event);
    view.hover = event.pointerType === "mouse" && view.area?.holds(...place(event)) ? place(event) : null;
    repaint();
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { held = false; });
  canvas.addEventListener("pointerleave", () => { view.hover = null; repaint(); });
}
