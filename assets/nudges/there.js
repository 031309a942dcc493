// The way there: the picture's numbers, how one neuron comes to say what it says, how wrong that is.

import { element } from "../parts/dom.js";
import { figure, withSign } from "../parts/figures.js";
import { mostOf, nudge, table } from "../parts/nudge.js";
import { inkOf, picture } from "./avenues.js";
import { costCurve } from "./cost.js";
import { nameOf, saysOf, titled } from "./words.js";

const ROW = 14; // the row of the picture whose numbers are shown

/** The picture is numbers: its middle row. */
export function numbers(model) {
  const row = model.arrays["said.0"].data.slice(28 * ROW, 28 * ROW + 28);
  const cells = Array.from(row, (value) => {
    const cell = element("span", { class: "pixel", text: value === 0 ? "0" : value.toFixed(1).replace(/^0/, "") });
    cell.style.setProperty("--ink", value.toFixed(2));
    return cell;
  });
  const upright = model.upright ? " Its slant was taken out first: this network was trained on digits that stand upright." : "";
  return element("div", { class: "there" },
    element("h3", { text: "A picture is 784 numbers" }),
    element("p", { class: "lead", text: `0 is empty, 1 is full ink. This is its row ${ROW + 1} of 28.${upright}` }),
    element("div", { class: "pixels", role: "img", "aria-label": `Row ${ROW + 1}: ${Array.from(row, (value) => value.toFixed(1)).join(", ")}` }, ...cells),
    picture("the whole picture", inkOf(model), 280));
}

/** One neuron's sum: what it hears, times its weights, plus its bias. */
export function heard(model, layer, place) {
  const { arrays } = model;
  const { data, shape: [rows, columns] } = arrays[`weights.${layer}`];
  const weights = Array.from({ length: rows }, (_, at) => data[at * columns + place]);
  const said = arrays[`said.${layer - 1}`].data;
  const adds = weights.map((weight, at) => weight * said[at]);
  const [sum, bias] = ["sums", "biases"].map((name) => arrays[`${name}.${layer}`].data[place]);
  const output = layer === model.sizes.length - 1;
  const made = output ? (model.squared ? "the sigmoid makes of that" : "softmax makes e to that sum, and its share of all ten is") : `${model.activation} makes of that`;
  const lead = `Bias ${figure(bias)}, weighted inputs ${withSign(sum - bias)}: sum ${figure(sum)}; ${made} ${saysOf(model, layer, place)}.`;
  const name = titled(nameOf(model, layer, place));
  const most = mostOf(adds);
  return element("div", { class: "there" },
    element("h3", { text: output ? name : `${name} of layer ${layer}` }),
    element("p", { class: "lead", text: lead }),
    layer === 1
      ? element("div", { class: "three" }, picture("ink", inkOf(model), 224), picture("× its weights", Float32Array.from(weights), 224), picture("= what each pixel adds", Float32Array.from(adds), 224))
      : table("What it hears", ["from", "says", "× weight", "= adds"], weights.map((weight, at) => ({
        cells: [String(arrays[`shown.${layer - 1}`].data[at] + 1), figure(said[at]), figure(weight), nudge(adds[at], most)],
      })), "adds"));
}

/** The ten outputs: what they say, should say and want. */
export function wrong(model, { wants }) {
  const last = model.sizes.length - 1;
  const [said, wishes, names] = ["said", "wishes", "shown"].map((name) => model.arrays[`${name}.${last}`].data);
  const most = mostOf(wishes);
  const heads = ["output", "says", "should say", ...(wants ? ["wants"] : [])];
  const rows = Array.from(said, (_, at) => ({
    lit: names[at] === model.digit.label,
    cells: [String(names[at]), saysOf(model, last, at), names[at] === model.digit.label ? "1" : "0", ...(wants ? [nudge(wishes[at], most)] : [])],
  }));
  return element("div", { class: "there" },
    element("h3", { text: wants ? "What each output wants" : "How wrong is it?" }),
    element("p", { class: "lead", text: leadOf(model, wants) }),
    element("div", { class: "beside" }, table("The ten outputs", heads, rows, "outputs"), ...(wants ? [] : [costCurve(model)])));
}

function leadOf({ cost, squared }, wants) {
  const told = cost === null ? "beyond all numbers" : figure(cost);
  if (wants) return squared ? "Twice (should say − says): the further off, the longer the arrow." : "Should say − says: the further off, the longer the arrow.";
  const rule = squared ? "the squares of (says − should say), added up" : "minus the logarithm of what the right output says, which is nothing for 1 and grows without bound towards 0";
  return `Cost ${told}: ${rule}. 0 would be perfect.`;
}
