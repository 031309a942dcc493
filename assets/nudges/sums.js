// Who asks what of a layer: one column for each that asks, added up at the end of each row.

import { element } from "../parts/dom.js";
import { arrow, figure, withSign } from "../parts/figures.js";
import { mostOf, nudge } from "../parts/nudge.js";

/**
 * The wishes for a layer as a table. `askers`: only these of the layer after, or all where null.
 * `draw(progress)` shows so many of the columns, and the sums of those.
 */
export function createSums(model, layer, lit, askers = null) {
  const { arrays } = model;
  const { data, shape: [rows, columns] } = arrays[`requests.${layer + 1}`];
  const all = askers ?? Array.from({ length: columns }, (_, at) => at);
  const others = askers ? null : arrays[`others.${layer + 1}`].data;
  const rest = others && model.sizes[layer + 1] > columns; // of a larger layer not all are shown
  const whole = askers ? Array.from({ length: rows }, (_, row) => all.reduce((sum, at) => sum + data[row * columns + at], 0)) : arrays[`wishes.${layer}`].data;
  const most = mostOf(data);
  const furthest = mostOf(whole);
  const heads = [...all.map((at) => headOf(model, layer + 1, at)), ...(rest ? ["others"] : [])];
  const lines = Array.from({ length: rows }, (_, row) => {
    const values = [...all.map((at) => data[row * columns + at]), ...(rest ? [others[row]] : [])];
    const sum = element("td", { class: "sum" });
    const cells = values.map((value) => wishCell(value, most));
    const line = element("tr", { class: row === lit ? "lit" : null },
      element("th", { scope: "row", text: arrays[`shown.${layer}`].data[row] + 1 }), ...cells, sum);
    return { line, values, cells, sum, row };
  });
  const asking = layer + 1 === model.sizes.length - 1 ? "asked by output" : `asked by neuron of layer ${layer + 1}`;
  const body = element("div", { class: "sums" },
    element("h3", { text: `Wishes for layer ${layer}` }),
    element("p", { class: "lead", text: "Each row is a neuron, each column one that hears it and has a wish. What they wish is added up, row by row." }),
    element("div", { class: "wide" }, element("table", { class: `matrix ${askers ? "of-two" : ""}`, "aria-label": `Wishes for layer ${layer}, ${asking}, added up` },
      element("thead", {},
        element("tr", {}, element("th", { scope: "col", text: "" }), element("th", { colspan: heads.length, scope: "colgroup", text: asking }), element("th", { text: "" })),
        element("tr", {}, element("th", { scope: "col", text: "neuron" }), ...heads.map((text) => element("th", { scope: "col", text })), element("th", { scope: "col", text: askers ? "together" : "all together" }))),
      element("tbody", {}, ...lines.map(({ line }) => line)))));
  let counted = -1;
  return {
    body,
    draw(progress) {
      const count = Math.round(progress * heads.length);
      if (count === counted) return;
      counted = count;
      for (const { values, cells, sum, row } of lines) {
        cells.forEach((cell, at) => cell.classList.toggle("coming", at >= count));
        const so = count >= heads.length ? whole[row] : values.slice(0, count).reduce((total, value) => total + value, 0);
        sum.replaceChildren(nudge(so, furthest));
      }
    },
  };
}

function headOf({ sizes, arrays }, layer, at) {
  const number = arrays[`shown.${layer}`].data[at];
  return String(layer === sizes.length - 1 ? number : number + 1);
}

function wishCell(value, most) {
  const cell = element("td", { class: `wish ${value > 0 ? "up" : value < 0 ? "down" : "none"}`, "aria-label": withSign(value) },
    element("span", { class: "way", text: arrow(value) }), element("span", { class: "value", text: shortly(value) }));
  cell.style.setProperty("--share", most ? (Math.abs(value) / most).toFixed(3) : 0);
  return cell;
}

/** A wish in as few signs as a cell has room for. */
function shortly(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  return `${value < 0 ? "−" : "+"}${size >= 0.01 ? size.toFixed(2) : figure(Number(size.toPrecision(1)))}`;
}

/** What the slope lets through: wish × slope = push, for each neuron of a layer. */
export function slopes(model, layer, lit) {
  const { arrays } = model;
  const [said, wishes, steep, pushes] = ["said", "wishes", "slopes", "pushes"].map((name) => arrays[`${name}.${layer}`].data);
  const most = mostOf(wishes);
  const output = layer === model.sizes.length - 1;
  const rows = Array.from(said, (value, at) => element("tr", { class: at === lit ? "lit" : steep[at] === 0 ? "silent" : null },
    element("th", { scope: "row", text: headOf(model, layer, at) }),
    element("td", { text: value === 0 ? "nothing" : figure(value) }), element("td", {}, nudge(wishes[at], most)),
    element("td", { class: "times", text: `× ${figure(steep[at])}` }), element("td", {}, nudge(pushes[at], most))));
  return element("div", { class: "slopes" },
    element("h3", { text: output ? "From wish to push, at the outputs" : `From wish to push, in layer ${layer}` }),
    element("p", { class: "lead", text: "A wish is about what a neuron says. What can be pushed is its sum: wish × slope = push." }),
    element("div", { class: "wide" }, element("table", { class: "numbers", "aria-label": "Wish times slope is push" },
      element("thead", {}, element("tr", {}, ...[output ? "output" : "neuron", "says", "wish", "slope", "push"].map((text) => element("th", { scope: "col", text })))),
      element("tbody", {}, ...rows))));
}
