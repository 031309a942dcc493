// One neuron in full: its sum, bias and answer, and the weights of what goes in.

import { element, setText } from "../parts/dom.js";
import { format, percent } from "../parts/numbers.js";
import { createPicture } from "../parts/picture.js";

const MOST = 8;

export function createNeuron({ choose }) {
  const title = element("h3", {});
  const sums = element("p", { class: "sums" });
  const weights = createPicture("Its weights, pixel by pixel", 168);
  const adds = createPicture("What each pixel adds: weight × ink", 168);
  const pictures = element("div", { class: "pictures" },
    figure(weights.canvas, "weights"), figure(adds.canvas, "weight × ink"));
  const list = element("ol", { class: "inputs" });
  const leave = element("button", { type: "button", class: "leave", text: "Close", onclick: () => choose(0, 0) });
  const words = element("div", { class: "words" }, title, sums);
  const body = element("section", { class: "neuron", hidden: true },
    element("div", { class: "head" }, words, leave), pictures, list);
  return {
    body,
    draw({ reading, arrays, sizes }, busy) {
      const neuron = reading?.neuron;
      body.hidden = !neuron;
      if (!neuron) return;
      const last = neuron.layer === sizes.length - 1;
      words.setAttribute("aria-live", busy ? "off" : "polite");
      setText(title, last ? `The output for ${neuron.number}` : `Layer ${neuron.layer}, neuron ${neuron.number + 1} of ${sizes[neuron.layer]}`);
      setText(sums, told(neuron, reading, last));
      const both = [arrays.weights.data, arrays.inputs.data];
      pictures.hidden = neuron.layer !== 1;
      list.hidden = neuron.layer === 1;
      if (neuron.layer === 1) {
        weights.draw(both[0]);
        adds.draw(both[0].map((weight, at) => weight * both[1][at]));
      } else list.replaceChildren(...inputs(...both));
    },
  };
}

function figure(canvas, caption) {
  return element("figure", {}, canvas, element("figcaption", { text: caption }));
}

function told({ sum, bias, activation }, reading, last) {
  if (sum === null || bias === null) return "Its sum is no number any more.";
  const separate = reading.cost === "squared_error"; // each output has a sigmoid of its own
  const made = last && !separate ? `Compared with the other outputs that is a chance of ${percent(activation)}.`
    : `${NAMES[last ? "sigmoid" : reading.activation]} makes of it ${format(activation)}${last ? ", whatever the other outputs say" : ""}.`;
  return `Sum ${format(sum)} = bias ${format(bias)} + weighted inputs ${format(sum - bias)}. ${made}`;
}

const NAMES = { relu: "ReLU", sigmoid: "The sigmoid", tanh: "Tanh" };

/** The inputs that add most, either way. */
function inputs(weights, values) {
  const adds = Array.from(weights, (weight, from) => ({ from, weight, value: values[from], add: weight * values[from] }));
  const most = adds.filter(({ add }) => add).sort((one, other) => Math.abs(other.add) - Math.abs(one.add)).slice(0, MOST);
  return most.map(({ from, weight, value, add }) => element("li", { class: add > 0 ? "for" : "against" },
    element("span", { text: `neuron ${from + 1}` }),
    element("span", { text: `${format(value)} × ${format(weight)}` }),
    element("span", { class: "add", text: `${add > 0 ? "+" : "−"}${format(Math.abs(add))}` })));
}
