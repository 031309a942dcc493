// Which connections a step shows: [layer they lead to, from, to, size and sign], the weakest first.

const MOST = 70; // of a whole layer

/** Where a connection begins that stands for all those from the picture. */
export const WHOLE = -1;

const known = new WeakMap(); // model → what was asked for last, for a picture that grows asks often

/** The connections of a step, or of a neuron that was chosen. */
export function tiesOf(model, step, told, chosen) {
  const before = known.get(model);
  if (before?.step === step && String(before.chosen) === String(chosen)) return before.ties;
  const ties = found(model, step, told, chosen);
  known.set(model, { step, chosen, ties });
  return ties;
}

function found(model, step, told, chosen) {
  if (chosen) return ofNeuron(model, ...chosen, `nudges.${chosen[0]}`);
  const { kind, layer } = step;
  const place = model.arrays[`shown.${Math.max(layer, 1)}`].data.indexOf(step.neuron);
  if (kind === "forward" || kind === "answers") return strongest(model, layer, heard(model, layer));
  if (kind === "weights") return ofNeuron(model, layer, place, `nudges.${layer}`);
  if (kind === "inputs" || kind === "another") return told.asked.flatMap(([from, at]) => ofNeuron(model, from, at, `requests.${from}`));
  if (kind === "sum") return strongest(model, layer + 1, model.arrays[`requests.${layer + 1}`].data);
  if (kind === "neuron") return ofNeuron(model, layer, place, `nudges.${layer}`);
  if (kind === "pictures") return Array.from(model.arrays["pushes.1"].data, (push, to) => [1, WHOLE, to, push]).filter(([, , , push]) => push);
  return [];
}

/** What each connection adds to the sum it leads to: what is said × weight. */
function heard({ arrays }, layer) {
  const { data, shape: [, to] } = arrays[`weights.${layer}`];
  const said = arrays[`said.${layer - 1}`].data;
  return data.map((weight, at) => weight * said[Math.floor(at / to)]);
}

function strongest({ arrays }, layer, values) {
  const [from, to] = arrays[`weights.${layer}`].shape;
  const order = Array.from({ length: from * to }, (_, at) => at).filter((at) => values[at]);
  order.sort((one, other) => Math.abs(values[one]) - Math.abs(values[other]));
  return order.slice(-MOST).map((at) => [layer, Math.floor(at / to), at % to, values[at]]);
}

function ofNeuron({ arrays }, layer, place, name) {
  if (!arrays[name]) return []; // nobody asks pixels
  const [from, to] = arrays[name].shape;
  const ties = Array.from({ length: from }, (_, at) => [layer, at, place, arrays[name].data[at * to + place]]);
  return ties.filter(([, , , value]) => value).sort((one, other) => Math.abs(one[3]) - Math.abs(other[3])).slice(-MOST);
}
