// The learning rate: a logarithmic slider, a box for any number, and steps worth trying.

import { element, refresh } from "../parts/dom.js";
import { format } from "../parts/numbers.js";

const [LOW, HIGH] = [-5, 1]; // powers of ten on the slider; the box takes more
const [LEAST, MOST] = [1e-8, 1e4];
const STOPS = 20; // a power of ten
const PATIENCE = 2000; // ms
const FACTORS = [["÷ 3", 1 / 3], ["× 3", 3], ["× 30", 30]];

/** The row: `onRate(value)` whenever it is to change, also while it runs and nothing is reset. */
export function createRate({ onRate }) {
  let rate = 0.1;
  let own = 0.1;
  let shown = false;
  let mine = null; // what the hand has set, until Python says the same or time is up
  const set = (value) => {
    rate = Math.min(Math.max(Number(value.toPrecision(3)), LEAST), MOST);
    mine = { rate, until: performance.now() + PATIENCE };
    show();
    onRate(rate);
  };
  const slider = element("input", {
    type: "range", class: "slider", min: LOW * STOPS, max: HIGH * STOPS, step: 1, "aria-label": "Learning rate",
    oninput: () => set(10 ** (Number(slider.value) / STOPS)),
  });
  const box = element("input", {
    type: "text", class: "number", inputmode: "decimal", "aria-label": "Learning rate, exactly",
    onchange: () => {
      const value = Number(box.value.trim().replace("−", "-"));
      const sound = box.value.trim() !== "" && value >= LEAST && value <= MOST;
      box.setCustomValidity(sound ? "" : `A rate lies between ${LEAST} and ${MOST}.`);
      if (sound) set(value);
      else box.reportValidity();
    },
  });
  const factors = FACTORS.map(([text, factor]) => element("button", {
    type: "button", class: "preset", text, "aria-label": `Learning rate ${text}`, onclick: () => set(rate * factor),
  }));
  const back = element("button", { type: "button", class: "preset", onclick: () => set(own) });
  const row = element("div", { class: "rate", role: "group", "aria-label": "Learning rate" },
    element("span", { class: "label", text: "Learning rate" }), box, slider,
    element("div", { class: "buttons" }, ...factors, back),
    element("p", { class: "note", text: "Change it at any time, also while it learns: the network goes on from where it is." }));

  function show() {
    refresh(box, String(rate));
    if (box.getRootNode().activeElement !== box) box.setCustomValidity("");
    slider.value = Math.log10(rate) * STOPS;
    slider.setAttribute("aria-valuetext", String(rate));
    back.textContent = `usual ${format(own)}`;
    back.disabled = rate === own;
  }

  return {
    row,
    draw({ model }) {
      own = model.ownRate;
      if (mine && (model.rate === mine.rate || performance.now() > mine.until)) mine = null;
      if (mine || (rate === model.rate && shown)) return;
      shown = true;
      rate = model.rate;
      show();
    },
  };
}
