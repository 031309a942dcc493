// The cures, one switch each. What is pressed shows at once; Python's answer follows.

import { element } from "../parts/dom.js";

/** The row: `onCure(key, on)` when one is switched. */
export function createCures(onCure) {
  const row = element("div", { class: "cures", role: "group", "aria-label": "Cures" });
  let switches = [];
  const make = ({ key, name, short }) => {
    const button = element("button", {
      type: "button", class: "cure", role: "switch", "aria-checked": "false",
      onclick: () => {
        const on = button.getAttribute("aria-checked") !== "true";
        button.setAttribute("aria-checked", on);
        onCure(key, on);
      },
    }, element("span", { class: "knob", "aria-hidden": "true" }), element("span", { class: "what", text: name }), element("span", { class: "note", text: short }));
    return button;
  };
  return {
    row,
    draw({ latest, waiting }) {
      if (!switches.length) {
        switches = latest.cures.map(make);
        row.replaceChildren(element("span", { class: "label", text: "Cures" }), ...switches);
      }
      if (waiting) return;
      latest.cures.forEach(({ on }, index) => switches[index].setAttribute("aria-checked", on));
    },
  };
}
