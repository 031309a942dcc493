// The start in numbers, for keyboards and for exactness.

import { element, refresh } from "../parts/dom.js";

/** One box for each coordinate; arrows up and down nudge by a hundredth of the picture. */
export function createStart({ onStart }) {
  const row = element("div", { class: "start", role: "group", "aria-label": "Start" });
  let model = null;
  let boxes = [];
  const read = () => boxes.map((box) => (box.value.trim() === "" ? NaN : Number(box.value.trim().replace(",", "."))));
  const choose = () => {
    const point = read();
    const fits = point.every((value) => Math.abs(value) <= 1e6);
    boxes.forEach((box) => box.setCustomValidity(fits ? "" : "A coordinate is a number within a million of zero."));
    boxes.find((box) => !box.reportValidity());
    if (fits) onStart(point);
  };
  const nudge = (event, axis) => {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    const [low, high] = model.terrain[axis];
    const box = boxes["xy".indexOf(axis)];
    box.value = Number((Number(box.value) + (way * (high - low)) / 100).toPrecision(12));
    choose();
  };
  return {
    row,
    update(newest) {
      const first = !model;
      model = newest;
      if (first) {
        boxes = ["x", "y"].slice(0, model.dimension).map((axis, index) => element("input", {
          type: "text", inputmode: "decimal", class: "number", size: 8, "aria-label": `Start ${model.terrain.axes[index]}`,
          title: "Arrows up and down move it", onchange: choose, onkeydown: (event) => nudge(event, axis),
        }));
        row.append(element("span", { class: "label", text: "Start at" }), ...boxes);
      }
      boxes.forEach((box, index) => refresh(box, String(model.start[index])));
    },
  };
}
