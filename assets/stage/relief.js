// The surface as a body in space: where a cost stands, and how a walk runs over it.
// Nothing is drawn here; every coordinate that leaves is inside the box or NaN (a gap).

import { heightScale } from "./height.js";
import { format, ticks } from "./numbers.js";
import { rowAt } from "./walks.js";

const CLEARANCE = 0.012; // a line in the surface would be half hidden by it
const PIECES = 40; // a straight stretch across the whole box is draped in this many pieces

/** The body of a model's grid: axes, rows of heights and costs, and `over(x, y, cost)`. */
export function reliefOf({ terrain, arrays }) {
  const { shape: [rows, columns], data } = arrays.grid;
  const scale = heightScale(data);
  const heights = Float32Array.from(data, scale.height);
  const cut = (values) => Array.from({ length: rows }, (_, row) => values.subarray(row * columns, (row + 1) * columns));
  const relief = {
    x: axis(terrain.x, columns),
    y: axis(terrain.y, rows),
    heights: cut(heights),
    costs: cut(data),
    box: [terrain.x, terrain.y],
    ticks: costTicks(scale),
    linear: scale.linear,
  };
  relief.over = (x, y, cost, clearance = CLEARANCE) => {
    // Between grid lines the drawn surface is a little higher or lower than the true one.
    const level = highest(scale.height(cost), drawnHeight(relief, x, y));
    return level + clearance;
  };
  relief.holds = ([x, y]) => inside(x, terrain.x) && inside(y, terrain.y);
  return relief;
}

/** A walk's line: {x, y, z, ends}; the first `ends[row]` vertices lead to that row. */
export function lineOf(walk, relief) {
  const line = { x: [], y: [], z: [], ends: new Uint32Array(walk.rows) };
  let joined = false;
  for (let row = 1; row < walk.rows; row++) {
    const from = [walk.points[2 * row - 2], walk.points[2 * row - 1], walk.values[row - 1]];
    const to = [walk.points[2 * row], walk.points[2 * row + 1], walk.values[row]];
    const part = clip(from, to, relief.box);
    if (part) drape(line, relief, from, to, part, joined && part[0] === 0);
    joined = part !== null && part[1] === 1;
    line.ends[row] = line.x.length;
  }
  return line;
}

/** The line's vertices on one side of a step, as what a trace wants; never empty. */
export function stretch(line, from, to) {
  const cut = (values) => (to > from ? values.slice(from, to) : [NaN]);
  return { x: cut(line.x), y: cut(line.y), z: cut(line.z) };
}

/** Where a walk's walker stands at a step: {at: [x, y, z], cost}; NaN outside the box. */
export function standing(walk, step, relief, clearance) {
  const row = rowAt(walk, step);
  const [x, y, cost] = [walk.points[2 * row], walk.points[2 * row + 1], walk.values[row]];
  if (!relief.holds([x, y])) return { at: [NaN, NaN, NaN], cost };
  return { at: [x, y, relief.over(x, y, cost, clearance)], cost };
}

function drape(line, relief, from, to, [start, end], joined) {
  const [[xLow, xHigh], [yLow, yHigh]] = relief.box;
  const share = Math.max(Math.abs(to[0] - from[0]) / (xHigh - xLow), Math.abs(to[1] - from[1]) / (yHigh - yLow));
  const pieces = Math.max(1, Math.ceil(PIECES * share * (end - start)));
  if (!joined && line.x.length) push(line, NaN, NaN, NaN);
  for (let piece = joined ? 1 : 0; piece <= pieces; piece++) {
    const part = start + ((end - start) * piece) / pieces;
    const x = hold(from[0] + part * (to[0] - from[0]), relief.box[0]);
    const y = hold(from[1] + part * (to[1] - from[1]), relief.box[1]);
    // A step is a leap from one cost to the next; it goes over the ground, never through it.
    push(line, x, y, relief.over(x, y, from[2] + part * (to[2] - from[2])));
  }
}

// The part [t0, t1] of a segment inside the box (Liang and Barsky, 1984), or null.
function clip(from, to, box) {
  let [start, end] = [0, 1];
  for (let side = 0; side < 2; side++) {
    const run = to[side] - from[side];
    if (!Number.isFinite(run)) return null;
    const bounds = box[side].map((bound) => (bound - from[side]) / run);
    if (run === 0) {
      if (!inside(from[side], box[side])) return null;
      continue;
    }
    start = Math.max(start, Math.min(...bounds));
    end = Math.min(end, Math.max(...bounds));
  }
  return start < end || (start === end && start === 0) ? [start, end] : null;
}

function drawnHeight({ x, y, heights, box }, atX, atY) {
  const column = (hold((atX - box[0][0]) / (box[0][1] - box[0][0]), [0, 1])) * (x.length - 1);
  const row = (hold((atY - box[1][0]) / (box[1][1] - box[1][0]), [0, 1])) * (y.length - 1);
  const [left, low] = [Math.min(Math.floor(column), x.length - 2), Math.min(Math.floor(row), y.length - 2)];
  const [right, up] = [column - left, row - low];
  const between = (values) => values[left] + right * (values[left + 1] - values[left]);
  return between(heights[low]) + up * (between(heights[low + 1]) - between(heights[low]));
}

// Round costs near evenly spaced heights: on a compressed scale even costs would all crowd at the top.
function costTicks({ low, high, linear, height, cost }) {
  const costs = linear ? ticks(low, high, 4) : [0.05, 0.27, 0.5, 0.75, 1].map((level) => rounded(cost(level)));
  const kept = [...new Set(costs)].filter((value) => value >= low && value <= high);
  return { at: kept.map(height), text: kept.map((value) => format(value, 2)) };
}

function rounded(value) {
  if (value === 0) return 0;
  const power = 10 ** Math.floor(Math.log10(Math.abs(value)));
  const lead = [1, 2, 5].findLast((digit) => digit * power <= Math.abs(value) * (1 + 1e-9));
  return Math.sign(value) * lead * power;
}

function axis([low, high], count) {
  return Float64Array.from({ length: count }, (_, index) => low + ((high - low) * index) / (count - 1));
}

function push(line, x, y, z) {
  line.x.push(x);
  line.y.push(y);
  line.z.push(z);
}

function highest(first, second) {
  if (Number.isNaN(first)) return second;
  return Number.isNaN(second) ? first : Math.max(first, second);
}

function hold(value, [low, high]) {
  return Math.min(Math.max(value, low), high);
}

function inside(value, [low, high]) {
  return value >= low && value <= high;
}
