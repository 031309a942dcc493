// A walk over the pixels of a picture, played: what it looks like, what the network says to it, and
// how its chance rises. All frames came from Python at once.

import { element, setText } from "../parts/dom.js";
import { onKey } from "../parts/keys.js";
import { mountOf, styleSheets, watchTheme } from "../parts/mount.js";
import { readTheme } from "../parts/palette.js";
import { createPlayback } from "../parts/playback.js";
import { createChances } from "./chances.js";
import { createClimb } from "./climb.js";
import { createFacts, narrate } from "./facts.js";
import { createSight } from "./sight.js";

const SPEEDS = [3, 10, 30];

export default mountOf(".downhill-imagining", createImagining);

function createImagining(root) {
  const state = { model: null, step: 0, playing: false, speed: 10, theme: readTheme(root) };
  let [asked, left, played] = [false, false, null];
  const repaint = () => {
    if (asked || left) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; paint(); });
  };
  const goTo = (step) => { state.step = Math.min(Math.max(step, 0), state.model.steps); repaint(); };
  const parts = createParts(root, state, { act, repaint, onStep: (step) => { state.playing = false; goTo(Math.round(step)); } });
  watchTheme(root, () => { state.theme = readTheme(root); repaint(); });
  root.tabIndex = -1;
  root.addEventListener("keydown", (event) => onKey(event, act));

  function act(name) {
    const { step, model: { steps } } = state;
    const wasPlaying = state.playing;
    state.playing = false;
    if (name === "play" && !wasPlaying) play(step >= steps ? 0 : step);
    else goTo({ first: 0, back: step - 1, step: step + 1, last: steps }[name] ?? step);
  }

  function play(from) {
    goTo(from);
    state.playing = true;
    const run = played = {};
    let before = null;
    let due = 0;
    const next = (now) => {
      if (!state.playing || played !== run || left) return;
      if (before !== null) due += ((now - before) / 1000) * state.speed;
      before = now;
      if (due >= 1) {
        goTo(state.step + Math.floor(due));
        due %= 1;
      }
      if (state.step >= state.model.steps) state.playing = false;
      repaint();
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  }

  function paint() {
    const { model, step, playing } = state;
    if (!model || left) return;
    parts.draw(state);
    const chance = model.arrays.chances.data[10 * step + model.label];
    Object.assign(root.dataset, {
      ready: "true", step, last: model.steps, playing, label: model.label, chance: chance.toFixed(4),
      moved: model.arrays.moved.data[step].toFixed(4), identity: model.identity,
    });
  }

  return {
    connect() {},
    receive(model) {
      const known = state.model;
      state.model = model;
      if (known?.identity !== model.identity) {
        Object.assign(state, { step: 0, playing: false });
        parts.update(model);
        const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
        if (known && !still) play(0); // at the first visit it waits to be asked
      }
      repaint();
    },
    leave() {
      left = true;
      parts.destroy();
    },
  };
}

function createParts(root, state, { act, repaint, onStep }) {
  const speed = element("select", { class: "choice", "aria-label": "Speed", onchange: () => { state.speed = Number(speed.value); } },
    ...SPEEDS.map((value) => element("option", { value, text: `${value} a second` })));
  speed.value = state.speed;
  const transport = createPlayback({ act, onStep, choices: [speed] });
  const sight = createSight();
  const chances = createChances();
  const climb = createClimb({ repaint, onStep });
  const facts = createFacts();
  const sentence = element("p", { class: "sentence", "aria-live": "polite" });
  root.replaceChildren(...styleSheets(import.meta.url, "imagining.css"),
    element("div", { class: "lab" }, sight.body, chances.body, climb.body), transport.bar, sentence, facts.body);
  return {
    update(model) {
      sight.update(model);
      facts.update(model);
    },
    draw(frame) {
      const { model, step, playing } = frame;
      sentence.setAttribute("aria-live", playing ? "off" : "polite");
      setText(sentence, narrate(model, step));
      for (const part of [sight, chances, climb, facts]) part.draw(frame);
      transport.draw({ step, last: model.steps, playing });
    },
    destroy: climb.destroy,
  };
}
