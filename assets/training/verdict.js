// How it stands, in words; and where it went wrong, the way back.

import { element, setText } from "../parts/dom.js";

const WRONG = ["lost", "worse", "guessing"];

export function createVerdict(act) {
  const text = element("p", { class: "says", "aria-live": "polite" });
  const undo = element("button", { type: "button", class: "undo", hidden: true, onclick: () => act("undo") });
  const row = element("div", { class: "verdict" }, text, undo);
  return {
    row,
    draw({ model, playing, readable }) {
      if (!readable) return;
      const { kind, sentence } = model.verdict;
      const wrong = WRONG.includes(kind);
      text.setAttribute("aria-live", playing ? "off" : "polite");
      row.classList.toggle("wrong", wrong);
      setText(text, sentence);
      undo.hidden = !wrong || model.before === null || model.before === model.updates;
      setText(undo, `Back to update ${(model.before ?? 0).toLocaleString("en")}, before the change`);
    },
  };
}
