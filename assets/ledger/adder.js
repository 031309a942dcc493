// A column more: of which layer, of which neuron, and which of its parameters.

import { element } from "../parts/dom.js";

/** `add({layer, neuron, source})`; source −1 is the bias. */
export function createAdder({ add }) {
  const layer = element("select", { "aria-label": "Layer", onchange: () => choices() });
  const neuron = element("select", { "aria-label": "Neuron" });
  const source = element("select", { "aria-label": "Bias or weight", onchange: () => choices(true) });
  const [row, column] = ["row", "column"].map((name) => element("input", {
    type: "number", class: "number", min: 1, max: 28, step: 1, value: 14, "aria-label": `${name} of the pixel, 1 to 28`, title: `${name}, 1 to 28`,
  }));
  const pixel = element("span", { class: "pixel" }, "row", row, "column", column);
  const button = element("button", { type: "button", class: "add", text: "Add its column", onclick: () => {
    const fields = { layer: Number(layer.value), neuron: Number(neuron.value), source: Number(source.value) };
    const side = (input) => Math.min(Math.max(Math.round(Number(input.value)) || 1, 1), 28) - 1;
    if (fields.layer === 1 && fields.source >= 0) fields.source = 28 * side(row) + side(column);
    add(fields);
  } });
  const body = element("div", { class: "adder", role: "group", "aria-label": "Another column" },
    element("span", { class: "title", text: "Another column:" }), layer, neuron, source, pixel, button);
  let sizes = [];

  function choices(keep = false) {
    const at = Number(layer.value);
    const output = at === sizes.length - 1;
    if (!keep) {
      neuron.replaceChildren(...options(sizes[at], (one) => (output ? `output ${one}` : `neuron ${one + 1}`)));
      const weights = at === 1 ? [element("option", { value: 0, text: "weight from a pixel" })] : options(sizes[at - 1], (one) => `weight from neuron ${one + 1}`);
      source.replaceChildren(element("option", { value: -1, text: "bias" }), ...weights);
    }
    pixel.hidden = at !== 1 || source.value === "-1";
  }

  return {
    body,
    draw(model) {
      button.disabled = model.full;
      if (String(sizes) === String(model.sizes)) return;
      sizes = model.sizes;
      layer.replaceChildren(...sizes.slice(1).map((_, at) => element("option", { value: at + 1, text: at + 2 === sizes.length ? "outputs" : `layer ${at + 1}` })));
      layer.value = sizes.length - 1;
      choices();
    },
  };
}

function options(count, name) {
  return Array.from({ length: count }, (_, one) => element("option", { value: one, text: name(one) }));
}
