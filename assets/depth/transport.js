// Play, pause, one update; reset, another seed; how fast.

import { element, setText } from "../parts/dom.js";
import { counted } from "../parts/numbers.js";
import { createPlay, createSpeedChoice, paceText, transportButton } from "../parts/transport.js";

/** The bar: `act(name)` for each button; most(updates): how many updates the next tick may take. */
export function createTransport(act) {
  const play = createPlay(act);
  const one = transportButton("step", "One update", "One update, and look", act);
  const reset = transportButton("reset", "Reset", "The same random weights again (same seed)", act);
  const seed = transportButton("seed", "New seed", "Other random weights, and the pictures in another order", act);
  const speed = createSpeedChoice();
  const counter = element("span", { class: "counter" });
  const pace = element("span", { class: "pace" });
  return {
    bar: element("div", { class: "transport", role: "group", "aria-label": "Training" },
      element("div", { class: "buttons" }, play.button, one),
      element("div", { class: "buttons" }, reset, seed), speed.choice, counter, pace),
    most: speed.most,
    draw({ model, playing, readable, pace: seen }) {
      play.show(playing);
      if (!readable) return;
      setText(counter, counted(model.updates, "update"));
      setText(pace, paceText(seen, playing, model));
      one.disabled = play.button.disabled = model.lost;
      reset.disabled = model.updates === 0 && !model.lost;
    },
  };
}
