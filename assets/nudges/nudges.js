// The passage: one digit's way through a network and back, step by step. This file holds the state
// and wires the parts; each part has its file. Nothing is asked of Python but another digit.

import { writeParameters } from "../parts/address.js";
import { element, setText } from "../parts/dom.js";
import { onKey, onPageKey } from "../parts/keys.js";
import { createSender } from "../parts/messages.js";
import { mountOf, styleSheets, watchTheme } from "../parts/mount.js";
import { createPlayback } from "../parts/playback.js";
import { createBoard } from "./board.js";
import { createChooser } from "./chooser.js";
import { createPanel } from "./panel.js";
import { nameOf, titled } from "./words.js";

const GROWS = 1100; // ms in which a step's picture comes about
const PACES = [["slowly", 70], ["at reading pace", 45], ["quickly", 20]]; // ms for each sign of a sentence
const HERE = { network: null, digit: null }; // ours in the address
let kept = { step: 0, rate: 1 }; // for whoever comes back to the page

export default mountOf(".downhill-nudges", createNudges);

function createNudges(root) {
  const state = { model: null, ...kept, playing: false, chosen: null, progress: 1, pace: 1 };
  const sender = createSender();
  let [asked, left, moving] = [false, false, null];
  const repaint = () => {
    if (asked || left) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; paint(); });
  };
  const parts = createParts(root, state, { ask: sender.send, act, goTo, choose, repaint });
  watchTheme(root, repaint);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && state.chosen) choose(null);
    onKey(event, act);
  });
  const fromPage = (event) => onPageKey(event, act);
  document.addEventListener("keydown", fromPage);

  const lastOf = () => (state.model?.story?.length ?? 1) - 1;

  /** To a step; its picture comes about unless the scrub is dragged or motion is not wanted. */
  function goTo(step, grows = false) {
    state.step = Math.min(Math.max(step, 0), lastOf());
    state.chosen = null;
    const still = !grows || window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    state.progress = still ? 1 : 0;
    if (!still) animate();
    repaint();
  }

  function animate() {
    const mine = moving = {};
    let before = null;
    const tick = (now) => {
      if (moving !== mine || left || state.progress >= 1) return;
      state.progress = Math.min(state.progress + (before === null ? 0 : (now - before) / GROWS), 1);
      before = now;
      repaint();
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  function act(name) {
    const moves = { first: 0, back: state.step - 1, step: state.step + 1, last: lastOf() };
    if (name in moves) {
      state.playing = false;
      goTo(moves[name], name === "step" && state.step < lastOf());
      return;
    }
    state.playing = !state.playing;
    if (state.playing) {
      goTo(state.step >= lastOf() ? 0 : state.step + 1, true); // the one that is shown has been read
      playOn();
    }
    repaint();
  }

  /** Plays on when the sentence has been read. */
  function playOn() {
    const run = state.run = {};
    const wait = GROWS + PACES[state.pace][1] * state.model.story[state.step].sentence.length;
    setTimeout(() => {
      if (!state.playing || state.run !== run || left) return;
      if (state.step < lastOf()) goTo(state.step + 1, true);
      if (state.step >= lastOf()) state.playing = false;
      else playOn();
      repaint();
    }, wait);
  }

  function choose(neuron) {
    state.playing = false;
    state.chosen = neuron;
    state.progress = 1;
    repaint();
  }

  function paint() {
    const { model, step, playing, chosen, progress } = state;
    if (!model || left) return;
    const began = performance.now();
    parts.draw(state);
    kept = { step, rate: state.rate };
    Object.assign(root.dataset, {
      ready: "true", ack: model.acknowledged, step, last: lastOf(), playing, kind: model.story?.[step].kind ?? "",
      chosen: chosen ?? "", whole: progress >= 1, digit: model.digit?.index ?? "", version: model.version ?? "", rate: state.rate,
      painted: (performance.now() - began).toFixed(2),
    });
  }

  return {
    connect: sender.connect,
    receive(model) {
      const other = state.model?.version !== model.version;
      state.model = model;
      sender.acknowledge(model.acknowledged);
      if (other) Object.assign(state, { step: Math.min(state.step, lastOf()), chosen: null, progress: 1 });
      writeParameters({ ...HERE, ...model.address });
      repaint();
    },
    leave() {
      left = true;
      state.playing = false;
      writeParameters(HERE);
      document.removeEventListener("keydown", fromPage);
      parts.destroy();
    },
  };
}

function createParts(root, state, { ask, act, goTo, choose, repaint }) {
  const chooser = createChooser({ ask });
  const pace = element("select", { class: "choice", "aria-label": "Speed", onchange: () => { state.pace = Number(pace.value); } },
    ...PACES.map(([text], value) => element("option", { value, text })));
  pace.value = state.pace;
  const transport = createPlayback({ act, onStep: (step) => { state.playing = false; goTo(step); }, choices: [pace] });
  const board = createBoard({ choose, repaint });
  const panel = createPanel({ choose, pick: (rate) => { state.rate = rate; repaint(); } });
  const notice = element("p", { class: "notice", role: "status", hidden: true });
  const sentence = element("p", { class: "sentence", "aria-live": "polite" });
  const [up, down] = ["up", "down"].map((way) => element("span", { class: way }));
  const key = element("p", { class: "key" }, up, down,
    element("span", { text: "Click, tap or reach by the arrow keys any neuron, to see what is asked of it." }));
  root.tabIndex = -1;
  root.replaceChildren(...styleSheets(import.meta.url, "nudges.css"), chooser.body, notice,
    transport.bar, sentence, board.body, key, panel.body);
  return {
    draw(frame) {
      const { model, step, playing, chosen } = frame;
      notice.hidden = !model.notice;
      setText(notice, model.notice);
      chooser.draw(model);
      for (const part of [transport.bar, sentence, board.body, key, panel.body]) part.hidden = !model.story;
      if (!model.story) return;
      transport.draw({ step, last: model.story.length - 1, playing });
      setText(sentence, chosen ? `${titled(nameOf(model, ...chosen))}${chosen[0] < model.sizes.length - 1 ? ` of layer ${chosen[0]}` : ""}: what this digit asks of it.` : model.story[step].sentence);
      const there = !chosen && ["picture", "forward", "answers"].includes(model.story[step].kind);
      const done = model.story[step].kind === "step" && !chosen;
      setText(up, there ? "adds to a sum" : done ? "▲ wanted up; after the step: went up" : "▲ wants up");
      setText(down, there ? "takes from it (dashed)" : done ? "▼ wanted down; after the step: went down" : "▼ wants down (dashed)");
      board.draw(frame);
      panel.draw(frame);
    },
    destroy: board.destroy,
  };
}
