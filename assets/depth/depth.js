// Deep networks that learn while one looks: as one is, and beside it with its cures, from the same
// seed. Python does the updates, a tick at a time; this file holds what the browser knows.

import { createColumns, createRanges } from "./columns.js";
import { createCures } from "./cures.js";
import { createCurves } from "./curves.js";
import { createMember } from "./member.js";
import { createTerraces } from "./terraces.js";
import { createTransport } from "./transport.js";
import { createAddress } from "../parts/address.js";
import { element, setText } from "../parts/dom.js";
import { createFilm, picturesOf } from "../parts/film.js";
import { createLine } from "../parts/line.js";
import { mountOf, nextFrame, spacePlays, styleSheets, watchTheme } from "../parts/mount.js";
import { readTheme } from "../parts/palette.js";
import { createSpeed } from "../parts/speed.js";

const READABLE = 160; // ms; while it runs, words change no faster than one can read them

export default mountOf(".downhill-depth", createDepth);

function createDepth(root) {
  // `latest` is the newest that is known, `model` what is shown of it.
  const state = { latest: null, model: null, playing: false, theme: readTheme(root), pictures: 0, spoken: 0 };
  const line = createLine({ latest: ["smooth"] });
  const writeAddress = createAddress();
  const speed = createSpeed();
  let left = false;
  const repaint = nextFrame(() => paint());
  const film = createFilm((model) => { state.model = model; repaint(); });
  const parts = createParts(root, { act, send, repaint });
  watchTheme(root, () => { state.theme = readTheme(root); repaint(); });
  spacePlays(root, () => act(state.playing ? "pause" : "play"));

  function act(name) {
    if (name === "play") play();
    else if (name === "pause") pause();
    else {
      pause();
      send(name);
    }
    repaint();
  }

  function send(name, fields) {
    line.send(name, fields);
    note();
  }

  function play() {
    if (state.latest.lost) return;
    state.playing = true;
    speed.restart();
    line.run(() => {
      const most = parts.most(state.latest.updates);
      return { generation: state.latest.generation, most, pictures: film.wanted(most) };
    });
    note();
  }

  function pause() {
    line.stop();
    film.cut();
    if (state.playing) line.send("pause");
    state.playing = false;
    note();
  }

  function note() {
    Object.assign(root.dataset, { playing: state.playing, waiting: line.waiting, idle: line.idle });
  }

  function paint() {
    const { latest, model, theme, playing } = state;
    if (!model || left) return;
    const now = performance.now();
    const readable = !playing || now - state.spoken > READABLE;
    if (readable) state.spoken = now;
    parts.draw({ latest, model, theme, playing, readable, waiting: line.waiting, pace: speed.pace() });
    state.pictures += 1;
    note();
    Object.assign(root.dataset, {
      ready: "true", pictures: state.pictures, updates: model.updates, lost: model.lost, generation: model.generation,
      members: model.members.length, fates: model.members.map(({ fate }) => fate).join(" "), heard: model.heard,
      accuracies: model.members.map(({ accuracy }) => accuracy.toFixed(3)).join(" "), workers: model.workers,
      painted: (performance.now() - now).toFixed(1),
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
      const model = pictures.at(-1);
      if (model.generation !== state.latest?.generation) speed.restart();
      state.latest = model;
      if (state.playing && model.lost) pause(); // first, or the answer asks for a tick
      line.answered(model.heard, model.acknowledged, model.period);
      speed.note(model);
      writeAddress(model.address);
      film.show(pictures);
      if (!state.playing) film.cut();
    },
  };
}

function createParts(root, { act, send, repaint }) {
  const transport = createTransport(act);
  const cures = createCures((cure, on) => send("cure", { cure, on: Number(on) }));
  const notice = element("p", { class: "notice", role: "status", hidden: true });
  const comparison = element("p", { class: "comparison", "aria-live": "polite" });
  const ranges = createRanges();
  const members = [0, 1].map((index) => createMember(index, createColumns(repaint, ranges), repaint));
  const curves = createCurves(repaint);
  const terraces = createTerraces(repaint, (steepness) => send("smooth", { steepness }));
  const parts = [transport, cures, terraces, ...members, curves];
  root.tabIndex = -1;
  root.classList.add("live");
  root.replaceChildren(
    ...styleSheets(import.meta.url, "../parts/live.css", "depth.css"),
    notice, cures.row, transport.bar, comparison, terraces.panel,
    element("div", { class: "members" }, ...members.map(({ panel }) => panel)),
    element("p", { class: "note", text: "What arrives at a layer, times what comes back to it, is the gradient of its weights. A bar is the typical size in a layer (root mean square), measured now on 100 pictures; the scales go by factors of ten. Dashes are what theory says of such random weights before the first update." }),
    curves.row);
  return {
    most: transport.most,
    destroy() { for (const part of parts) part.destroy?.(); },
    draw(frame) {
      const { model, playing, readable } = frame;
      ranges.widen(model);
      for (const part of parts) part.draw(frame);
      notice.hidden = !model.notice;
      setText(notice, model.notice);
      if (!readable) return;
      comparison.setAttribute("aria-live", playing ? "off" : "polite");
      setText(comparison, statusOf(model, playing));
    },
  };
}

/** What the cures have changed, and what can be done next. */
function statusOf({ comparison, idle, lost, updates }, playing) {
  const told = comparison || idle;
  if (lost) return told ? `${told} Press Reset to begin again.` : "Nothing more can be learnt. Press Reset, or switch on a cure: a second network has it, and both begin from the same seed.";
  if (told) return told;
  const then = "witch on a cure: a second network has it, and both begin from the same seed.";
  return playing || updates ? `S${then}` : `Press play. Then s${then}`;
}
