// What neurons are called, and how outputs near 1 are told.

import { figure } from "../parts/figures.js";

/** What an output says, with so many digits that one sees the `rest` that is missing to 1. */
export function chance(value, rest = 1 - value) {
  if (!(rest > 0 && rest < 0.05)) return figure(value);
  if (rest < 1e-6) return `1 − ${figure(rest)}`;
  return (1 - rest).toFixed(2 - Math.floor(Math.log10(rest))).replace(/0+$/, "");
}

/** What a neuron says, as `chance` if it is an output: what is missing to 1 is known better than from 1. */
export function saysOf({ arrays, sizes, squared, digit }, layer, place) {
  const [says, wish] = ["said", "wishes"].map((name) => arrays[`${name}.${layer}`].data[place]);
  if (layer < sizes.length - 1) return figure(says);
  const right = arrays[`shown.${layer}`].data[place] === digit.label;
  return chance(says, right ? wish / (squared ? 2 : 1) : 1 - says);
}

/** What an output says in three decimals, which do not make 1 or 0 of what is not. */
export function decimals(value) {
  if (value > 0 && value < 0.0005) return "< 0.001";
  return value < 1 && value >= 0.9995 ? "> 0.999" : value.toFixed(3);
}

/** What a neuron is called: an output by its digit, others by their number in their layer. */
export function nameOf({ sizes, arrays }, layer, place) {
  const number = arrays[`shown.${layer}`].data[place];
  return layer === sizes.length - 1 ? `output ${number}` : `neuron ${number + 1}`;
}

export function titled(text) {
  return text[0].toUpperCase() + text.slice(1);
}
