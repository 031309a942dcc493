// The stage's bar of time: how fast it plays, and how long the walks are.

import { element, refresh } from "../parts/dom.js";
import { createPlayback } from "../parts/playback.js";

const SPEEDS = [1, 3, 10, 30, 60];

/** The bar: `act(name)` for first, back, play, step, last; `onStep(k)`, `onSpeed`, `onSteps`. */
export function createTimes({ act, onStep, onSpeed, onSteps }) {
  const speed = element("select", { class: "choice", "aria-label": "Speed", onchange: () => onSpeed(Number(speed.value)) },
    ...SPEEDS.map((value) => element("option", { value, text: `${value} a second` })));
  const steps = element("select", { class: "choice", "aria-label": "Length of the walk", onchange: () => onSteps(Number(steps.value)) });
  const transport = createPlayback({ act, onStep, choices: [element("div", { class: "choices" }, speed, steps)] });
  return {
    bar: transport.bar,
    speed(value) { speed.value = value; },
    choices(values) {
      steps.replaceChildren(...values.map((value) => element("option", { value, text: `${value} steps` })));
    },
    draw(frame) {
      transport.draw(frame);
      refresh(steps, frame.model.steps);
    },
  };
}
