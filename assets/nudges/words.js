// What neurons are called.

/** What a neuron is called: an output by its digit, others by their number in their layer. */
export function nameOf({ sizes, arrays }, layer, place) {
  const number = arrays[`shown.${layer}`].data[place];
  return layer === sizes.length - 1 ? `output ${number}` : `neuron ${number + 1}`;
}

export function titled(text) {
  return text[0].toUpperCase() + text.slice(1);
}
