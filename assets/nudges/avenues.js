// The three ways to change what one neuron says, side by side.

import { element } from "../parts/dom.js";
import { figure, withSign } from "../parts/figures.js";
import { mostOf, nudge, table } from "../parts/nudge.js";
import { createPicture } from "../parts/picture.js";
import { nameOf, saysOf, titled } from "./words.js";

/**
 * What is asked of a neuron; `lit`: which of bias, weights and inputs is being told, or null, and
 * `source` the neuron before it that the sentence is about.
 */
export function avenues(model, layer, place, lit = null, source = -1) {
  const { arrays } = model;
  const [push, wish, slope] = ["pushes", "wishes", "slopes"].map((name) => arrays[`${name}.${layer}`].data[place]);
  const name = titled(nameOf(model, layer, place));
  const output = layer === model.sizes.length - 1;
  const ways = [
    ["bias", "Its bias", biasOf(model, layer, place, push)],
    ["weights", "Its weights", weightsOf(model, layer, place, push, source)],
    ["inputs", "What it hears", inputsOf(model, layer, place, push, source)],
  ];
  return element("div", { class: "avenues" },
    element("h3", { text: output ? name : `${name} of layer ${layer}` }),
    element("p", { class: "lead", text: leadOf(model, layer, output, { said: saysOf(model, layer, place), heard: arrays[`said.${layer}`].data[place], wish, slope, push }) }),
    element("div", { class: "ways" }, ...ways.map(([key, title, content], at) => element("section", {
      class: `way-card ${lit === null || lit === key ? "" : "dim"} ${lit === key ? "lit" : ""}`, "data-way": key,
    }, element("h4", { text: `${at + 1}. ${title}` }), ...content))));
}

function leadOf(model, layer, output, { said, heard, wish, slope, push }) {
  const wants = wish === 0 ? "nobody wants it any different" : `it is wanted ${wish > 0 ? "up" : "down"} (${withSign(wish)})`;
  if (output && !model.squared) return `It says ${said}, and ${wants}. The ten share one whole, so that is at once the push on its sum: no slope comes between.`;
  const silent = slope === 0 ? ` ${heard === 0 ? "It is silent" : "It is where the slope is 0"}, so nothing that is asked of it gets through: no nudge at all.` : "";
  return `It says ${said}, and ${wants}. Times the slope ${figure(slope)} that is a push of ${withSign(push)} on its sum.${silent}`;
}

function biasOf({ arrays }, layer, place, push) {
  return [
    element("p", { text: "It is added to the sum as it is. So it gets the whole push." }),
    table("The nudge to the bias", ["now", "nudge"], [{ cells: [figure(arrays[`biases.${layer}`].data[place]), nudge(push, Math.abs(push))] }]),
  ];
}

function column({ arrays }, name, place) {
  const { data, shape: [rows, columns] } = arrays[name];
  return Array.from({ length: rows }, (_, at) => data[at * columns + place]);
}

function weightsOf(model, layer, place, push, source) {
  const nudges = column(model, `nudges.${layer}`, place);
  const why = element("p", { text: "Push × what the neuron at its other end says. Who says nothing is not to blame." });
  if (layer === 1) return [
    element("p", { text: "Push × the ink of each pixel: where there is no ink, no nudge." }),
    element("div", { class: "pair" }, picture("ink", inkOf(model)), picture(`nudges, up to ${withSign(push)}`, Float32Array.from(nudges))),
  ];
  const [said, before] = ["said", "shown"].map((name) => model.arrays[`${name}.${layer - 1}`].data);
  const most = mostOf(nudges);
  return [why, table("The nudges to the weights", ["from", "says", "nudge = push × says"],
    nudges.map((value, from) => ({ lit: before[from] === source, cells: [String(before[from] + 1), figure(said[from]), nudge(value, most)] })))];
}

function inputsOf(model, layer, place, push, source) {
  const weights = column(model, `weights.${layer}`, place);
  if (layer === 1) return [
    element("p", { text: "These are the pixels. They are what they are: a wish for them cannot be granted, and here the way back ends." }),
    element("div", { class: "pair" }, picture("its weights", Float32Array.from(weights))),
  ];
  const wishes = column(model, `requests.${layer}`, place);
  const before = model.arrays[`shown.${layer - 1}`].data;
  const most = mostOf(wishes);
  return [
    element("p", { text: "Push × its weight. It cannot set what it hears, it can only wish; the layer before adds the wishes up." }),
    table("Its wishes for the layer before", ["from", "weight", "wish = push × weight"],
      wishes.map((value, from) => ({ lit: before[from] === source, cells: [String(before[from] + 1), figure(weights[from]), nudge(value, most)] }))),
  ];
}

export function inkOf({ arrays }) {
  return Uint8Array.from(arrays["said.0"].data, (value) => 255 * value);
}

/** A picture with its name below; `most`: what is brightest, if not its own largest. */
export function picture(caption, values, size = 112, most = 0) {
  const made = createPicture(caption, size);
  made.draw(values, most);
  return element("figure", {}, made.canvas, element("figcaption", { text: caption }));
}
