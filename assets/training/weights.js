// The first layer's weights as pictures: one for each neuron, each pixel the weight of that pixel.

import { fitCanvas } from "../parts/canvas.js";
import { element, setText } from "../parts/dom.js";
import { format } from "../parts/numbers.js";

const SIDE = 28;
const GAP = 6;
const [AGAINST, FOR] = [[34, 102, 172], [217, 106, 22]]; // blue and orange: apart for every eye

export function createWeights(repaint) {
  const host = element("div", { class: "weights", role: "img" });
  const note = element("p", { class: "note" });
  const name = element("h3", { text: "What the first layer weighs" });
  const panel = element("section", { class: "panel" },
    element("div", { class: "top" }, name), host,
    element("p", { class: "legend" }, patch(FOR), element("span", { text: "ink here excites" }), patch(AGAINST), element("span", { text: "ink here calms" })), note);
  const sheet = fitCanvas(host, repaint);
  const tile = new OffscreenCanvas(SIDE, SIDE);
  const context = tile.getContext("2d", { willReadFrequently: true });
  const image = context.createImageData(SIDE, SIDE);
  return {
    panel,
    destroy: sheet.destroy,
    draw({ model, theme, readable }) {
      if (readable) {
        const all = model.sizes[1];
        const some = model.shown < all ? `${model.shown} of ${all} neurons` : `${all} neurons`;
        const begun = model.updates ? "" : " Random still: this is step 1.";
        setText(note, `${some}; full colour is a weight of ±${model.largestWeight === null ? "NaN" : format(model.largestWeight, 2)}.${beyondText(model)}${begun}`);
        host.setAttribute("aria-label", `Pictures of the weights of ${some} of the first layer`);
      }
      const out = sheet.begin();
      if (!out) return;
      out.imageSmoothingEnabled = false;
      const ground = rgb(theme.ground);
      const { columns, size } = layout(sheet, model.shown);
      const { data } = model.arrays.weights;
      for (let index = 0; index < model.shown; index++) {
        paint(image.data, data.subarray(index * SIDE * SIDE, (index + 1) * SIDE * SIDE), ground);
        context.putImageData(image, 0, 0);
        const [left, top] = [(index % columns) * (size + GAP), Math.floor(index / columns) * (size + GAP)];
        out.drawImage(tile, left, top, size, size);
        if (model.beyond.includes(index)) frame(out, left, top, size, theme);
      }
    },
  };
}

/** Which pictures the colours cannot show in full, in words. */
function beyondText({ beyond, farthest }) {
  if (!beyond.length) return "";
  const which = beyond.length === 1 ? "The framed one goes" : `The ${beyond.length} framed ones go`;
  return ` ${which} far beyond, up to ±${farthest === null ? "NaN" : format(farthest, 2)}.`;
}

function frame(context, left, top, size, theme) {
  context.save();
  context.strokeStyle = theme.text;
  context.lineWidth = 2;
  context.setLineDash([5, 3]);
  context.strokeRect(left + 1, top + 1, size - 2, size - 2);
  context.restore();
}

/** The number of columns that makes the pictures largest. */
function layout({ width, height }, count) {
  let best = { columns: 1, size: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const size = Math.floor(Math.min((width - (columns - 1) * GAP) / columns, (height - (rows - 1) * GAP) / rows));
    if (size > best.size) best = { columns, size };
  }
  return best;
}

function paint(pixels, weights, ground) {
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] / 127;
    const end = weight > 0 ? FOR : AGAINST;
    const share = Math.abs(weight);
    for (let channel = 0; channel < 3; channel++) {
      pixels[4 * index + channel] = ground[channel] + share * (end[channel] - ground[channel]);
    }
    pixels[4 * index + 3] = 255;
  }
}

function patch(colour) {
  const span = element("span", { class: "patch", "aria-hidden": "true" });
  span.style.background = `rgb(${colour.join(",")})`;
  return span;
}

function rgb(colour) {
  const hex = colour.match(/^#([0-9a-f]{6})$/i)?.[1];
  return hex ? [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)) : [250, 250, 250];
}
