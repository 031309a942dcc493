// The cloud: what each house alone asks for, as a point in the plane of gradients, and the means.

import { clipped, drawArrow, drawAxes, drawPlate, fitCanvas, inset, labelled, plane } from "../parts/canvas.js";
import { ticks } from "../parts/numbers.js";
import { sizeAt, stepShown } from "./batches.js";
import { gradientOf, momentsAt } from "./quadratic.js";
import { pointAt, rowAt } from "./walks.js";

const MARGIN = { left: 52, top: 12, right: 12, bottom: 38 };
const REACH = 1.6; // half the picture, in root mean squares of the cloud at the start

export const CLOUD = {
  title: "Cloud",
  description: "the gradient of each house alone (of 1,000, where there are more) as a point; arrows show the mean of all and the mean of this batch",
  create(host, { repaint }) {
    const sheet = fitCanvas(host, repaint);
    return {
      draw(frame) {
        const context = sheet.begin();
        if (context) drawCloud(context, sheet, frame);
      },
      picture: () => sheet.canvas,
      destroy: sheet.destroy,
    };
  },
};

function drawCloud(context, sheet, frame) {
  const { model, theme } = frame;
  const walk = frame.walks.find((candidate) => candidate.focus);
  const row = rowAt(walk, frame.step);
  const step = stepShown(walk, row);
  const pulls = pullsOf(model, pointAt(walk, row));
  const reach = REACH * spreadOf(pullsOf(model, pointAt(walk, 0)));
  const area = plane(inset(sheet, MARGIN), [-reach, reach], [-reach, reach]);
  const lines = { xTicks: labelled(ticks(-reach, reach, area.box.width / 90)), yTicks: labelled(ticks(-reach, reach, area.box.height / 70)) };
  drawAxes(context, area, theme, lines);
  name(context, area, theme, model.terrain.examples > pulls.length ? `${pulls.length.toLocaleString("en")} of the ${model.terrain.examples.toLocaleString("en")}; ` : "");
  const [wx, wy] = gradientOf(momentsAt(model, -1, 0), ...pointAt(walk, row));
  const [bx, by] = gradientOf(momentsAt(model, walk.index, step), ...pointAt(walk, row));
  clipped(context, area.box, () => {
    drawDots(context, area, pulls, theme.text, 0.3, 1.5);
    drawDots(context, area, rowsOf(model, walk, step).map((index) => pulls[index]), walk.colour, 1, 4);
    const zero = [area.px(0), area.py(0)];
    drawArrow(context, zero, [area.px(bx), area.py(by)], { colour: walk.colour, width: 4 });
    drawArrow(context, zero, [area.px(wx), area.py(wy)], { colour: theme.text, width: 2, dashed: true });
  });
  const { batch } = model.walkers[walk.index];
  const text = batch ? `arrow: mean of ${sizeAt(batch, model.terrain.examples, step).toLocaleString("en")}; dashed: of all` : "arrow: the mean of all";
  drawPlate(context, text, area.box.left + area.box.width / 2, area.box.top, theme, area.box);
}

/** The gradient of each house drawn: 2 (w x + b − y) (x, 1). */
function pullsOf(model, [w, b]) {
  const { data: xs } = model.arrays["more.x"];
  const { data: prices } = model.arrays["more.price"];
  return Array.from(xs, (x, index) => {
    const off = 2 * (w * x + b - prices[index]);
    return [off * x, off];
  });
}

function spreadOf(pulls) {
  return Math.sqrt(pulls.reduce((sum, [x, y]) => sum + x * x + y * y, 0) / pulls.length) || 1;
}

/** The houses of the step's mini-batch, where all houses are drawn and the batch is not large. */
function rowsOf(model, walk, step) {
  const sent = model.arrays[`more.rows.${walk.index}`];
  if (!sent) return [];
  const [steps, size] = sent.shape;
  const at = Math.min(step, steps - 1) * size;
  return Array.from(sent.data.subarray(at, at + size)).filter((index) => index >= 0);
}

function drawDots(context, area, points, colour, alpha, size) {
  context.fillStyle = colour;
  context.globalAlpha = alpha;
  for (const [x, y] of points) {
    context.beginPath();
    context.arc(area.px(x), area.py(y), size, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

function name(context, { box }, theme, shown) {
  context.globalAlpha = 0.75;
  context.fillStyle = theme.text;
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.fillText(`${shown}gradient by the weight →, by the bias ↑`, box.left + box.width, box.top + box.height + 34);
  context.globalAlpha = 1;
}
