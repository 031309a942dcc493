// What of the story has been told up to a step: which layers are lit, who wishes, who is pushed.

/**
 * {lit: the last layer that has spoken, arrows: {layer: "wishes" or "pushes"}, should, after}.
 * A single output's wishes for the layer before are in `asked`: [[layer, place], …] of the askers.
 */
export function toldUpTo({ story, sizes, arrays }, step) {
  const last = sizes.length - 1;
  const told = { lit: 0, arrows: {}, should: false, asked: [], after: false };
  const place = (layer, number) => Math.max(arrays[`shown.${layer}`].data.indexOf(number), 0);
  for (const { kind, layer, neuron, rival } of story.slice(0, step + 1)) {
    told.asked = [];
    if (kind === "forward" || kind === "answers") told.lit = layer;
    if (kind === "cost") told.should = true;
    if (kind === "wants") told.arrows[last] = "wishes";
    if (kind === "sum") told.arrows[layer] = "wishes";
    if (kind === "slope") told.arrows[layer] = "pushes";
    if (kind === "inputs" && layer > 1) told.asked = [[layer, place(layer, neuron)]];
    if (kind === "another") told.asked = [story.find(({ kind: other }) => other === "inputs").neuron, rival].map((number) => [last, place(last, number)]);
    told.after = kind === "step";
  }
  return told;
}

/** The place of a step's neuron among the shown, −1 if it is about none. */
export function placeOf({ arrays }, { layer, neuron }) {
  return layer && neuron >= 0 ? arrays[`shown.${layer}`].data.indexOf(neuron) : -1;
}
