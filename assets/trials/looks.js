// How each method is drawn, and what it had found at a count of evaluations.

import { SLOTS } from "../parts/palette.js";

export const LOOKS = {
  grid: { colour: SLOTS[4], shape: "square", dash: [] },
  random: { colour: SLOTS[2], shape: "x", dash: [2, 3] },
  descent: { colour: SLOTS[1], shape: "circle", dash: [] },
  restarts: { colour: SLOTS[3], shape: "triangle-up", dash: [7, 3] },
};

/** How many entries of a sorted array are at most `value`. */
export function countUpTo(sorted, value) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The best cost that a method had found with so many evaluations, or null. */
export function bestAt({ arrays }, key, count) {
  const found = countUpTo(arrays[`counts.${key}`].data, count);
  return found ? arrays[`bests.${key}`].data[found - 1] : null;
}
