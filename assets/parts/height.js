// Cost → height 0 … 1, the same for the map's colour and the surface's third axis.
//
// height = ln(1 + c·u) / ln(1 + c), u = (cost − lowest) / (highest − lowest), with c chosen so
// that the median of the picture stands at one half: c = (1 − 2m) / m². Where the median is
// already higher than that, c is 0 and the scale is linear. Without it Rosenbrock's valley
// would be one flat dark stain between two walls.

const STEEPEST = 1e5;

/** The scale of one grid of costs: {low, high, height(cost), cost(height)}. */
export function heightScale(costs) {
  const finite = Float64Array.from(costs).filter(Number.isFinite).sort();
  const at = (share) => finite[Math.round(share * (finite.length - 1))];
  const low = finite.length ? at(0) : 0;
  let high = finite.length ? at(1) : 1;
  // A pole in the picture must not flatten all the rest.
  if (finite.length && high - low > 1e4 * (at(0.95) - low) && at(0.95) > low) high = at(0.95);
  const span = high > low ? high - low : 1;
  const middle = finite.length ? (at(0.5) - low) / span : 0.5;
  const bend = middle >= 0.5 ? 0 : Math.min((1 - 2 * middle) / (middle * middle), STEEPEST);
  const height = (cost) => {
    const share = Math.min(Math.max((cost - low) / span, 0), 1);
    return bend ? Math.log1p(bend * share) / Math.log1p(bend) : share;
  };
  const cost = (level) => low + span * (bend ? Math.expm1(level * Math.log1p(bend)) / bend : level);
  return { low, high, linear: bend === 0, height, cost };
}
