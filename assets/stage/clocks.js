// Three clocks: the same walks against updates, examples seen, and milliseconds as measured.
// `more.clocks` has for each walker {batch, milliseconds} of one update; `more.lowest` the cost
// of the closed-form answer and `more.near` how far above it counts as there.

import { clipped, drawAxes, drawBall, drawPath, drawPlate, fitCanvas, line, plane } from "../parts/canvas.js";
import { format } from "../parts/numbers.js";
import { seenBy } from "./batches.js";
import { rowAt } from "./walks.js";

const MARGIN = { left: 54, top: 26, right: 10, bottom: 24 };
// What each clock shows after `k` updates of a walker, of `count` houses in all.
const CLOCK_NAMES = [
  ["updates", (k) => k],
  ["examples seen", (k, { batch }, count) => seenBy(batch, count, k)],
  ["milliseconds, measured", (k, { milliseconds }) => k * milliseconds],
];
const FLOOR = 1e-4; // of the lowest cost: nearer than that looks the same
const NARROW = 620; // pixels; below, the clocks stand over one another

export const CLOCKS = {
  title: "Three clocks",
  description: "cost above the lowest possible, against updates, examples seen and measured milliseconds",
  create(host, { repaint }) {
    const sheet = fitCanvas(host, repaint);
    return {
      draw(frame) {
        host.classList.toggle("stacked", host.clientWidth < NARROW);
        const context = sheet.begin();
        if (context) CLOCK_NAMES.forEach(([name, time], place) => drawClock(context, boxOf(sheet, place), frame, name, time));
      },
      picture: () => sheet.canvas,
      destroy: sheet.destroy,
    };
  },
};

function boxOf({ width, height }, place) {
  const stacked = width < NARROW;
  const [w, h] = stacked ? [width, height / 3] : [width / 3, height];
  const [x, y] = stacked ? [0, place * h] : [place * w, 0];
  return { left: x + MARGIN.left, top: y + MARGIN.top, width: w - MARGIN.left - MARGIN.right, height: h - MARGIN.top - MARGIN.bottom };
}

function drawClock(context, box, frame, name, time) {
  const { model: { more, terrain: { examples } }, walks, theme } = frame;
  const clocks = walks.map((walk) => (row) => time(row, more.clocks[walk.index], examples));
  const last = Math.max(...walks.map((walk, index) => clocks[index](walk.rows - 1)));
  const x = [Math.log10(Math.min(...clocks.map((clock) => clock(1)))), Math.log10(last || 1)];
  const above = (cost) => Math.log10(Math.max(cost / more.lowest - 1, FLOOR));
  const highest = Math.max(...walks.map((walk) => above(walk.values[0]))) + 0.2;
  const area = plane(box, x[1] > x[0] ? x : [x[0], x[0] + 1], [Math.log10(FLOOR), Math.min(highest, 3)]);
  drawAxes(context, area, theme, { xTicks: powers(area.x, (power) => format(10 ** power, 2)), yTicks: powers(area.y, (power) => `${format(100 * 10 ** power, 2)} %`) });
  title(context, box, name, theme);
  const target = area.py(Math.log10(more.near));
  context.strokeStyle = theme.text;
  context.globalAlpha = 0.6;
  context.setLineDash([5, 4]);
  line(context, box.left, target, box.left + box.width, target);
  context.setLineDash([]);
  context.globalAlpha = 1;
  drawPlate(context, `within ${format(100 * more.near)} %`, box.left + box.width, target + 12, theme, box);
  clipped(context, { ...box, top: box.top - 8, height: box.height + 8 }, () => walks.forEach((walk, index) => drawRace(context, area, walk, clocks[index], above, frame)));
}

function drawRace(context, area, walk, clock, above, { step }) {
  // The start has no place on a logarithmic clock: it stands at half of the first step.
  const at = (row) => [area.px(Math.log10(row ? clock(row) : clock(1) / 2)), area.py(above(walk.values[row]))];
  const pixels = Array.from({ length: walk.rows }, (_, row) => at(row));
  const here = rowAt(walk, step);
  drawPath(context, pixels.slice(here), { colour: walk.colour, width: 1, alpha: 0.5, dashed: walk.dashed, edge: false });
  drawPath(context, pixels.slice(0, here + 1), { colour: walk.colour, width: walk.focus ? 2.5 : 2, dashed: walk.dashed, edge: false });
  drawBall(context, ...pixels[here], walk, walk.focus ? 5 : 4);
}

function powers([low, high], text) {
  const first = Math.ceil(low);
  const count = Math.max(Math.floor(high) - first + 1, 0);
  return Array.from({ length: count }, (_, index) => [first + index, text(first + index)]);
}

function title(context, box, name, theme) {
  context.font = `600 12px ${theme.font}`;
  context.fillStyle = theme.text;
  context.textAlign = "left";
  context.textBaseline = "bottom";
  context.fillText(name, box.left, box.top - 9);
}
