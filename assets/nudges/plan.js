// Where everything of the network's picture is, for a width and a height.

export const TOP = 30; // px for the captions
const HIT = 24; // px around a neuron that choose it
const NARROW = 620;

/** {width, height, narrow, picture, pixels, layers: [{x, ys, radius, numbers, size, output}], key}. */
export function planOf({ sizes, arrays }, width, height) {
  const narrow = width < NARROW;
  const room = height - TOP - 8;
  const side = Math.round(Math.min(narrow ? width * 0.2 : width * 0.17, room * 0.5));
  const left = narrow ? 6 : 18;
  const picture = { left, top: TOP + (room - side) / 2, side };
  const first = left + side + (narrow ? 34 : Math.max(70, width * 0.1));
  const last = width - (narrow ? 84 : Math.min(290, width * 0.26));
  const count = sizes.length - 1;
  const layers = Array.from({ length: count }, (_, at) => {
    const numbers = Array.from(arrays[`shown.${at + 1}`].data);
    const output = at === count - 1;
    const pitch = room / Math.max(numbers.length, 8);
    const begin = TOP + (room - pitch * numbers.length) / 2;
    return {
      x: count > 1 ? first + (at * (last - first)) / (count - 1) : last,
      ys: numbers.map((_, index) => begin + pitch * (index + 0.5)),
      radius: Math.min(output ? 13 : 11, pitch * 0.42), pitch, numbers, size: sizes[at + 1], output,
    };
  });
  return { width, height, narrow, picture, pixels: sizes[0], layers, key: `${width} ${height} ${sizes} ${layers.map(({ numbers }) => numbers)}` };
}

/** The neuron at a place: [layer, place among the shown], or null. */
export function neuronAt(plan, x, y) {
  let best = [HIT, null];
  plan.layers.forEach((layer, at) => layer.ys.forEach((height, place) => {
    const distance = Math.hypot(x - layer.x, y - height);
    if (distance < best[0]) best = [distance, [at + 1, place]];
  }));
  return best[1];
}

/** Where the picture speaks as a whole. */
export function edgeOf({ left, top, side }) {
  return [left + side, top + side / 2];
}

/** The middle of a pixel. */
export function pixelAt({ left, top, side }, index) {
  return [left + (((index % 28) + 0.5) * side) / 28, top + ((Math.floor(index / 28) + 0.5) * side) / 28];
}
