// The step is taken: the ten answers and the cost before and after, for a few learning rates.

import { element } from "../parts/dom.js";
import { arrow, figure } from "../parts/figures.js";
import { mostOf } from "../parts/nudge.js";
import { format } from "../parts/numbers.js";
import { questions } from "./questions.js";
import { decimals } from "./words.js";

/** `pick(at)`: another of the rates. */
export function taken(model, rate, pick) {
  const last = model.sizes.length - 1;
  const before = model.arrays[`said.${last}`].data;
  const after = model.arrays.after.data.subarray(10 * rate, 10 * rate + 10);
  const most = Math.max(mostOf(before), mostOf(after), 1e-9);
  const rows = Array.from(before, (value, digit) => {
    const changed = after[digit] - value;
    return element("tr", { class: digit === model.digit.label ? "lit" : null },
      element("th", { scope: "row", text: digit }), element("td", { text: decimals(value) }), bar(value / most),
      element("td", { class: changed > 0 ? "up" : "down", text: `${arrow(changed)} ${decimals(after[digit])}` }), bar(after[digit] / most));
  });
  return element("div", { class: "taken" },
    element("h3", { text: "The step is taken" }),
    element("div", { class: "rates", role: "group", "aria-label": "Learning rate" }, element("span", { text: "Learning rate" }),
      ...model.after.map(({ rate: value }, at) => element("button", {
        type: "button", "data-rate": value, "aria-pressed": String(at === rate), text: format(value), onclick: () => pick(at),
      }))),
    element("p", { class: "lead outcome", role: "status", text: [outcome(model, model.after[rate]), elsewhere(model.after[rate]), against(model, before, after)].filter(Boolean).join(" ") }),
    element("p", { class: "lead moral", text: "So what each weight is asked to do is: the push on the neuron it leads to × what the neuron it comes from says. And the push on a neuron is what those after it ask of it, each through its weight, added up, times its slope: nothing for a silent one." }),
    element("div", { class: "beside" }, element("table", { class: "numbers before-after", "aria-label": "The ten outputs before and after the step" },
      element("thead", {}, element("tr", {}, ...["output", "before", "", "after", ""].map((text) => element("th", { scope: "col", text })))),
      element("tbody", {}, ...rows)), ...[questions(model)].filter(Boolean)));
}

function bar(share) {
  const fill = element("span", { class: "said-fill" });
  fill.style.width = `${100 * Math.min(Math.max(share, 0), 1)}%`;
  return element("td", { class: "said-bar", "aria-hidden": "true" }, fill);
}

function outcome({ cost, parameters }, { cost: after, promised }) {
  if (cost === null || after === null) return "With this rate the numbers grow beyond all bounds.";
  const count = parameters.toLocaleString("en");
  const straight = promised === null ? "" : ` Were the ground as steep all the way, it would have fallen by ${figure(promised)}${promised > cost ? ", which is more than there was: it flattens" : ""}.`;
  if (after <= cost) return `All ${count} weights and biases moved by rate × nudge. The cost fell from ${figure(cost)} to ${after ? figure(after) : "almost 0"}.${straight}`;
  return `All ${count} weights and biases moved by rate × nudge, and that was too far: the cost rose from ${figure(cost)} to ${figure(after)}.${straight}`;
}

/** What the same step does to others, which were not asked. */
function elsewhere({ others: [before, after] }) {
  if (before === null) return "";
  if (after === null) return "For ten other digits it is beyond all numbers.";
  return `Ten other digits were not asked: their cost went from ${figure(before)} to ${figure(after)} on average${after > before ? ". What is good for one is not good for all" : ""}.`;
}

/** Which outputs went up against what was wanted: they share their neurons. */
function against({ arrays, sizes }, before, after) {
  const wishes = arrays[`wishes.${sizes.length - 1}`].data;
  const digits = Array.from(wishes.keys()).filter((at) => wishes[at] < 0 && after[at] - before[at] > 0.0005);
  if (!digits.length) return "";
  const [whose, were] = digits.length === 1 ? [`Output ${digits[0]}`, "was"] : [`Outputs ${digits.slice(0, -1).join(", ")} and ${digits.at(-1)}`, "were"];
  return `${whose} ${were} wanted down and went up: all ten hear the same neurons, and not all of their wishes can come true.`;
}
