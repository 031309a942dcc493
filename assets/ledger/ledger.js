// The ledger: a row for each example, a column for each parameter, and the average that is used.

import { element, setText } from "../parts/dom.js";
import { figure } from "../parts/figures.js";
import { createSender } from "../parts/messages.js";
import { mountOf, styleSheets } from "../parts/mount.js";
import { mostOf, nudge } from "../parts/nudge.js";
import { format } from "../parts/numbers.js";
import { createPicture } from "../parts/picture.js";
import { createAdder } from "./adder.js";

export default mountOf(".downhill-ledger", createLedger);

function createLedger(root) {
  const sender = createSender();
  const notice = element("p", { class: "notice", role: "status", hidden: true });
  const others = element("button", { type: "button", class: "others", text: "Ten other examples" });
  const usual = element("button", { type: "button", class: "usual", text: "The usual columns", onclick: () => sender.send("usual") });
  const place = element("div", { class: "wide" });
  const sentence = element("p", { class: "sentence", "aria-live": "polite" });
  const check = element("p", { class: "check" });
  const adder = createAdder({ add: (fields) => sender.send("add", fields) });
  let [model, focus] = [null, null];
  others.addEventListener("click", () => sender.send("examples", { seed: model.next_seed }));
  root.replaceChildren(...styleSheets(import.meta.url, "ledger.css"), notice,
    element("div", { class: "tools" }, others, usual), place, sentence, check, adder.body);

  function draw() {
    const at = Math.min(focus ?? model.telling, model.columns.length - 1);
    notice.hidden = !model.notice;
    setText(notice, model.notice);
    usual.disabled = model.usual;
    const held = document.activeElement?.dataset.column;
    place.replaceChildren(tableOf(model, at, { look: (column) => { focus = column; draw(); }, remove: (column) => sender.send("remove", { column }) }));
    if (held !== undefined) place.querySelector(`.look[data-column="${held}"]`)?.focus();
    setText(sentence, model.columns[at].sentence);
    setText(check, checked(model));
    adder.draw(model);
    Object.assign(root.dataset, { ready: "true", ack: model.acknowledged, seed: model.seed, columns: model.columns.length, focus: at });
  }

  return {
    connect: sender.connect,
    receive(message) {
      if (model && model.columns.length !== message.columns.length) focus = null;
      model = message;
      sender.acknowledge(model.acknowledged);
      draw();
    },
    leave() {},
  };
}

function tableOf(model, focus, { look, remove }) {
  const { columns, labels, costs, mean_costs: means, arrays, counts } = model;
  const width = columns.length;
  // Each column has a scale of its own, for the nudges of layers differ a hundredfold.
  const most = columns.map((_, column) => mostOf([...labels.map((__, row) => arrays.nudges.data[row * width + column]), arrays.average.data[column]]));
  const lit = (column) => (column === focus ? "lit" : null);
  const numbers = (values) => columns.map((_, column) => element("td", { class: lit(column) }, nudge(values[column], most[column])));
  const line = (kind, head, cost, values) => element("tr", { class: kind },
    element("th", { scope: "row" }, ...head), element("td", { class: "cost", text: cost === null ? "∞" : figure(cost) }), ...numbers(values));
  const examples = labels.map((label, row) => line("example", [thumbnail(arrays.pictures.data.subarray(784 * row, 784 * row + 784), label), element("span", { text: `a ${label}` })],
    costs[row], arrays.nudges.data.subarray(row * width, row * width + width)));
  return element("table", { class: "ledger", "aria-label": "What each example asks of each parameter, and the average" },
    element("thead", {}, element("tr", {}, element("th", { scope: "col", text: "example" }), element("th", { scope: "col", text: "cost" }),
      ...columns.map(({ names }, column) => element("th", { scope: "col", class: lit(column) }, headOf(names, column, focus, look, width > 1 ? remove : null))))),
    element("tbody", {}, ...examples),
    element("tfoot", {},
      line("average", [element("span", { text: `average of the ${counts[0]}` })], means[0], arrays.average.data),
      line("used", [element("span", { text: "what the step uses" })], means[0], arrays.used.data),
      line("many", [element("span", { text: `average of ${counts[1]}` })], means[1], arrays.average_many.data)));
}

function headOf([whose, which], column, focus, look, remove) {
  const button = element("button", { type: "button", class: "look", "data-column": column, "aria-pressed": String(column === focus), onclick: () => look(column) },
    element("span", { class: "whose", text: whose }), element("span", { class: "which", text: which }));
  const out = element("button", { type: "button", class: "out", "aria-label": `Take out ${whose}, ${which}`, title: "Take this column out", text: "×", onclick: () => remove(column) });
  return element("div", { class: "head" }, button, ...(remove ? [out] : []));
}

function thumbnail(values, label) {
  const picture = createPicture(`a ${label}`, 28);
  picture.draw(Uint8Array.from(values, (value) => 255 * value));
  return picture.canvas;
}

function checked({ checked: [few, many], disagreements, exact, counts }) {
  const told = (value) => (value === null ? "no number" : value === 0 ? "nothing" : `${format(value, 2)} of its length`);
  return `The check: a step uses minus the gradient, which is worked out for all ${counts[0]} at once. Is that their average? Over ${few.toLocaleString("en")} weights and biases the two differ by ${told(disagreements[0])}`
    + ` (${counts[1]} examples${many === few ? "" : `, over the ${many} shown`}: ${told(disagreements[1])}). That is rounding: with twice the digits it is ${told(exact)}.`;
}
