// The race: what every method tried, played on one counter of evaluations. Pictures of the places
// in one and two dimensions, and the best cost so far in any.

import { createBest } from "./best.js";
import { element, icon } from "../parts/dom.js";
import { mountOf, styleSheets, watchTheme } from "../parts/mount.js";
import { format } from "../parts/numbers.js";
import { readTheme } from "../parts/palette.js";
import { createGrounds } from "./grounds.js";
import { bestAt } from "./looks.js";

const TICKS = 1000; // of the counter, evenly on a logarithmic scale
const LASTS = 7000; // ms from the first evaluation to the last
const PLAY = "M8 5v14l11-7z";
const PAUSE = "M7 5h4v14H7zM13 5h4v14h-4z";

export default mountOf(".downhill-trials", createTrials);

function createTrials(root) {
  const state = { model: null, tick: TICKS, playing: false };
  let [asked, left] = [false, false];
  const repaint = () => {
    if (asked || left) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; paint(); });
  };
  const goTo = (tick) => { state.tick = Math.min(Math.max(tick, 0), TICKS); repaint(); };
  const parts = createParts(root, state, { goTo, toggle, repaint });
  watchTheme(root, repaint);

  function toggle() {
    state.playing = !state.playing;
    if (state.playing && state.tick >= TICKS) state.tick = 0;
    if (state.playing) play();
    repaint();
  }

  function play() {
    const run = state.run = {};
    let before = null;
    const next = (now) => {
      if (!state.playing || state.run !== run || left) return;
      if (before !== null) goTo(state.tick + ((now - before) / LASTS) * TICKS);
      before = now;
      if (state.tick >= TICKS) state.playing = false;
      repaint();
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  }

  function paint() {
    const { model, tick, playing } = state;
    if (!model || left) return;
    const last = Math.max(...model.methods.map(({ spent }) => spent));
    const count = Math.round(last ** (tick / TICKS));
    parts.draw({ ...state, count, last, theme: readTheme(root) });
    Object.assign(root.dataset, { ready: "true", dimension: model.dimension, count, last, playing, identity: model.identity });
  }

  return {
    connect() {},
    receive(model) {
      const other = state.model?.identity !== model.identity;
      state.model = model;
      if (other) {
        const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
        Object.assign(state, { tick: still ? TICKS : 0, playing: !still });
        parts.update(model);
        if (state.playing) play();
      }
      repaint();
    },
    leave() {
      left = true;
      parts.destroy();
    },
  };
}

function createParts(root, state, { goTo, toggle, repaint }) {
  const grounds = createGrounds(repaint);
  const best = createBest(repaint);
  const button = element("button", { type: "button", class: "play", onclick: toggle }, icon(PLAY));
  const scrub = element("input", { type: "range", class: "scrub", min: 0, max: TICKS, step: 1, "aria-label": "Evaluations spent" });
  scrub.addEventListener("input", () => { state.playing = false; goTo(Number(scrub.value)); });
  const counter = element("span", { class: "counter" });
  const sentence = element("p", { class: "sentence", role: "status" });
  const rows = element("div", { class: "rows" });
  root.replaceChildren(...styleSheets(import.meta.url, "trials.css"),
    grounds.body, element("div", { class: "transport" }, button, scrub, counter), best.body, rows, sentence);
  return {
    update(model) {
      grounds.update(model);
      sentence.textContent = model.sentence;
      rows.replaceChildren(...model.methods.map(() => element("p", { class: "row" })));
    },
    draw(frame) {
      const { model, count, last, tick, playing } = frame;
      grounds.draw(frame);
      best.draw(frame);
      scrub.value = tick;
      scrub.setAttribute("aria-valuetext", `${count} evaluations`);
      button.setAttribute("aria-label", playing ? "Pause" : "Play");
      button.firstChild.firstChild.setAttribute("d", playing ? PAUSE : PLAY);
      counter.textContent = `${count.toLocaleString("en-GB")} of ${last.toLocaleString("en-GB")} evaluations`;
      model.methods.forEach((method, index) => { rows.children[index].textContent = told(model, method, count); });
      sentence.hidden = count < last;
    },
    destroy() { grounds.destroy(); best.destroy(); },
  };
}

function told(model, { key, name, spent, arrived, whole }, count) {
  const cost = bestAt(model, key, count);
  const so = cost === null ? "nothing yet" : `best cost ${format(cost)}`;
  if (arrived && count >= spent) return `${name}: arrived after ${spent.toLocaleString("en-GB")} evaluations (${format(cost)}).`;
  if (whole && count >= spent) return `${name}: all ${spent.toLocaleString("en-GB")} places tried, ${so}. A finer grid could arrive.`;
  if (count >= spent && spent < model.budget) return `${name}: settled after ${spent.toLocaleString("en-GB")} evaluations, ${so}. It hardly moves any more.`;
  return `${name}: ${so}.`;
}
