// A network that learns while one looks. Python does the updates, a tick at a time; this file holds
// what the browser knows and wires the parts. A pause simply asks for no more ticks.

import { createCurves } from "./curves.js";
import { createDigits } from "./digits.js";
import { createLayers } from "./layers.js";
import { createRate } from "./rate.js";
import { createReport } from "./report.js";
import { createSteps } from "./steps.js";
import { createTransport } from "./transport.js";
import { createVerdict } from "./verdict.js";
import { createWeights } from "./weights.js";
import { createAddress } from "../parts/address.js";
import { element, setText } from "../parts/dom.js";
import { createFilm, picturesOf } from "../parts/film.js";
import { createLine } from "../parts/line.js";
import { mountOf, nextFrame, spacePlays, styleSheets, watchTheme } from "../parts/mount.js";
import { readTheme } from "../parts/palette.js";
import { createSpeed } from "../parts/speed.js";

const READABLE = 120; // ms; while it runs, words change no faster than one can read them

export default mountOf(".downhill-training", createTraining);

function createTraining(root) {
  // `latest` is the newest that is known, `model` what is shown of it.
  const state = { latest: null, model: null, kept: {}, playing: false, until: null, theme: readTheme(root), pictures: 0, spoken: 0 };
  const line = createLine({ latest: ["rate", "report"] });
  const writeAddress = createAddress();
  const speed = createSpeed();
  let left = false;
  const repaint = nextFrame(() => paint());
  const film = createFilm((model) => { state.model = model; repaint(); });
  const send = (name, fields) => {
    line.send(name, fields);
    Object.assign(root.dataset, { waiting: line.waiting, idle: line.idle });
  };
  const parts = createParts(root, { act, send, repaint });
  watchTheme(root, () => { state.theme = readTheme(root); repaint(); });
  spacePlays(root, () => act(state.playing ? "pause" : "play"));

  function act(name) {
    if (name === "play") run(null);
    else if (name === "epoch") run(Math.max(state.latest.epoch, (state.playing && state.until) || 0) + 1);
    else if (name === "pause") pause();
    else {
      pause();
      send(name);
    }
    repaint();
  }

  function run(until) {
    if (state.latest.lost >= 0) return;
    Object.assign(state, { playing: true, until });
    Object.assign(root.dataset, { playing: true, idle: false });
    speed.restart();
    line.run(() => {
      const most = parts.most(state.latest);
      return {
        generation: state.latest.generation,
        holds: state.kept.version ?? "",
        most,
        pictures: film.wanted(most),
        ...(state.until === null ? {} : { until: state.until }),
      };
    });
  }

  function pause() {
    line.stop();
    film.cut();
    if (state.playing) send("pause");
    root.dataset.playing = state.playing = false;
  }

  function paint() {
    const { model, theme, kept, playing } = state;
    if (!model || left) return;
    const now = performance.now();
    const readable = !playing || now - state.spoken > READABLE;
    if (readable) state.spoken = now;
    parts.draw({ model: { ...model, kept }, theme, playing, readable, pace: speed.pace() });
    state.pictures += 1;
    root.dataset.painted = (performance.now() - now).toFixed(1);
    Object.assign(root.dataset, {
      ready: "true", playing, pictures: state.pictures, updates: model.updates, epoch: model.epoch, lost: model.lost,
      generation: model.generation, rate: model.rate, heard: model.heard, waiting: line.waiting,
      accuracy: last(model.arrays.testAccuracy)?.toFixed(4) ?? "", workers: model.workers, idle: line.idle, verdict: model.verdict.kind,
    });
  }

  return {
    connect: line.connect,
    leave() {
      left = true;
      film.cut();
      line.leave();
      writeAddress(null);
      parts.destroy();
    },
    receive(message) {
      const pictures = picturesOf(message);
      const model = state.latest = pictures.at(-1);
      if (model.arrays.digits) state.kept = { version: model.version, ...model.arrays };
      const reached = state.until !== null && model.epoch >= state.until && !model.measuring;
      if (state.playing && (model.lost >= 0 || reached)) pause(); // first, or the answer asks for a tick
      line.answered(model.heard, model.acknowledged, model.period);
      speed.note(model);
      if (!state.playing) writeAddress(model.address);
      film.show(pictures);
      if (!state.playing) film.cut();
    },
  };
}

function last({ data }) {
  return data[data.length - 1];
}

function createParts(root, { act, send, repaint }) {
  const transport = createTransport({ act });
  const rate = createRate({ onRate: (value) => send("rate", { rate: value }) });
  const notice = element("p", { class: "notice", role: "status", hidden: true });
  const verdict = createVerdict(act);
  const parts = [
    transport, verdict, rate, createSteps(), createCurves({ repaint }), createWeights(repaint), createLayers(), createDigits(),
    createReport({ ask: () => send("report") }),
  ];
  const [, , , steps, curves, weights, layers, digits, report] = parts;
  root.tabIndex = -1;
  root.classList.add("live");
  root.replaceChildren(
    ...styleSheets(import.meta.url, "../parts/live.css", "training.css"),
    notice, transport.bar, verdict.row, rate.row, curves.row, steps.row,
    element("div", { class: "inside" }, weights.panel, layers.panel, digits.panel), report.panel);
  return {
    most: transport.most,
    destroy() { for (const part of parts) part.destroy?.(); },
    draw(frame) {
      const { model } = frame;
      for (const part of parts) part.draw(frame);
      notice.hidden = !model.notice;
      setText(notice, model.notice);
    },
  };
}
