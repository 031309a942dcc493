// Mini-batches by number: which one a row shows, how large it is, what was seen by then.

import { gradientOf, momentsAt } from "./quadratic.js";

/** The step whose mini-batch is shown in a row: the one to come, or the last where the walk ends. */
export function stepShown(walk, row) {
  return Math.min(row, Math.max(walk.rows - 2, 0));
}

/** How many examples step `k` takes: fewer at the end of an epoch where the size does not divide. */
export function sizeAt(batch, count, k) {
  return Math.min(batch, count - (k % Math.ceil(count / batch)) * batch);
}

/** How many examples the first `k` steps have looked at. */
export function seenBy(batch, count, k) {
  const steps = Math.ceil(count / batch);
  return Math.floor(k / steps) * count + Math.min((k % steps) * batch, count);
}

/** What a walker with mini-batches feels in a row: {size, gradient}; null where it feels the whole. */
export function feltAt(model, walk, row, point) {
  const { batch } = model.walkers[walk.index];
  if (!batch || !model.arrays[`more.moments.${walk.index}`]) return null;
  return { size: sizeAt(batch, model.terrain.examples, row), gradient: gradientOf(momentsAt(model, walk.index, row), ...point) };
}
