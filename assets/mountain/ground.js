// The ground underfoot: height and slope from the same sum of Gaussians as in Python, and words
// for what is felt. Places are [east, north] in kilometres, heights metres, slopes metres per km.

const WINDS = ["east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east"];

const STEEPNESS = [[0.5, "very steeply"], [0.25, "steeply"], [0.1, "clearly"], [0.03, "gently"], [0.005, "hardly"]];

/** The ground of a message: {side, start, felt(x, y) → {x, y, height, gradient}}. */
export function groundOf({ ground: { side, base, bowl }, start, arrays }) {
  const { shape: [count, numbers], data } = arrays.bumps;
  const felt = (x, y) => {
    let height = base + bowl * (x * x + y * y);
    let [east, north] = [2 * bowl * x, 2 * bowl * y];
    for (let bump = 0; bump < count; bump++) {
      const [a, cx, cy, p, q, r] = data.subarray(bump * numbers, (bump + 1) * numbers);
      const [u, v] = [x - cx, y - cy];
      const [along, across] = [p * u + q * v, q * u + r * v];
      const part = a * Math.exp(-(along * u + across * v));
      height += part;
      east -= 2 * along * part;
      north -= 2 * across * part;
    }
    return { x, y, height, gradient: [east, north] };
  };
  return { side, start, felt };
}

/** The slope as a share: 0.38 falls 38 m on 100 m. */
export function slopeOf({ gradient }) {
  return Math.hypot(...gradient) / 1000;
}

/** In words where it falls: "it falls to the north-east, steeply". */
export function wordsFor(place) {
  const slope = slopeOf(place);
  const how = STEEPNESS.find(([least]) => slope >= least)?.[1];
  if (!how) return "it is level here";
  const turn = Math.atan2(-place.gradient[1], -place.gradient[0]) / (Math.PI / 4);
  return `it falls to the ${WINDS[(Math.round(turn) + 8) % 8]}, ${how}`;
}

/** The eight directions: [name, east, north], from the north-west row by row as on a map. */
export const COMPASS = [
  ["north-west", -1, 1], ["north", 0, 1], ["north-east", 1, 1],
  ["west", -1, 0], ["east", 1, 0],
  ["south-west", -1, -1], ["south", 0, -1], ["south-east", 1, -1],
].map(([name, east, north]) => [name, east / Math.hypot(east, north), north / Math.hypot(east, north)]);

/** The direction in which it falls, [east, north] of length 1, or null on level ground. */
export function downhill({ gradient: [east, north] }) {
  const size = Math.hypot(east, north);
  return size > 0 ? [-east / size, -north / size] : null;
}
