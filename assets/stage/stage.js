// The stage: one long-lived component which shows the walks that Python computed and plays them
// without asking again. This file holds its state and wires the parts; each part has its file.

import { feltAt } from "./batches.js";
import { createDial } from "./dial.js";
import { element } from "../parts/dom.js";
import { onKey, onPageKey } from "../parts/keys.js";
import { createSender } from "../parts/messages.js";
import { narrate } from "./narration.js";
import { createAddress, createOutlet } from "./outlet.js";
import { mountOf, styleSheets, watchTheme } from "../parts/mount.js";
import { readTheme } from "../parts/palette.js";
import { modelOf } from "./model.js";
import { createLeave, narrateRecord } from "./records.js";
import { createStart } from "./start.js";
import { createTimes } from "./transport.js";
import { ARROWS, createViews } from "./views.js";
import { createWalkers } from "./walkers.js";
import { lastStep, pointAt, rowAt, walksOf } from "./walks.js";

const MOVES = ["add", "fork", "remove"]; // these name walkers by their place
const LOOKS = ["add", "focus", "fork", "start"]; // whoever does these looks at a walker
const places = new Map(); // scene → step, for whoever comes back to a page within a visit

export default mountOf(".downhill-stage", (root, message) => createStage(root, modelOf(message)));

function createStage(root, { dimension, more }) {
  const state = {
    model: null, walks: [], step: 0, stop: null, followed: more.records ? 0 : null, playing: false, speed: 10, theme: readTheme(root),
    arrows: Object.fromEntries(ARROWS[dimension].map(([key, , on]) => [key, on])), version: 0,
  };
  let late = null; // a payload that came while a newer answer was awaited
  const sender = createSender({ onLost: () => late && show(late), once: MOVES });
  const writeAddress = createAddress();
  let [asked, left] = [false, false];
  const repaint = () => {
    if (asked || left) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; paint(); });
  };
  const parts = createParts(root, { dimension, more }, state, sender, { repaint, goTo, act, follow });
  watchTheme(root, () => { state.theme = readTheme(root); repaint(); });
  root.addEventListener("keydown", (event) => onKey(event, act));
  const fromPage = (event) => onPageKey(event, act);
  document.addEventListener("keydown", fromPage);

  function goTo(step) {
    state.step = Math.min(Math.max(step, 0), lastStep(state.walks));
    repaint();
  }

  function follow(record) {
    if (state.followed === record) return;
    state.followed = record;
    state.walks = walksOf(state.model, state.stop, record);
    repaint();
  }

  function act(name) {
    const last = lastStep(state.walks);
    const here = Math.min(state.step, last);
    const moves = { first: 0, back: here - 1, step: here + 1, last };
    if (name in moves) {
      state.playing = false;
      goTo(moves[name]);
    } else {
      state.playing = !state.playing;
      if (state.playing && state.step >= last) state.step = 0;
      if (state.playing) play(state, goTo, repaint);
      repaint();
    }
  }

  function paint() {
    const { model, walks, stop, playing } = state;
    if (!model || left) return;
    const began = performance.now();
    const last = lastStep(walks);
    const step = Math.min(state.step, last); // a shorter walk under the dial does not cost the place
    const frame = { ...state, step, last, previewing: stop !== null && model.dial.rates[stop] };
    parts.draw(frame);
    if (!playing) writeAddress(model, step);
    Object.assign(root.dataset, {
      ready: "true", version: state.version, ack: model.acknowledged, walkers: model.walkers.length, focus: model.focus,
      followed: state.followed ?? "", step, last, playing, preview: stop ?? "", painted: (performance.now() - began).toFixed(2),
    });
  }

  function show(model) {
    const first = !state.model;
    const moved = !first && state.model.terrain.version !== model.terrain.version;
    late = null;
    state.model = model;
    state.version += 1;
    if (!parts.held()) state.stop = null;
    if (state.followed !== null && !model.more.records?.[state.followed]) state.followed = model.more.records ? 0 : null;
    state.walks = walksOf(model, state.stop, state.followed);
    if (first) state.step = places.get(placeOf(model)) ?? model.step;
    if (moved) state.step = model.step;
    if (state.stop === null) state.step = Math.min(state.step, lastStep(state.walks));
    parts.update(model, first);
    repaint();
  }

  return {
    connect: sender.connect,
    leave() {
      left = true;
      state.playing = false;
      places.set(placeOf(state.model), state.step);
      writeAddress(null);
      document.removeEventListener("keydown", fromPage);
      parts.destroy();
    },
    receive(message) {
      const model = modelOf(message);
      const settled = sender.acknowledge(model.acknowledged);
      if (state.model && !settled) late = model;
      else show(model);
    },
  };
}

function placeOf({ address }) {
  return JSON.stringify(address);
}

function createParts(root, shape, state, sender, { repaint, goTo, act, follow }) {
  const send = (name, fields) => {
    if (LOOKS.includes(name)) follow(null);
    sender.send(name, fields);
  };
  const onStart = (point, done = true) => {
    if (done) state.step = 0; // who sets a start wants to stand there
    send("start", { point: point.map((value, axis) => rounded(value, state.model.terrain["xy"[axis]])) });
  };
  const preview = (stop) => {
    state.stop = stop;
    state.walks = walksOf(state.model, stop, state.followed);
    repaint();
  };
  const dial = createDial({
    onPreview: preview,
    onRate: (value) => send("set", { walker: state.model.focus, setting: "learning_rate", value }),
  });
  const transport = createTimes({
    act, onStep: goTo, onSpeed: (speed) => { state.speed = speed; }, onSteps: (steps) => send("steps", { steps }),
  });
  transport.speed(state.speed);
  const walkers = createWalkers({
    send,
    follow,
    fork(fields) {
      state.step = rowAt(state.walks[state.model.focus], state.step); // where the walker still is
      send("fork", { walker: state.model.focus, step: state.step, ...fields });
    },
  });
  const start = createStart({ onStart });
  const leave = createLeave(onStart);
  const views = createViews(shape, state, { onStart, goTo, repaint, send, preview }, root);
  const outlet = createOutlet({ state: () => state, picture: () => views.picture() });
  const sentence = element("p", { class: "sentence", "aria-live": "polite" });
  const notice = element("p", { class: "notice", role: "status", hidden: true });
  let spoken = 0;
  root.tabIndex = -1;
  root.replaceChildren(
    ...styleSheets(import.meta.url, "stage.css"), notice, walkers.cards, dial.body, views.panels, transport.bar, sentence,
    walkers.bench, leave.body, views.bar, element("div", { class: "ends" }, start.row, outlet.row));
  return {
    update(model, first) {
      if (first) transport.choices(model.stepChoices);
      notice.hidden = !model.notice;
      notice.textContent = model.notice;
      dial.update(model);
      walkers.update(model);
      start.update(model);
    },
    held: () => dial.held() || views.held(),
    destroy: views.destroy,
    draw(frame) {
      const { model, walks, step, stop, playing } = frame;
      views.draw(frame);
      transport.draw(frame);
      const now = performance.now();
      if (playing && now - spoken < READABLE) return;
      spoken = now;
      const record = walks.find((walk) => walk.focus && walk.record !== undefined);
      for (const part of [dial.body, walkers.bench]) part.hidden = record !== undefined;
      leave.draw(record, record && rowAt(record, step));
      const row = rowAt(walks[model.focus], step);
      dial.draw({ stop, curvature: model.arrays.curvature.data[Math.min(row, model.arrays.curvature.data.length - 1)] });
      walkers.draw(frame);
      sentence.setAttribute("aria-live", playing ? "off" : "polite");
      const walker = model.walkers[model.focus];
      const plain = walker.optimizer === "gradient_descent" && !walker.noise;
      const felt = feltAt(model, walks[model.focus], row, pointAt(walks[model.focus], row));
      const text = record
        ? narrateRecord(model, record, rowAt(record, step))
        : narrate(walks[model.focus], step, nameOf(model, walker), plain, felt);
      if (sentence.textContent !== text) sentence.textContent = text;
    },
  };
}

// Six digits, and as many more as the picture's distance from zero takes of them.
function rounded(value, [low, high]) {
  const lost = Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high)) / (high - low)));
  return Number(value.toPrecision(Math.min(6 + Math.max(lost, 0), 15)));
}

const READABLE = 150; // ms; while it plays, words change no faster than one can read them

function nameOf(model, walker) {
  return model.optimizers.find(({ key }) => key === walker.optimizer).name;
}

function play(state, goTo, repaint) {
  let before = null;
  let due = 0;
  const run = state.run = {}; // pause and play again within a frame must not play twice as fast
  const tick = (now) => {
    if (!state.playing || state.run !== run) return;
    due += before === null ? 0 : ((now - before) / 1000) * state.speed;
    before = now;
    const whole = Math.floor(due);
    due -= whole;
    if (whole) goTo(Math.min(state.step, lastStep(state.walks)) + whole);
    if (state.step >= lastStep(state.walks)) state.playing = false;
    repaint();
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}
