// The nudges to the first layer's weights, as pictures beside the weights themselves.

import { element } from "../parts/dom.js";
import { arrow, withSign } from "../parts/figures.js";
import { mostOf } from "../parts/nudge.js";
import { picture } from "./avenues.js";
import { nameOf, titled } from "./words.js";

/** A pair of pictures for each neuron of layer 1; all nudges are drawn on one scale. */
export function nudgePictures(model, choose) {
  const { arrays } = model;
  const pushes = arrays["pushes.1"].data;
  const most = mostOf(arrays["nudges.1"].data);
  const count = pushes.length;
  const column = (name, place) => Float32Array.from({ length: 784 }, (_, pixel) => arrays[name].data[pixel * count + place]);
  return element("div", { class: "gallery" },
    element("h3", { text: "Nudge pictures" }),
    element("p", { class: "lead", text: "Left the weights of each neuron, as they are; right what this digit asks of them. Blue wants up, orange down, black has no nudge; the nudges are all on one scale." }),
    element("div", { class: "pictures" }, ...Array.from(pushes, (push, place) => element("button", {
      type: "button", class: `couple ${push > 0 ? "up" : push < 0 ? "down" : "none"}`, onclick: () => choose([1, place]),
    },
    element("span", { class: "who", text: titled(nameOf(model, 1, place)) }),
    element("span", { class: "two" },
      picture("weights", column("weights.1", place), 56), picture("nudges", column("nudges.1", place), 56, most)),
    element("span", { class: "value", text: push === 0 ? (arrays["slopes.1"].data[place] ? "no nudge" : "silent: no nudge") : `${arrow(push)} ${withSign(push)} × the digit` })))));
}
