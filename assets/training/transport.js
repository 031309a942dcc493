// Play, pause, one mini-batch, one epoch; back an epoch, reset, another seed; how fast.

import { element, icon, setText } from "../parts/dom.js";

const ICONS = {
  play: "M7 4v16l13-8z",
  pause: "M7 5h4v14H7zM13 5h4v14h-4z",
  batch: "M8 5v14l10-7z",
  epoch: "M4 5v14l8-7zM12 5v14l8-7z",
  back: "M12 5v14l-8-7zM20 5v14l-8-7z",
  reset: "M12 5V2L7 6.5 12 11V8a4.5 4.5 0 1 1-4.5 4.5H4.6A7.4 7.4 0 1 0 12 5z",
  seed: "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm3 3.5A1.5 1.5 0 1 0 8 9.500 1.500 1.500 0 0 0 8 6.500zm4 4A1.500 1.500 0 1 0 12 13.500 1.500 1.500 0 0 0 12 10.500zm4 4A1.500 1.500 0 1 0 16 17.500 1.500 1.500 0 0 0 16 14.500z",
};
const SPEEDS = [
  ["slow first, then full speed", (updates) => 1 + Math.floor(updates / 20)],
  ["full speed", () => 100_000],
  ["10 updates a picture", () => 10],
  ["1 update a picture", () => 1],
];

/** The bar: `act(name)` for each button; most(model): how many updates the next tick may take. */
export function createTransport({ act }) {
  const button = (name, text, title) => element(
    "button", { type: "button", class: `button ${name}`, title, onclick: () => act(name) },
    icon(ICONS[name]), element("span", { text }),
  );
  const play = element("button", { type: "button", class: "button play", onclick: () => act(play.dataset.act) });
  const batch = button("batch", "One mini-batch", "One update, and look");
  const epoch = button("epoch", "One epoch", "Go on until every picture has been seen once more");
  const back = button("back", "Back an epoch", "Back to what it was then, with the settings of then");
  const reset = button("reset", "Reset", "The same random weights again (same seed)");
  const seed = button("seed", "New seed", "Other random weights, and the pictures in another order");
  const speed = element("select", { class: "choice", "aria-label": "Speed" },
    ...SPEEDS.map(([text], index) => element("option", { value: index, text })));
  const bar = element("progress", { max: 1, value: 0, "aria-label": "Progress of the epoch" });
  const counter = element("span", { class: "counter" });
  const pace = element("span", { class: "pace" });
  const body = element("div", { class: "transport", role: "group", "aria-label": "Training" },
    element("div", { class: "buttons" }, play, batch, epoch),
    element("div", { class: "buttons" }, back, reset, seed),
    speed,
    element("div", { class: "epochs" }, counter, bar, pace));
  let shown = null;

  return {
    bar: body,
    most: ({ updates }) => SPEEDS[Number(speed.value)][1](updates),
    draw({ model, playing, readable, pace: seen }) {
      bar.value = model.progress;
      if (readable) {
        setText(counter, `Epoch ${model.epoch + 1} · ${model.updates.toLocaleString("en")} updates`);
        setText(pace, paceText(seen, playing, model));
        setText(batch.querySelector("span"), { "stochastic": "One picture", "batch": "One batch" }[model.batch] ?? "One mini-batch");
        batch.disabled = epoch.disabled = play.disabled = model.lost >= 0;
        back.disabled = model.back === null;
        reset.disabled = model.updates === 0 && model.lost < 0;
      }
      if (shown === playing) return;
      shown = playing;
      play.dataset.act = playing ? "pause" : "play";
      play.replaceChildren(icon(playing ? ICONS.pause : ICONS.play), element("span", { text: playing ? "Pause" : "Play" }));
    },
  };
}

function paceText(seen, playing, { workers }) {
  if (!playing || !seen) return "";
  const round = (value) => Number(value.toPrecision(2)).toLocaleString("en");
  const shared = workers > 1 ? `, shared with ${workers - 1} more` : "";
  return `${round(seen.updates)} updates a second, ${round(seen.examples)} examples${shared}`;
}
