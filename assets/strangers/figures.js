// The threshold, and the three figures that decide whether it is worth its price.

import { element, setText } from "../parts/dom.js";
import { share } from "../parts/numbers.js";
import { levelText } from "./nines.js";

export function createFigures(onStop) {
  const level = element("output", { class: "level" });
  const slider = element("input", {
    type: "range", class: "threshold", min: 0, max: 160, step: 1, "aria-label": "Least confidence that counts as an answer",
    oninput: () => onStop(Number(slider.value)),
  });
  const answered = createFigure("answered", "of the test digits it still answers");
  const right = createFigure("right", "of these it reads right");
  const through = createFigure("through", "of the strangers get an answer, too, each kind counted alike");
  const body = element("div", { class: "figures" },
    element("label", { class: "ask" }, element("span", { text: "It answers if it is at least this sure:" }), level, slider),
    answered.item, right.item, through.item);
  return {
    body,
    draw({ model: { arrays, kinds }, stop }) {
      const at = (name) => arrays[name].data[stop];
      const strangers = kinds.filter(({ real }) => !real);
      const let_in = strangers.reduce((sum, { key }) => sum + at(`through.${key}`), 0) / strangers.length;
      const text = levelText(at("levels"));
      setText(level, text);
      slider.max = arrays.levels.data.length - 1;
      slider.value = stop;
      answered.say(share(at("coverage"), 1));
      right.say(at("coverage") ? share(at("accuracy"), 1) : "none left");
      through.say(share(let_in, 1));
      slider.setAttribute("aria-valuetext",
        `${text}: ${share(at("coverage"), 1)} of the test digits answered, ${share(let_in, 1)} of the strangers too`);
    },
  };
}

function createFigure(key, text) {
  const value = element("b");
  const item = element("p", { class: `figure ${key}` }, value, element("span", { text }));
  return { item, say: (said) => setText(value, said) };
}
