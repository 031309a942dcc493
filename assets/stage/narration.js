// What a step did, in one sentence: for the eye, for the screen reader, for homework.

import { format, formatPoint, signed } from "../parts/numbers.js";
import { gradientAt, pointAt, rowAt } from "./walks.js";

const ENDINGS = {
  running: "still walking",
  global_minimum: "global minimum",
  minimum: "minimum",
  saddle: "saddle",
  plateau: "plateau",
  bouncing: "bouncing",
  diverged: "diverged",
  no_bottom: "no bottom",
  undefined: "left the formula's domain",
  held: "held off by weight decay",
};

/** The short name of an ending. */
export function endingName(kind) {
  return ENDINGS[kind] ?? kind;
}

/**
 * The sentence for the walk in focus at a step. `name` is its optimizer's; `plain`: it goes against
 * the gradient that it feels. `felt` {size, gradient}: what it feels is a mini-batch's.
 */
export function narrate(walk, step, name, plain, felt = null) {
  const row = rowAt(walk, step);
  const here = `At ${formatPoint(pointAt(walk, row))} the cost is ${format(walk.values[row], 4)}`;
  const gradient = gradientAt(walk, row);
  if (!gradient) return `${here}.`;
  if (row + 1 >= walk.rows) return `${here}. ${slopeOf(gradient)} The walk ends here.`;
  const now = pointAt(walk, row);
  const move = pointAt(walk, row + 1).map((value, axis) => value - now[axis]);
  const cost = `cost ${format(walk.values[row], 4)} → ${format(walk.values[row + 1], 4)}${verdict(walk, row)}`;
  return walk.dimension === 1
    ? `${sentenceOfSlope(gradient[0], move[0], plain, name)}; ${cost}.`
    : `${felt ? bothOf(gradient, felt) : slopeOf(gradient)} ${name} ${plain ? `goes against ${felt ? "the second" : "it"}, by` : "moves by"} ${moveOf(move)}; ${cost}.`;
}

function bothOf(gradient, felt) {
  return `The gradient over all is ${moveOf(gradient)}, over the ${felt.size === 1 ? "one" : felt.size.toLocaleString("en")} of this step ${moveOf(felt.gradient)}.`;
}

function verdict(walk, row) {
  const [now, next] = [walk.values[row], walk.values[row + 1]];
  if (next > now) return ", up";
  return next < now ? ", down" : ", unchanged";
}

function slopeOf(gradient) {
  return gradient.length === 1
    ? `The slope is ${told(gradient[0])}.`
    : `The gradient is (${gradient.map(told).join(", ")}).`;
}

const LARGEST = 3.4e38; // gradients come in single precision: what is larger comes as the largest

function told(slope) {
  return Math.abs(slope) < LARGEST ? signed(slope) : `${slope > 0 ? "over" : "below"} ${signed(slope)}`;
}

function moveOf(move) {
  return `(${move.map((value) => signed(value)).join(", ")})`;
}

// Plain gradient descent goes against the slope; with a memory the slope alone does not decide.
function sentenceOfSlope(slope, move, plain, name) {
  const way = slope > 0 ? "uphill is to the right" : slope < 0 ? "uphill is to the left" : "the ground is level";
  const goes = move > 0 ? `x goes up by ${format(move)}` : move < 0 ? `x goes down by ${format(-move)}` : "x stays";
  const link = plain ? "so" : `and ${name} decides:`;
  return `The slope is ${signed(slope)}: ${way}, ${link} ${goes}`;
}

/** Where a walk has got to at a step, for its card: the cost, and its ending once reached. */
export function standing(walk, step, ending) {
  const row = rowAt(walk, step);
  const cost = `cost ${format(walk.values[row], 4)}`;
  const reached = row >= ending.step || row === walk.rows - 1;
  return { cost, ending: reached ? ending : null };
}
