// Play, pause, one mini-batch, one epoch; back an epoch, reset, another seed; how fast.

import { element, setText } from "../parts/dom.js";
import { counted } from "../parts/numbers.js";
import { createPlay, createSpeedChoice, paceText, transportButton } from "../parts/transport.js";

/** The bar: `act(name)` for each button; most(model): how many updates the next tick may take. */
export function createTransport({ act }) {
  const button = (name, text, title) => transportButton(name, text, title, act);
  const play = createPlay(act);
  const speed = createSpeedChoice();
  const batch = button("batch", "One mini-batch", "One update, and look");
  const epoch = button("epoch", "One epoch", "Go on until every picture has been seen once more");
  const back = button("back", "Back an epoch", "Back to what it was then, with the settings of then");
  const reset = button("reset", "Reset", "The same random weights again (same seed)");
  const seed = button("seed", "New seed", "Other random weights, and the pictures in another order");
  const bar = element("progress", { max: 1, value: 0, "aria-label": "Progress of the epoch" });
  const counter = element("span", { class: "counter" });
  const pace = element("span", { class: "pace" });
  const body = element("div", { class: "transport", role: "group", "aria-label": "Training" },
    element("div", { class: "buttons" }, play.button, batch, epoch),
    element("div", { class: "buttons" }, back, reset, seed),
    speed.choice,
    element("div", { class: "epochs" }, counter, bar, pace));

  return {
    bar: body,
    most: ({ updates }) => speed.most(updates),
    draw({ model, playing, readable, pace: seen }) {
      bar.value = model.progress;
      if (readable) {
        setText(counter, `Epoch ${model.epoch + 1} · ${counted(model.updates, "update")}`);
        setText(pace, paceText(seen, playing, model));
        setText(batch.querySelector("span"), { "stochastic": "One picture", "batch": "One batch" }[model.batch] ?? "One mini-batch");
        batch.disabled = epoch.disabled = play.button.disabled = model.lost >= 0;
        back.disabled = model.back === null;
        reset.disabled = model.updates === 0 && model.lost < 0;
      }
      play.show(playing);
    },
  };
}
