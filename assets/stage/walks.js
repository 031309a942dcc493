// What is walked, as the views see it: plain values cut out of the payload, nothing drawn here.

import { recordsOf } from "./records.js";
import { SLOTS, shapeOf } from "../parts/palette.js";

/**
 * The walks to draw. Each: {points, values, gradients|null, rows, dimension, colour, shape,
 * dashed, focus}. With `stop` set, the walk in focus is the dial's at that stop of the sweep,
 * so what is dragged is what Python computed. Walkers come first, then the page's records; `followed`
 * is the number of the record that is in focus instead of a walker.
 */
export function walksOf(model, stop = null, followed = null) {
  const walks = model.walkers.map((walker, index) => {
    const focus = index === model.focus;
    const look = {
      index,
      focus: focus && followed === null,
      dimension: model.dimension,
      colour: SLOTS[walker.slot],
      shape: shapeOf(model.optimizers.findIndex((entry) => entry.key === walker.optimizer)),
      dashed: walker.fork !== null,
    };
    return focus && stop !== null
      ? { ...look, ...previewOf(model, stop) }
      : { ...look, ...recorded(model, index) };
  });
  return [...walks, ...recordsOf(model, followed)];
}

function recorded(model, index) {
  const values = model.arrays[`values.${index}`].data;
  return {
    points: model.arrays[`points.${index}`].data,
    values,
    gradients: model.arrays[`gradients.${index}`].data,
    accuracies: model.arrays[`more.reads.${index}`]?.data, // where a page measures them
    rows: values.length,
  };
}

function previewOf(model, stop) {
  const { shape, data } = model.arrays["sweep.points"];
  const [, rows, dimension] = shape;
  const values = model.arrays["sweep.values"].data;
  const taken = model.arrays["sweep.lengths"].data[stop];
  // A fork keeps the steps before it left its parent; only what follows depends on the dial.
  const before = model.walkers[model.focus].fork ?? 0;
  const own = recorded(model, model.focus);
  const points = new Float64Array((before + taken) * dimension);
  const costs = new Float64Array(before + taken);
  points.set(own.points.subarray(0, before * dimension));
  costs.set(own.values.subarray(0, before));
  points.set(data.subarray(stop * rows * dimension, (stop * rows + taken) * dimension), before * dimension);
  costs.set(values.subarray(stop * rows, stop * rows + taken), before);
  return { points, values: costs, gradients: null, rows: before + taken };
}

/** The row of a walk at a step: the last one where the walk ended earlier. */
export function rowAt(walk, step) {
  return Math.min(step, walk.rows - 1);
}

/** The point of a walk in a row, as a plain array. */
export function pointAt(walk, row) {
  const { dimension } = walk;
  return Array.from(walk.points.subarray(row * dimension, (row + 1) * dimension));
}

/** The gradient in a row, or null where only the path is known. */
export function gradientAt(walk, row) {
  const { dimension, gradients } = walk;
  return gradients && Array.from(gradients.subarray(row * dimension, (row + 1) * dimension));
}

/** The longest walk's last step: where the transport ends. */
export function lastStep(walks) {
  return Math.max(...walks.map((walk) => walk.rows - 1));
}

/** The stop of the dial nearest to a rate, on the logarithmic scale. */
export function nearestStop(rates, rate) {
  let best = 0;
  for (let stop = 1; stop < rates.length; stop++) {
    if (Math.abs(Math.log(rates[stop] / rate)) < Math.abs(Math.log(rates[best] / rate))) best = stop;
  }
  return best;
}
