// The surface as a body in space: where a cost stands, how a walk runs over it, what a ray hits.
// Nothing is drawn here; every coordinate that leaves is inside the box, or NaN.

import { heightScale } from "../parts/height.js";
import { format, ticks } from "../parts/numbers.js";

const CLEARANCE = 0.012; // just above the surface, where nothing of it hides a line
const PIECES = 40; // a straight stretch across the whole box is draped in this many pieces
const [FAR, RAY_STEPS, LOOKS] = [20, 400, 48]; // a ray's length in its own units, and the looks along it

/** The body of a model's grid: axes, rows of heights and costs, and `over(x, y, cost)`. */
export function reliefOf({ terrain, arrays }) {
  const { shape: [rows, columns], data } = arrays.grid;
  const scale = heightScale(data);
  const heights = Float32Array.from(data, scale.height);
  const relief = {
    x: axis(terrain.x, columns),
    y: axis(terrain.y, rows),
    heights: Array.from({ length: rows }, (_, row) => heights.subarray(row * columns, (row + 1) * columns)),
    box: [terrain.x, terrain.y],
    axes: terrain.axes,
    ticks: costTicks(scale),
    linear: scale.linear,
  };
  relief.drawn = (x, y) => drawnHeight(relief, x, y);
  relief.costAt = (x, y) => scale.cost(relief.drawn(x, y));
  // Between grid lines the drawn surface is a little higher or lower than the true one.
  relief.over = (x, y, cost) => highest(scale.height(cost), relief.drawn(x, y)) + CLEARANCE;
  relief.holds = ([x, y]) => inside(x, terrain.x) && inside(y, terrain.y);
  return relief;
}

/** A walk's line: {spots, ends}; the first `ends[row]` spots lead to that row, null is a gap. */
export function lineOf(walk, relief) {
  const line = { spots: [], ends: new Uint32Array(walk.rows) };
  let joined = false;
  for (let row = 1; row < walk.rows; row++) {
    const from = [walk.points[2 * row - 2], walk.points[2 * row - 1], walk.values[row - 1]];
    const to = [walk.points[2 * row], walk.points[2 * row + 1], walk.values[row]];
    const part = clip(from, to, relief.box);
    if (part) drape(line, relief, from, to, part, joined && part[0] === 0);
    joined = part !== null && part[1] === 1;
    line.ends[row] = line.spots.length;
  }
  return line;
}

/** Where a walk's walker stands at a row: [x, y, height], or NaN outside the box. */
export function standing(walk, row, relief) {
  return spotOn(relief, [walk.points[2 * row], walk.points[2 * row + 1]], walk.values[row]);
}

/** A spot on the surface: [x, y, height], or NaN outside the box. */
export function spotOn(relief, [x, y], cost = NaN) {
  return relief.holds([x, y]) ? [x, y, relief.over(x, y, cost)] : [NaN, NaN, NaN];
}

/** Whether the surface stands between a spot and an eye. */
export function hides(relief, spot, eye) {
  const part = clip(spot, eye, [...relief.box, [-1, 1.05]]);
  if (!part) return false;
  for (let count = 1; count <= LOOKS; count++) {
    const t = part[1] * (count / LOOKS) ** 1.5; // closer looks where a ridge is most likely
    const [x, y, z] = spot.map((value, index) => value + t * (eye[index] - value));
    if (z < relief.drawn(x, y) - CLEARANCE / 4) return true;
  }
  return false;
}

/** Where a ray from `eye` along `way` (in x, y and height) first meets the surface: [x, y] or null. */
export function struck(relief, eye, way) {
  const at = (t) => eye.map((value, index) => value + t * way[index]);
  const above = ([x, y, z]) => z - relief.drawn(x, y);
  const far = eye.map((value, index) => value + FAR * way[index]);
  const part = clip(eye, far, [...relief.box, [0, 1.02]]);
  if (!part) return null;
  let [near, reach] = part.map((share) => share * FAR);
  const pace = (reach - near) / RAY_STEPS;
  const side = above(at(near));
  for (let count = 0; count < RAY_STEPS; count++, near += pace) {
    if (above(at(near + pace)) * side > 0) continue;
    for (reach = near + pace; reach - near > pace / 1000;) {
      const middle = (near + reach) / 2;
      if (above(at(middle)) * side > 0) near = middle;
      else reach = middle;
    }
    const [x, y, z] = at(reach);
    // At the rim of a hole, where the formula has no value, the sign changes and nothing is there.
    return Math.abs(z - relief.drawn(x, y)) < 0.05 ? [x, y] : null;
  }
  return null;
}

function drape(line, relief, from, to, [start, end], joined) {
  const [[xLow, xHigh], [yLow, yHigh]] = relief.box;
  const share = Math.max(Math.abs(to[0] - from[0]) / (xHigh - xLow), Math.abs(to[1] - from[1]) / (yHigh - yLow));
  const pieces = Math.max(1, Math.ceil(PIECES * share * (end - start)));
  if (!joined && line.spots.length) line.spots.push(null);
  for (let piece = joined ? 1 : 0; piece <= pieces; piece++) {
    const part = start + ((end - start) * piece) / pieces;
    const x = hold(from[0] + part * (to[0] - from[0]), relief.box[0]);
    const y = hold(from[1] + part * (to[1] - from[1]), relief.box[1]);
    // A step is a leap from one cost to the next; it goes over the ground, never through it.
    const height = relief.over(x, y, from[2] + part * (to[2] - from[2]));
    line.spots.push(Number.isNaN(height) ? null : [x, y, height]);
  }
}

// The part [t0, t1] of a segment inside a box of any dimension (Liang and Barsky, 1984), or null.
function clip(from, to, box) {
  let [start, end] = [0, 1];
  for (let side = 0; side < box.length; side++) {
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
