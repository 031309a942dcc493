// The map: the surface from above. Colour and contour lines are drawn once for a terrain;
// a frame paints only that picture and what moves over it.

import { clipped, clipSegment, drawArrow, drawAxes, drawBall, drawPath, drawPlate, fitCanvas, line, onProcessor, plane } from "../parts/canvas.js";
import { contourLines } from "../parts/contour.js";
import { dragStart } from "../parts/drag.js";
import { heightScale } from "../parts/height.js";
import { format, formatPoint } from "../parts/numbers.js";
import { drawAxesAt } from "./overlay.js";
import { SCALE } from "../parts/palette.js";
import { gradientAt, pointAt, rowAt } from "./walks.js";

const MARGIN = { left: 40, top: 8, right: 10, bottom: 24 };
const LEVELS = 14;

/**
 * The map in `host`. `onStart(point, done)` while a start is dragged, and once it is dropped;
 * `over(context, area, frame)` draws between the ground and the walkers.
 */
export function createMap(host, { onStart, repaint, over = () => {} }) {
  let ground = null;
  const view = { area: null, frame: null, dragging: null, hover: null, over };
  const sheet = fitCanvas(host, repaint);
  listen(sheet.canvas, view, { onStart, repaint });

  return {
    draw(frame) {
      view.frame = frame;
      const context = sheet.begin();
      if (!context) return;
      const { terrain } = frame.model;
      view.area = plane(fitBox(sheet, terrain), terrain.x, terrain.y);
      if (ground?.version !== terrain.version) ground = paintGround(frame.model);
      if (!fits(ground, view.area.box, sheet.ratio)) ground = scaleGround(ground, view.area.box, sheet.ratio);
      drawMap(context, ground, view);
    },
    picture: () => sheet.canvas,
    destroy: sheet.destroy,
  };
}

function fits(ground, { width, height }, ratio) {
  return ground.picture && ground.width === width && ground.height === height && ground.ratio === ratio;
}

// Equal units on both axes wherever the picture allows it: only then is the gradient seen to
// cross the contour lines at right angles.
function fitBox({ width, height }, { x, y }) {
  const room = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
  const ratio = Math.min(Math.max((x[1] - x[0]) / (y[1] - y[0]), 0.4), 2.5);
  const fitted = Math.min(room.width, room.height * ratio);
  return {
    left: MARGIN.left + (room.width - fitted) / 2,
    top: MARGIN.top + (room.height - fitted / ratio) / 2,
    width: fitted,
    height: fitted / ratio,
  };
}

/** The picture of a terrain: one pixel for each cost, and the contour lines in grid units. */
function paintGround({ terrain, arrays }) {
  const { shape: [rows, columns], data } = arrays.grid;
  const scale = heightScale(data);
  const image = new ImageData(columns, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const cost = data[row * columns + column];
      const pixel = 4 * ((rows - 1 - row) * columns + column);
      if (Number.isNaN(cost)) continue; // outside the formula's domain the page shows through
      image.data.set(SCALE[Math.round(scale.height(cost) * 255)], pixel);
      image.data[pixel + 3] = 255;
    }
  }
  const bitmap = new OffscreenCanvas(columns, rows);
  onProcessor(bitmap).putImageData(image, 0, 0);
  const heights = Float32Array.from(data, scale.height);
  const levels = Array.from({ length: LEVELS }, (_, index) => (index + 0.5) / LEVELS);
  return { version: terrain.version, bitmap, rows, columns, lines: contourLines(heights, rows, columns, levels) };
}

/** The same at the size it is shown in, so that a frame copies pixels and no more. */
function scaleGround(ground, { width, height }, ratio) {
  const { bitmap, rows, columns, lines } = ground;
  const picture = new OffscreenCanvas(Math.ceil(width * ratio), Math.ceil(height * ratio));
  const context = onProcessor(picture);
  context.scale(ratio, ratio);
  context.imageSmoothingQuality = "high";
  // Grid values stand on the bitmap's pixel centres, and the first and last on the box's edges.
  const [dx, dy] = [width / (columns - 1), height / (rows - 1)];
  context.drawImage(bitmap, -dx / 2, -dy / 2, dx * columns, dy * rows);
  context.strokeStyle = "rgba(255, 255, 255, 0.22)";
  context.beginPath();
  for (let index = 0; index < lines.length; index += 4) {
    context.moveTo(lines[index] * dx, height - lines[index + 1] * dy);
    context.lineTo(lines[index + 2] * dx, height - lines[index + 3] * dy);
  }
  context.stroke();
  return { ...ground, picture, width, height, ratio };
}

function drawMap(context, ground, view) {
  const { area, frame } = view;
  drawAxes(context, area, frame.theme, { lines: false });
  clipped(context, area.box, () => {
    context.drawImage(ground.picture, area.box.left, area.box.top, area.box.width, area.box.height);
    for (const point of frame.model.terrain.critical_points) drawCritical(context, area, point);
    for (const point of frame.model.more.critical ?? []) drawCritical(context, area, point);
    drawAxesAt(context, area, frame);
    view.over(context, area, frame);
    for (const walk of inFront(frame.walks)) drawWalk(context, area, walk, frame);
    drawStart(context, area, view.dragging ?? frame.model.start);
    for (const walk of inFront(frame.walks)) drawWalker(context, area, walk, frame);
    nameAxes(context, area, frame.model.terrain, frame.theme);
    if (view.hover) drawReading(context, view);
  });
}

// Axes that mean something say what; x and y need no names.
function nameAxes(context, { box }, { axes: [across, up] }, theme) {
  if (across === "x") return;
  drawPlate(context, `${across} →`, box.left + box.width, box.top + box.height, theme, box);
  drawPlate(context, `↑ ${up}`, box.left, box.top, theme, box);
}

// The walk in focus is drawn last, over the others.
function inFront(walks) {
  return [...walks].sort((a, b) => Number(a.focus) - Number(b.focus));
}

// A plus for a minimum, a cross for a saddle, a ring for a maximum: discreet, as on a chart.
function drawCritical(context, area, { point, kind, is_global: isGlobal }) {
  const [x, y] = [area.px(point[0]), area.py(point[1])];
  context.strokeStyle = "rgba(255, 255, 255, 0.75)";
  context.lineWidth = isGlobal ? 2 : 1.25;
  const size = isGlobal ? 6 : 4;
  if (kind === "minimum" || kind === "cusp") {
    line(context, x - size, y, x + size, y);
    line(context, x, y - size, x, y + size);
  } else if (kind === "maximum") {
    context.beginPath();
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.stroke();
  } else {
    line(context, x - size, y - size, x + size, y + size);
    line(context, x - size, y + size, x + size, y - size);
  }
}

function pixelsOf(area, walk, from, to) {
  const pixels = [];
  for (let row = from; row <= to; row++) {
    pixels.push([area.px(walk.points[2 * row]), area.py(walk.points[2 * row + 1])]);
  }
  return pixels;
}

function drawWalk(context, area, walk, { step }) {
  const here = rowAt(walk, step);
  const strength = walk.focus ? 1 : 0.8;
  const ahead = pixelsOf(area, walk, here, walk.rows - 1);
  const behind = pixelsOf(area, walk, 0, here);
  drawPath(context, ahead, { colour: walk.colour, width: 1.5, dashed: walk.dashed, alpha: 0.7 * strength, edge: false });
  drawPath(context, behind, { colour: walk.colour, width: walk.focus ? 2.5 : 2, dashed: walk.dashed, alpha: strength });
  if (!walk.focus) return;
  context.fillStyle = "#fff"; // where it stood: far apart where it strides, close where it creeps
  for (const [x, y] of behind) {
    if (area.holds(x, y)) context.fillRect(x - 1, y - 1, 2, 2);
  }
}

function drawStart(context, area, start) {
  const [x, y] = [area.px(start[0]), area.py(start[1])];
  context.lineWidth = 2;
  for (const [colour, size] of [["rgba(10, 14, 24, 0.7)", 9], ["#fff", 8]]) {
    context.strokeStyle = colour;
    context.beginPath();
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.stroke();
  }
}

function drawWalker(context, area, walk, frame) {
  const row = rowAt(walk, frame.step);
  const point = pointAt(walk, row);
  const [x, y] = [area.px(point[0]), area.py(point[1])];
  if (!area.holds(x, y)) {
    drawLeaving(context, area, walk, row, frame);
    return;
  }
  if (walk.focus) drawArrows(context, area, walk, row, frame.arrows);
  drawBall(context, x, y, walk, walk.focus ? 7 : 5);
}

// Where a walk left the picture: an arrow on the edge, and how far it has got.
function drawLeaving(context, area, walk, row, { theme }) {
  for (let last = row; last > 0; last--) {
    const cut = clipSegment(area, pointAt(walk, last - 1), pointAt(walk, last));
    if (!cut) continue;
    const [x, y] = [area.px(cut[1][0]), area.py(cut[1][1])];
    const [fromX, fromY] = [area.px(cut[0][0]), area.py(cut[0][1])];
    const length = Math.hypot(x - fromX, y - fromY) || 1;
    const tail = [x - (18 * (x - fromX)) / length, y - (18 * (y - fromY)) / length];
    drawArrow(context, tail, [x, y], { colour: "#fff", width: 5 });
    drawArrow(context, tail, [x, y], { colour: walk.colour, width: 3 });
    if (walk.focus) drawPlate(context, `left at step ${last}, now at ${formatPoint(pointAt(walk, row), 2)}`, x, y - 24, theme, area.box);
    return;
  }
}

function drawArrows(context, area, walk, row, arrows) {
  const point = pointAt(walk, row);
  const from = [area.px(point[0]), area.py(point[1])];
  const gradient = arrows.gradient && gradientAt(walk, row);
  if (gradient) {
    // Pixels, not units: the direction is exact, the length only says large or small.
    const size = Math.hypot(...gradient);
    const length = size > 0 ? 18 + 42 * (size / (1 + size)) : 0;
    const to = [from[0] + (length * gradient[0]) / size, from[1] - (length * gradient[1]) / size];
    drawArrow(context, from, to, { colour: "#fff", width: 2, dashed: true });
  }
  if (arrows.step && row + 1 < walk.rows) {
    const next = pointAt(walk, row + 1);
    drawArrow(context, from, [area.px(next[0]), area.py(next[1])], { colour: "#fff", width: 3 });
  }
}

function drawReading(context, { area, frame, hover }) {
  const { grid } = frame.model.arrays;
  const [rows, columns] = grid.shape;
  const [x, y] = [area.ux(hover[0]), area.uy(hover[1])];
  const column = Math.round(((x - area.x[0]) / (area.x[1] - area.x[0])) * (columns - 1));
  const row = Math.round(((y - area.y[0]) / (area.y[1] - area.y[0])) * (rows - 1));
  const cost = grid.data[row * columns + column];
  const text = `${formatPoint([x, y])}   cost about ${format(cost)}`;
  drawPlate(context, text, hover[0], hover[1] - 24, frame.theme, area.box);
}

function listen(canvas, view, { onStart, repaint }) {
  const inside = ([px, py]) => view.area?.holds(px, py);
  const toPoint = ([px, py]) => {
    const hold = (value, [low, high]) => Math.min(Math.max(value, low), high);
    return [hold(view.area.ux(px), view.area.x), hold(view.area.uy(py), view.area.y)];
  };
  const nearStart = ([px, py]) => {
    const [x, y] = view.frame.model.start;
    return Math.hypot(px - view.area.px(x), py - view.area.py(y)) < 28;
  };
  dragStart(canvas, {
    grabs: (at, touch) => inside(at) && (!touch || nearStart(at)),
    taps: inside,
    move(at, done) {
      view.dragging = done ? null : toPoint(at);
      view.hover = null;
      onStart(toPoint(at), done);
      repaint();
    },
    hover(at) {
      view.hover = at && inside(at) ? at : null;
      repaint();
    },
  });
}
