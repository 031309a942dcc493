// What the two maps of rates share: the rate in force, its limits, and the scale they stand on.

import { format } from "../parts/numbers.js";

/** The rate in force: the one under the hand, or the walker's own. */
export function rateOf({ model, previewing }) {
  return previewing || model.walkers[model.focus].settings.learning_rate;
}

/** The place of the value nearest to a wanted one. */
export function nearest(values, wanted) {
  let best = 0;
  values.forEach((value, index) => { if (Math.abs(value - wanted) < Math.abs(values[best] - wanted)) best = index; });
  return best;
}

/** 1/L and 2/L of the curvature under the walker: where the theory of quadratics sets them. */
export function limitsOf({ model, step }) {
  const { data } = model.arrays.curvature;
  const curvature = data[Math.min(step, data.length - 1)];
  return curvature > 0 ? model.dial.limits.map(({ name, factor }) => ({ name, rate: factor / curvature })) : [];
}

/** What is drawn, above the box, and what the scale below means. */
export function heading(context, { box }, theme, text, below = "learning rate") {
  context.font = `12px ${theme.font}`;
  context.fillStyle = theme.text;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(text, box.left, 16);
  context.globalAlpha = 0.75;
  context.font = `11px ${theme.font}`;
  context.textAlign = "right";
  context.fillText(below, box.left + box.width, box.top + box.height + 30);
  context.globalAlpha = 1;
}

/** The powers of ten on a logarithmic scale of rates. */
export function rateTicks(area) {
  const [low, high] = area.x;
  const whole = Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, index) => Math.ceil(low) + index);
  return whole.map((power) => [power, format(10 ** power, 1)]);
}
