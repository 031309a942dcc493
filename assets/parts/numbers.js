// Numbers as people read them: a true minus sign, few digits, an exponent only where it helps.

const MINUS = "\u2212";

/** A number with about `digits` significant digits: 0.32, −12.5, 3.1e−9, ∞. */
export function format(value, digits = 3) {
  if (Number.isNaN(value)) return "undefined";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : MINUS + "∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 1e5 || size < 1e-3
    ? value.toExponential(digits - 1).replace(/\.?0+e/, "e").replace("e+", "e")
    : trim(value.toFixed(Math.max(0, digits - 1 - Math.floor(Math.log10(size)))));
  return text.replaceAll("-", MINUS);
}

/** The same with its sign always shown: +3.2, −1.1, 0. */
export function signed(value, digits = 3) {
  const text = format(value, digits);
  return value > 0 ? "+" + text : text;
}

/** A share of 0 to 1: 97 %. What only rounding would make 0 or 100 is told as "< 1 %", "> 99 %". */
export function share(value, digits = 0) {
  if (!Number.isFinite(value)) return "?";
  const text = (100 * value).toFixed(digits);
  const least = 10 ** -digits;
  if (value > 0 && Number(text) === 0) return `< ${least.toFixed(digits)} %`;
  if (value < 1 && Number(text) === 100) return `> ${(100 - least).toFixed(digits)} %`;
  return `${text} %`;
}

/** A chance of 0 to 1: 97.0 %. Never 0 or 100 %, for no network is certain. */
export function percent(chance) {
  return share(Math.min(Math.max(chance, 1e-9), 1 - 1e-9), 1);
}

/** So many of something: 1 update, 2,000 updates. */
export function counted(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** A point: (1.2, −0.5), or the bare number in one dimension. */
export function formatPoint(point, digits = 3) {
  const texts = Array.from(point, (value) => format(value, digits));
  return texts.length === 1 ? texts[0] : `(${texts.join(", ")})`;
}

/** About `count` round numbers (1, 2 or 5 times a power of ten) inside low … high. */
export function ticks(low, high, wanted = 5) {
  const count = Math.max(Math.round(wanted), 2);
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [low];
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const size = [1, 2, 5, 10].find((factor) => factor * power >= raw) * power;
  const first = Math.ceil(low / size - 1e-9);
  const number = Math.min(Math.floor(high / size + 1e-9) - first + 1, 4 * count);
  return Array.from({ length: Math.max(number, 0) }, (_, index) => (first + index) * size);
}

function trim(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
