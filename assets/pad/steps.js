// The steps of the preparation: each a switch, with the picture and the answer without it.

import { element, setText } from "../parts/dom.js";
import { bytesOf, createPicture } from "../parts/picture.js";

/** `toggle(key, on)` */
export function createSteps({ toggle }) {
  const list = element("div", { class: "list" });
  const flips = element("p", { class: "flips" });
  const body = element("section", { class: "steps" },
    element("h3", { text: "How your drawing is prepared" }), flips, list);
  const cards = new Map();
  return {
    body,
    draw({ steps, reading, arrays }, busy) {
      for (const step of steps) {
        if (!cards.has(step.key)) {
          cards.set(step.key, createCard(step, toggle));
          list.append(cards.get(step.key).body);
        }
        cards.get(step.key).draw(step, arrays[`variant.${step.key}`]);
      }
      const made = steps.some(({ usable }) => !usable) ? "A test digit is cropped and centred already. " : "";
      flips.setAttribute("aria-live", busy ? "off" : "polite");
      setText(flips, reading ? made + reading.flips : "Each step can be left out, to see what it is for.");
    },
  };
}

function createCard({ key, name }, toggle) {
  const picture = createPicture("", 112);
  const state = element("span", { class: "state" });
  const means = element("span", { class: "means" });
  const other = element("span", { class: "other" });
  let on = true;
  const body = element("button", { type: "button", class: "step", role: "switch", "data-step-key": key, onclick: () => toggle(key, !on) },
    picture.canvas,
    element("span", { class: "text" }, element("span", { class: "name" }, element("span", { text: name }), state), means, other));
  picture.canvas.setAttribute("aria-hidden", "true");
  return {
    body,
    draw(step, variant) {
      on = step.on;
      body.hidden = !step.usable;
      body.setAttribute("aria-checked", on);
      body.classList.toggle("flips", Boolean(step.flips));
      state.textContent = on ? "on" : "off";
      means.textContent = step.means;
      const way = on ? "Without it" : "With it";
      other.textContent = step.other === null ? "" : `${way}: ${step.other} (${step.chance})${step.flips ? " – another answer" : ""}`;
      picture.draw(variant ? bytesOf(variant) : null);
    },
  };
}
