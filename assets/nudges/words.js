// Numbers of the passage: small ones in full, for they are what one compares.

import { format } from "../parts/numbers.js";

/** A number with three digits: 0.93, −0.0488, 0.00024; an exponent below a millionth. */
export function figure(value) {
  const size = Math.abs(value);
  if (!(size >= 1e-6 && size < 1e-3)) return format(value, 3);
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

/** What a neuron is called: an output by its digit, others by their number in their layer. */
export function nameOf({ sizes, arrays }, layer, place) {
  const number = arrays[`shown.${layer}`].data[place];
  return layer === sizes.length - 1 ? `output ${number}` : `neuron ${number + 1}`;
}

export function titled(text) {
  return text[0].toUpperCase() + text.slice(1);
}
