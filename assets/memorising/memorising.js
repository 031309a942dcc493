// True labels beside shuffled ones, learnt while one looks. Python does the updates, a tick at a
// time; a pause simply asks for no more ticks.

import { createSide } from "./side.js";
import { element, setText } from "../parts/dom.js";
import { picturesOf } from "../parts/film.js";
import { createLine } from "../parts/line.js";
import { mountOf, nextFrame, spacePlays, styleSheets, watchTheme } from "../parts/mount.js";
import { readTheme } from "../parts/palette.js";
import { createSpeed } from "../parts/speed.js";
import { createPlay, paceText, transportButton } from "../parts/transport.js";

const READABLE = 160; // ms; while it runs, words change no faster than one can read them
const MOST = 100_000; // updates of a tick: as many as its time allows

export default mountOf(".downhill-memorising", createMemorising);

function createMemorising(root) {
  const state = { model: null, playing: false, theme: readTheme(root), spoken: 0 };
  const line = createLine();
  const speed = createSpeed();
  let left = false;
  const repaint = nextFrame(() => paint());
  const parts = createParts(root, { act, repaint });
  watchTheme(root, () => { state.theme = readTheme(root); repaint(); });
  spacePlays(root, () => act(state.playing ? "pause" : "play"));

  function act(name) {
    if (name === "play" && !state.model.over) {
      state.playing = true;
      speed.restart();
      line.run(() => ({ generation: state.model.generation, most: MOST, pictures: 1 }));
    } else if (name === "pause") {
      pause();
    } else if (name === "reset") {
      pause();
      line.send("reset");
    }
    repaint();
  }

  function pause() {
    line.stop();
    if (state.playing) line.send("pause");
    state.playing = false;
  }

  function paint() {
    const { model, theme, playing } = state;
    if (!model || left) return;
    const now = performance.now();
    const readable = !playing || now - state.spoken > READABLE;
    if (readable) state.spoken = now;
    parts.draw({ model, theme, playing, readable, pace: speed.pace() });
    const last = (name) => model.arrays[name].data.at(-1).toFixed(4);
    Object.assign(root.dataset, {
      ready: "true", playing, over: model.over, epoch: model.epoch, updates: model.updates, generation: model.generation,
      idle: line.idle, seen: `${last("seen.true")} ${last("seen.shuffled")}`, unseen: `${last("unseen.true")} ${last("unseen.shuffled")}`,
    });
  }

  return {
    connect: line.connect,
    leave() {
      left = true;
      line.leave();
      parts.destroy();
    },
    receive(message) {
      const model = picturesOf(message).at(-1);
      const other = state.model !== null && model.generation !== state.model.generation;
      state.model = model;
      if (state.playing && (model.over || other)) pause(); // first, or the answer asks for a tick
      line.answered(model.heard, model.acknowledged, model.period);
      if (other) speed.restart();
      speed.note(model);
      repaint();
    },
  };
}

function createParts(root, { act, repaint }) {
  const play = createPlay(act);
  const reset = transportButton("reset", "Reset", "The same random weights again (same seed)", act);
  const counter = element("span", { class: "counter" });
  const pace = element("span", { class: "pace" });
  const verdict = element("p", { class: "verdict" });
  const sides = [
    createSide("True labels", "each picture with what it shows", repaint),
    createSide("Shuffled labels", "the same labels, dealt out anew at random", repaint),
  ];
  root.tabIndex = -1;
  root.classList.add("live");
  root.replaceChildren(
    ...styleSheets(import.meta.url, "../parts/live.css", "memorising.css"),
    element("div", { class: "transport", role: "group", "aria-label": "Training" },
      element("div", { class: "buttons" }, play.button, reset), counter, pace),
    verdict, element("div", { class: "sides" }, ...sides.map(({ body }) => body)));
  return {
    destroy() { for (const side of sides) side.destroy(); },
    draw(frame) {
      const { model, playing, readable } = frame;
      sides.forEach((side, index) => side.draw(frame, model.sides[index]));
      play.show(playing);
      if (!readable) return;
      play.button.disabled = model.over;
      reset.disabled = model.updates === 0;
      setText(counter, `Epoch ${model.epoch} · ${model.updates.toLocaleString("en")} updates each`);
      setText(pace, paceText(frame.pace, playing, model));
      verdict.setAttribute("aria-live", playing ? "off" : "polite");
      setText(verdict, model.verdict);
    },
  };
}
