// Numbers that are compared with each other: small ones are written in full.

import { format } from "./numbers.js";

/** A number with three digits: 0.93, −0.0488, 0.00024; an exponent below 0.0001. */
export function figure(value) {
  const size = Math.abs(value);
  if (!(size >= 1e-4 && size < 1e-3)) return format(value, 3);
  const text = size.toFixed(2 - Math.floor(Math.log10(size))).replace(/0+$/, "");
  return value < 0 ? `−${text}` : text;
}

/** The same with its sign always shown. */
export function withSign(value) {
  return value > 0 ? `+${figure(value)}` : figure(value);
}

/** The way of a nudge, so that colour is not alone. */
export function arrow(value) {
  return value > 0 ? "▲" : value < 0 ? "▼" : "·";
}
