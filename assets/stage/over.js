// What moves on the surface, drawn over it on a canvas: lines, walkers, marks, the reading under
// the pointer. A step costs a millisecond here and a tenth of a second in WebGL without a graphics
// card; and what stands behind a hill is seen faintly instead of not at all.

import { drawArrow, drawBall, drawPath, drawPlate, line } from "../parts/canvas.js";
import { format, formatPoint } from "../parts/numbers.js";
import { spotOn, standing } from "./relief.js";
import { gradientAt, rowAt } from "./walks.js";

const FAINT = 0.25; // of what stands behind a hill
const NEAR = 9; // pixels from a mark within which it is named

const seen = new WeakMap(); // a line's pixels and what hides them, while neither it nor the camera moves

/** Draws a frame over the surface; `hover` is the pointer's pixel or null. */
export function drawOver(context, { frame, relief, lines }, sight, hover) {
  const { model, walks, step } = frame;
  for (const mark of model.terrain.critical_points) drawMark(context, sight, relief, mark);
  const order = walks.map((_, index) => index).sort((a, b) => Number(walks[a].focus) - Number(walks[b].focus));
  for (const index of order) drawLine(context, sight, lines[index], walks[index], step);
  drawStart(context, sight, spotOn(relief, model.start));
  for (const index of order) drawWalker(context, sight, relief, lines[index], walks[index], frame);
  if (hover) drawReading(context, sight, relief, frame, hover);
}

function drawLine(context, sight, line, walk, step) {
  const { pixels, hidden } = pixelsOf(line, sight);
  const here = line.ends[rowAt(walk, step)];
  const [colour, dashed] = [walk.colour, walk.dashed];
  for (const run of runs(pixels, hidden, Math.max(here - 1, 0), pixels.length)) {
    drawPath(context, run.pixels, { colour, dashed, width: 1.25, edge: false, alpha: run.hidden ? 0.15 : 0.55 });
  }
  for (const run of runs(pixels, hidden, 0, here)) {
    drawPath(context, run.pixels, { colour, dashed, width: walk.focus ? 3 : 2.25, edge: !run.hidden, alpha: run.hidden ? FAINT : 1 });
  }
}

function pixelsOf(line, sight) {
  let known = seen.get(line);
  if (known?.key !== sight.key) {
    known = {
      key: sight.key,
      pixels: line.spots.map((spot) => spot && sight.pixelOf(spot)),
      hidden: line.spots.map((spot) => spot !== null && sight.hidden(spot)),
    };
    seen.set(line, known);
  }
  return known;
}

// Pieces of a line that are wholly in sight or wholly hidden; each begins where the last ended.
function runs(pixels, hidden, from, to) {
  const found = [];
  let run = null;
  for (let index = from; index < to; index++) {
    if (!pixels[index]) {
      run = null;
    } else if (run?.hidden === hidden[index]) {
      run.pixels.push(pixels[index]);
    } else {
      if (run && !run.hidden) run.pixels.push(pixels[index]);
      run = { hidden: hidden[index], pixels: run?.hidden ? [run.pixels.at(-1), pixels[index]] : [pixels[index]] };
      found.push(run);
    }
  }
  return found;
}

function drawWalker(context, sight, relief, line, walk, frame) {
  const row = rowAt(walk, frame.step);
  const spot = standing(walk, row, relief);
  if (Number.isNaN(spot[2])) {
    drawLeaving(context, sight, line, walk, row);
    return;
  }
  const at = sight.pixelOf(spot);
  faintly(context, sight.hidden(spot), () => {
    if (walk.focus) drawArrows(context, sight, relief, walk, row, at, frame.arrows);
    drawBall(context, ...at, walk, walk.focus ? 7 : 5);
  });
}

// A walker that is away has left an arrow where it went over the edge.
function drawLeaving(context, sight, line, walk, row) {
  const { pixels } = pixelsOf(line, sight);
  const last = line.ends[row] - 1;
  const [before, edge] = [pixels[last - 1], pixels[last]];
  if (!before || !edge) return;
  const length = Math.hypot(edge[0] - before[0], edge[1] - before[1]) || 1;
  const tail = edge.map((value, side) => value - (18 * (value - before[side])) / length);
  drawArrow(context, tail, edge, { colour: "rgba(10, 14, 24, 0.55)", width: 5 });
  drawArrow(context, tail, edge, { colour: walk.colour, width: 3 });
}

function drawArrows(context, sight, relief, walk, row, at, arrows) {
  const gradient = arrows.gradient && gradientAt(walk, row);
  const size = gradient ? Math.hypot(...gradient) : 0;
  if (size > 0 && Number.isFinite(size)) {
    // Along the ground, uphill; the length only says large or small.
    const reach = (0.03 + 0.09 * (size / (1 + size))) * Math.max(...relief.box.map(([low, high]) => high - low));
    const tip = [0, 1].map((side) => walk.points[2 * row + side] + (reach * gradient[side]) / size);
    arrowTo(spotOn(relief, tip), { colour: "#fff", width: 2, dashed: true });
  }
  if (arrows.step && row + 1 < walk.rows) arrowTo(standing(walk, row + 1, relief), { colour: "#fff", width: 3 });

  function arrowTo(spot, look) {
    if (!Number.isNaN(spot[2])) drawArrow(context, at, sight.pixelOf(spot), look);
  }
}

function drawStart(context, sight, spot) {
  if (Number.isNaN(spot[2])) return;
  faintly(context, sight.hidden(spot), () => {
    context.lineWidth = 2;
    for (const [colour, size] of [["rgba(10, 14, 24, 0.7)", 9], ["#fff", 8]]) ring(context, sight.pixelOf(spot), size, colour);
  });
}

// As on the map: a plus for a minimum, a cross for a saddle, a ring for a maximum; a tip for a
// cusp, and a star where the second derivatives decide nothing.
const STROKES = {
  minimum: [[-1, 0, 1, 0], [0, -1, 0, 1]],
  saddle: [[-1, -1, 1, 1], [-1, 1, 1, -1]],
  cusp: [[-1, -1, 0, 1], [0, 1, 1, -1]],
  degenerate: [[-1, 0, 1, 0], [-0.5, -0.9, 0.5, 0.9], [-0.5, 0.9, 0.5, -0.9]],
};

function drawMark(context, sight, relief, { point, kind, is_global: best }) {
  const spot = spotOn(relief, point);
  if (Number.isNaN(spot[2])) return;
  const [x, y] = sight.pixelOf(spot);
  const size = best ? 6 : 4;
  faintly(context, sight.hidden(spot), () => {
    const colour = "rgba(255, 255, 255, 0.8)";
    context.strokeStyle = colour;
    context.lineWidth = best ? 2 : 1.25;
    if (kind === "maximum") ring(context, [x, y], size, colour);
    for (const [x0, y0, x1, y1] of STROKES[kind] ?? []) line(context, x + size * x0, y + size * y0, x + size * x1, y + size * y1);
  });
}

function drawReading(context, sight, relief, { model, theme }, hover) {
  const mark = model.terrain.critical_points.find(({ point }) => {
    const [x, y] = sight.pixelOf(spotOn(relief, point));
    return Math.hypot(x - hover[0], y - hover[1]) < NEAR;
  });
  const point = mark?.point ?? sight.pointAt(hover);
  if (!point) return;
  const text = `${mark ? `${mark.kind} ` : ""}${formatPoint(point)}   cost about ${format(relief.costAt(...point))}`;
  const { clientWidth: width, clientHeight: height } = context.canvas;
  drawPlate(context, text, hover[0], hover[1] - 24, theme, { left: 0, top: 0, width, height });
}

function ring(context, [x, y], size, colour) {
  context.strokeStyle = colour;
  context.beginPath();
  context.arc(x, y, size, 0, 2 * Math.PI);
  context.stroke();
}

function faintly(context, hidden, draw) {
  context.save();
  if (hidden) context.globalAlpha = 0.55;
  draw();
  context.restore();
}
