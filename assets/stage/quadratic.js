// The cost of a line over some houses: five averages, as Python sends them, make it a quadratic in
// (weight, bias): w²V − 2wC + S + (wm + b − p)².

/** The five averages of a mini-batch: row `k` of "more.moments.<walker>", or those of all houses. */
export function momentsAt(model, walker, k) {
  const { moments } = model.more;
  const sent = model.arrays[`more.moments.${walker}`];
  if (!sent) return [moments.mean, moments.price, moments.variance, moments.covariance, moments.price_variance];
  const row = Math.min(k, sent.shape[0] - 1);
  return Array.from(sent.data.subarray(5 * row, 5 * row + 5));
}

/** The cost at (w, b). */
export function costOf([mean, price, variance, covariance, height], w, b) {
  const off = w * mean + b - price;
  return Math.max(w * (w * variance - 2 * covariance) + height, 0) + off * off;
}

/** The gradient at (w, b). */
export function gradientOf([mean, price, variance, covariance], w, b) {
  const off = w * mean + b - price;
  return [2 * (w * variance - covariance + mean * off), 2 * off];
}

/** Its lowest point, or null where that is a whole line: all houses of one size, or one alone. */
export function lowestOf([mean, price, variance, covariance]) {
  if (!(variance > 1e-9 * (1 + mean * mean))) return null;
  const weight = covariance / variance;
  return [weight, price - weight * mean];
}
