// The wobbling surface: over the map of all houses, the cost of the few that this step sees. The
// lines are those of the walker in focus; they move with every step, for the houses change.

import { drawArrow, drawPlate, line } from "../parts/canvas.js";
import { contourLines } from "../parts/contour.js";
import { createMap } from "./map.js";
import { sizeAt, stepShown } from "./batches.js";
import { costOf, gradientOf, lowestOf, momentsAt } from "./quadratic.js";
import { pointAt, rowAt } from "./walks.js";

const CELLS = 48;
const RINGS = 9;
const ARROW = 46; // pixels that the gradient of all houses has at the start

export const BATCH = {
  title: "This batch",
  description: "the cost of the houses that this step sees, as lines over the map of all houses; it moves with every step",
  create(host, { onStart, repaint }) {
    const drawn = host.getAttribute("aria-label");
    return createMap(host, { onStart, repaint, over(context, area, frame) {
      const told = `${drawn}; ${drawBatch(context, area, frame)}`;
      if (!frame.playing && host.getAttribute("aria-label") !== told) host.setAttribute("aria-label", told);
    } });
  },
};

function drawBatch(context, area, frame) {
  const { model, theme } = frame;
  const walk = frame.walks.find((candidate) => candidate.focus);
  const row = rowAt(walk, frame.step);
  const step = stepShown(walk, row);
  const moments = momentsAt(model, walk.index, step);
  drawRings(context, area, moments, model, walk.colour);
  drawLowest(context, area, lowestOf(moments), walk.colour);
  drawGradients(context, area, model, walk, row, moments);
  const text = wordsOf(model, walk, row, step);
  drawPlate(context, text, area.box.left + area.box.width / 2, area.box.top, theme, area.box);
  return text;
}

function wordsOf({ walkers, terrain: { examples } }, walk, row, step) {
  const { batch } = walkers[walk.index];
  const all = examples.toLocaleString("en");
  if (!batch) return `every step sees all ${all}`;
  const who = row === step ? `step ${step + 1} sees` : "the last step saw";
  return `${who} ${sizeAt(batch, examples, step).toLocaleString("en")} of ${all}`;
}

// Rings at the same heights above its own floor as those of all houses have, so that closer lines
// mean steeper.
function drawRings(context, area, moments, model, colour) {
  const whole = momentsAt(model, -1, 0);
  const [[xLow, xHigh], [yLow, yHigh]] = [area.x, area.y];
  const heights = new Float64Array((CELLS + 1) ** 2);
  const at = (low, high, share) => low + (high - low) * share;
  for (let row = 0; row <= CELLS; row++) {
    for (let column = 0; column <= CELLS; column++) {
      heights[row * (CELLS + 1) + column] = costOf(moments, at(xLow, xHigh, column / CELLS), at(yLow, yHigh, row / CELLS));
    }
  }
  const floor = heights.reduce((least, height) => Math.min(least, height), Infinity);
  const top = costOf(whole, xLow, yLow) - model.more.lowest;
  const levels = Array.from({ length: RINGS }, (_, ring) => floor + top * ((ring + 0.5) / RINGS) ** 2);
  const lines = contourLines(heights, CELLS + 1, CELLS + 1, levels);
  context.beginPath();
  const [sx, sy] = [area.box.width / CELLS, area.box.height / CELLS];
  for (let index = 0; index < lines.length; index += 4) {
    context.moveTo(area.box.left + lines[index] * sx, area.box.top + area.box.height - lines[index + 1] * sy);
    context.lineTo(area.box.left + lines[index + 2] * sx, area.box.top + area.box.height - lines[index + 3] * sy);
  }
  for (const [look, width] of [["rgba(10, 14, 24, 0.6)", 3], [colour, 1.5]]) {
    context.strokeStyle = look;
    context.lineWidth = width;
    context.stroke();
  }
}

function drawLowest(context, area, point, colour) {
  if (!point) return;
  const [x, y] = [area.px(point[0]), area.py(point[1])];
  for (const [look, width, size] of [["rgba(10, 14, 24, 0.8)", 5, 8], [colour, 3, 7]]) {
    context.strokeStyle = look;
    context.lineWidth = width;
    line(context, x - size, y, x + size, y);
    line(context, x, y - size, x, y + size);
  }
}

// Against the gradient: where all houses would go (white, dashed), and where this batch goes.
function drawGradients(context, area, model, walk, row, moments) {
  const whole = momentsAt(model, -1, 0);
  const point = pointAt(walk, row);
  const reference = Math.hypot(...gradientOf(whole, walk.points[0], walk.points[1])) || 1;
  const from = [area.px(point[0]), area.py(point[1])];
  const draw = (gradient, look) => {
    const size = Math.hypot(...gradient);
    const length = Math.min(ARROW * (size / reference), 160);
    if (size > 0) drawArrow(context, from, [from[0] - (length * gradient[0]) / size, from[1] + (length * gradient[1]) / size], look);
  };
  draw(gradientOf(whole, ...point), { colour: "#fff", width: 2, dashed: true });
  draw(gradientOf(moments, ...point), { colour: "#fff", width: 5 });
  draw(gradientOf(moments, ...point), { colour: walk.colour, width: 3 });
}
