// The curve: one variable, the ball on it, its tangent, the step, and where other rates land.

import { clipped, drawArrow, drawAxes, drawBall, drawPath, drawPlate, fitCanvas, inset, line, plane } from "../parts/canvas.js";
import { dragStart } from "../parts/drag.js";
import { format } from "../parts/numbers.js";
import { gradientAt, rowAt } from "./walks.js";

const MARGIN = { left: 46, top: 14, right: 14, bottom: 24 };

/** The multiples of the rate whose landings are shown before a step is taken. */
export const MULTIPLES = [[0.25, "¼"], [0.5, "½"], [1, "1"], [2, "2"], [4, "4"]];

/** The curve in `host`. `onStart([x], done)` while the start is dragged, and once at the end. */
export function createCurve(host, { onStart, repaint }) {
  const view = { area: null, frame: null, dragging: null, hover: null };
  const sheet = fitCanvas(host, repaint);
  listen(sheet.canvas, view, { onStart, repaint });
  return {
    draw(frame) {
      view.frame = frame;
      const context = sheet.begin();
      if (!context) return;
      const box = inset(sheet, MARGIN);
      view.area = plane(box, frame.model.terrain.x, heightRange(frame.model));
      drawCurve(context, view);
    },
    picture: () => sheet.canvas,
    destroy: sheet.destroy,
  };
}

function heightRange({ terrain: { heights: [low, high] } }) {
  const span = high - low || 1;
  return [low - 0.2 * span, high + 0.06 * span]; // the step is drawn in the room below
}

/** The cost at x as drawn, between the samples; NaN outside the picture. */
function costAt({ terrain: { x: [low, high] }, arrays: { grid } }, x) {
  const place = ((x - low) / (high - low)) * (grid.data.length - 1);
  const index = Math.min(Math.floor(place), grid.data.length - 2);
  if (!(place >= 0 && place <= grid.data.length - 1)) return NaN;
  return grid.data[index] + (place - index) * (grid.data[index + 1] - grid.data[index]);
}

function drawCurve(context, view) {
  const { area, frame } = view;
  drawAxes(context, area, frame.theme, { label: "cost over x" });
  clipped(context, area.box, () => {
    drawLine(context, area, frame);
    drawStart(context, area, frame, view.dragging);
    for (const walk of frame.walks) drawTrail(context, area, walk, frame.step);
  });
  for (const walk of frame.walks.filter((candidate) => !candidate.focus)) drawWalker(context, area, walk, frame);
  const focus = frame.walks.find((walk) => walk.focus);
  if (focus) drawFocus(context, area, focus, frame);
  if (view.hover) {
    const x = area.ux(view.hover[0]);
    drawPlate(context, `x ${format(x)}   cost ${format(costAt(frame.model, x))}`, view.hover[0], view.hover[1] - 22, frame.theme, area.box);
  }
}

function drawLine(context, area, { model, theme }) {
  const { data } = model.arrays.grid;
  const [low, high] = area.x;
  context.strokeStyle = theme.text;
  context.lineWidth = 2;
  context.beginPath();
  let drawing = false;
  data.forEach((cost, index) => {
    const known = Number.isFinite(cost);
    const x = area.px(low + (index / (data.length - 1)) * (high - low));
    if (known) drawing ? context.lineTo(x, area.py(cost)) : context.moveTo(x, area.py(cost));
    drawing = known;
  });
  context.stroke();
}

function drawStart(context, area, { model }, dragging) {
  const x = dragging ?? model.start[0];
  const [px, py] = [area.px(x), area.py(costAt(model, x))];
  if (!Number.isFinite(py)) return;
  for (const [colour, size] of [["rgba(10, 14, 24, 0.7)", 11], ["#fff", 10]]) {
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(px, py, size, 0, 2 * Math.PI);
    context.stroke();
  }
}

// The points stood on so far, joined as they were visited.
function drawTrail(context, area, walk, step) {
  const here = rowAt(walk, step);
  const pixels = [];
  for (let row = 0; row <= here; row++) pixels.push([area.px(walk.points[row]), area.py(walk.values[row])]);
  drawPath(context, pixels, { colour: walk.colour, width: 1.5, dashed: walk.dashed, alpha: 0.6, edge: false });
  context.fillStyle = walk.colour;
  for (const [x, y] of pixels) {
    context.beginPath();
    context.arc(x, y, 3, 0, 2 * Math.PI);
    context.fill();
  }
}

function drawWalker(context, area, walk, { step, theme }) {
  const row = rowAt(walk, step);
  const [x, y] = [area.px(walk.points[row]), area.py(walk.values[row])];
  if (area.holds(x, y)) {
    drawBall(context, x, y, walk, walk.focus ? 8 : 6);
    return;
  }
  const { box } = area;
  const edge = [Math.min(Math.max(x, box.left), box.left + box.width), Math.min(Math.max(y, box.top + 14), box.top + box.height)];
  const inward = [edge[0] + 22 * Math.sign(box.left + box.width / 2 - edge[0]) * (x === edge[0] ? 0 : 1), edge[1] + (x === edge[0] ? 22 : 0)];
  drawArrow(context, inward, edge, { colour: walk.colour, width: 4 });
  if (walk.focus) drawPlate(context, `out of the picture: x ${format(walk.points[row])}, cost ${format(walk.values[row])}`, edge[0], edge[1] + 26, theme, box);
}

function drawFocus(context, area, walk, frame) {
  const row = rowAt(walk, frame.step);
  const [x, cost] = [walk.points[row], walk.values[row]];
  const next = row + 1 < walk.rows ? walk.points[row + 1] : null;
  clipped(context, area.box, () => {
    const slope = gradientAt(walk, row)?.[0];
    if (frame.arrows.gradient && Number.isFinite(slope)) drawTangent(context, area, x, cost, slope, frame.theme);
    if (frame.arrows.landings && next !== null) drawLandings(context, area, x, next - x, frame);
  });
  if (frame.arrows.step && next !== null) drawStep(context, area, walk, row, frame.theme);
  drawWalker(context, area, walk, frame);
}

function drawTangent(context, area, x, cost, slope, theme) {
  const reach = (area.x[1] - area.x[0]) * 0.18;
  context.strokeStyle = theme.accent;
  context.lineWidth = 2;
  context.setLineDash([6, 4]);
  line(context, area.px(x - reach), area.py(cost - slope * reach), area.px(x + reach), area.py(cost + slope * reach));
  context.setLineDash([]);
}

// One arrow along the axis of x, where the step is taken. Downhill it is solid and marked ▼;
// uphill dashed, marked ▲.
function drawStep(context, area, walk, row, theme) {
  const [from, to] = [walk.points[row], walk.points[row + 1]];
  const uphill = walk.values[row + 1] > walk.values[row];
  const { box } = area;
  const y = box.top + box.height - 14;
  const hold = (x) => Math.min(Math.max(x, box.left), box.left + box.width);
  const ends = [from, to].map((x) => hold(area.px(x)));
  const colour = uphill ? "#c2410c" : "#0f8a6d";
  context.strokeStyle = colour;
  context.lineWidth = 1;
  line(context, ends[0], y - 6, ends[0], y + 6);
  drawArrow(context, [ends[0], y], [ends[1], y], { colour, width: 3, dashed: uphill });
  const side = ends[1] >= ends[0] ? 1 : -1;
  drawPlate(context, uphill ? "▲ cost goes up" : "▼ cost goes down", ends[1] + side * 64, y, theme, box);
}

function drawLandings(context, area, x, step, { model, theme }) {
  const landings = MULTIPLES.map(([multiple, name]) => {
    const place = x + multiple * step;
    return { name, place, cost: costAt(model, place) };
  });
  const best = landings.reduce((least, landing) => (landing.cost < (least?.cost ?? Infinity) ? landing : least), null);
  context.font = `11px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "bottom";
  let [before, level] = [-Infinity, 0];
  for (const landing of landings.filter(({ cost }) => Number.isFinite(cost)).sort((a, b) => a.place - b.place)) {
    const [px, py] = [area.px(landing.place), area.py(landing.cost)];
    context.strokeStyle = context.fillStyle = theme.text;
    context.lineWidth = landing === best ? 2.5 : 1.25;
    context.setLineDash(landing === best ? [] : [2, 2]);
    context.beginPath();
    context.arc(px, py, landing === best ? 6 : 4.5, 0, 2 * Math.PI);
    context.stroke();
    context.setLineDash([]);
    const text = landing === best ? `${landing.name}× best` : `${landing.name}×`;
    level = px - before < 12 + 3 * text.length ? level + 1 : 0; // names that would touch climb
    before = px;
    context.fillText(text, px, py - 8 - 13 * level);
  }
  drawOutside(context, area, landings, theme);
}

// Landings beyond the picture are named at the edge that they lie behind.
function drawOutside(context, { x: [low, high], box }, landings, theme) {
  const names = (far) => landings.filter(({ place }) => far(place)).map(({ name }) => `${name}×`).join(", ");
  const [left, right] = [names((place) => place < low), names((place) => place > high)];
  const y = box.top + box.height - 44;
  if (left) drawPlate(context, `◂ ${left}`, box.left, y, theme, box);
  if (right) drawPlate(context, `${right} ▸`, box.left + box.width, y, theme, box);
}

function listen(canvas, view, { onStart, repaint }) {
  const inside = (at) => view.area?.holds(...at);
  const toPoint = ([px]) => [Math.min(Math.max(view.area.ux(px), view.area.x[0]), view.area.x[1])];
  const nearStart = ([px]) => Math.abs(px - view.area.px(view.frame.model.start[0])) < 28;
  dragStart(canvas, {
    grabs: (at, touch) => inside(at) && (!touch || nearStart(at)),
    taps: inside,
    move(at, done) {
      view.dragging = done ? null : toPoint(at)[0];
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
