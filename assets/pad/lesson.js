// "It is a …": the right answer, a few gradient steps, and what they did.

import { element, setText } from "../parts/dom.js";
import { format, percent } from "../parts/numbers.js";

/** `teach(label, steps, rate)` and `forget()`. */
export function createLesson({ teach, forget }) {
  let label = null;
  const digits = Array.from({ length: 10 }, (_, digit) => element("button", {
    type: "button", class: "label", text: digit, "aria-pressed": "false", "aria-label": `It is a ${digit}`,
    onclick: () => { label = label === digit ? null : digit; refresh(); },
  }));
  const turns = element("div", { class: "turns" });
  const rate = element("select", { "aria-label": "Learning rate of the lesson" });
  const say = element("p", { class: "told", role: "status" });
  const table = element("dl", { class: "effects", hidden: true });
  const undo = element("button", { type: "button", class: "forget", text: "Undo the lessons", hidden: true, onclick: forget });
  const body = element("section", { class: "lesson" },
    element("h3", { text: "It is a …" }),
    element("div", { class: "labels", role: "group", "aria-label": "The right answer" }, ...digits),
    element("div", { class: "row" }, turns, element("label", { class: "rate" }, "learning rate", rate)),
    say, table, undo);
  let able = false;
  let before = null; // what lay on the pad

  /** What is said of one drawing holds for no other: an empty pad, or another picture, ends it. */
  function follow({ picture, reading }) {
    const here = picture ? picture.index : reading ? "drawing" : null;
    if (here !== before) label = picture?.label ?? null;
    before = here;
  }

  function refresh() {
    digits.forEach((button, digit) => button.setAttribute("aria-pressed", digit === label));
    for (const button of turns.children) button.disabled = !able || label === null;
  }

  return {
    body,
    draw(model) {
      const { reading, lesson, rates, turns: choices } = model;
      follow(model);
      if (!turns.children.length) {
        turns.append(...choices.map((steps) => element("button", {
          type: "button", text: steps === 1 ? "1 step" : `${steps} steps`, "data-steps": steps,
          onclick: () => teach(label, steps, Number(rate.value)),
        })));
        rate.append(...rates.map((value) => element("option", { value, text: format(value) })));
      }
      able = Boolean(reading);
      refresh();
      setText(say, lesson ? lesson.sentence : "Say which digit it is, and let the network take a few gradient steps on this one drawing.");
      undo.hidden = !lesson;
      table.hidden = !lesson?.here;
      if (lesson?.here) table.replaceChildren(...effects(lesson));
    },
  };
}

function effects({ chances, costs, right }) {
  return [
    ["chance of the right answer", chances.map(percent)],
    ["cost on this drawing", costs.map((cost) => (cost === null ? "∞" : format(cost)))],
    ["read right of 10,000 test digits", right.map((count) => `${(count / 100).toFixed(2)} %`)],
  ].flatMap(([name, [before, after]]) => [
    element("dt", { text: name }), element("dd", { text: before }), element("dd", { text: "→", "aria-label": "then" }), element("dd", { text: after })]);
}
