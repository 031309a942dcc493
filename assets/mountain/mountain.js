// The dark mountain: a walk that feels its way. Every step is felt here at once, from the same
// formula that Python scores with when the fog lifts.

import { createEnds, createFeeling, createScore, createSteps, LENGTHS } from "./controls.js";
import { element } from "../parts/dom.js";
import { createSender } from "../parts/messages.js";
import { mountOf, styleSheets, watchTheme } from "../parts/mount.js";
import { readTheme } from "../parts/palette.js";
import { downhill, groundOf, slopeOf } from "./ground.js";
import { createNight } from "./night.js";

const REACH = 0.5; // kilometres that one step can take at the most
const walks = new Map(); // mountain → places, for whoever comes back to the page within a visit

export default mountOf(".downhill-mountain", createMountain);

function createMountain(root) {
  const state = { model: null, ground: null, places: [], length: 0.1, reach: REACH };
  const sender = createSender({ once: ["lift", "again", "another", "go"] });
  let [asked, left] = [false, false];
  const repaint = () => {
    if (asked || left) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; paint(); });
  };
  const stepBy = ([east, north]) => {
    const { x, y } = state.places.at(-1);
    goTo([x + east * state.length, y + north * state.length]);
  };
  const acts = {
    onStep: stepBy,
    onDownhill() {
      const down = downhill(state.places.at(-1));
      if (down) stepBy(down);
    },
    onLength(length) { state.length = length; repaint(); },
    onLift() {
      if (!state.model.over && state.places.length > 1) sender.send("lift", { places: state.places.flatMap(({ x, y }) => [x, y]) });
    },
    onAgain() { begin("again"); },
    onAnother() { begin("another"); },
    onGo(seed) { begin("go", { seed: String(Number(seed)) }); },
    link: () => addressOf(state.model.seed),
  };
  const parts = createParts(root, state, acts, { goTo, repaint });
  watchTheme(root, repaint);
  root.addEventListener("keydown", keysOf(state, acts));

  // On the mountain, and no further than the legs go.
  function goTo([x, y]) {
    const { ground, places, model } = state;
    if (model.over || places.length >= model.looks) return;
    const here = places.at(-1);
    const far = Math.hypot(x - here.x, y - here.y);
    const share = Math.min(REACH / (far || 1), 1);
    const hold = (value) => Math.min(Math.max(value, -ground.side), ground.side);
    const next = [hold(here.x + (x - here.x) * share), hold(here.y + (y - here.y) * share)];
    if (Math.hypot(next[0] - here.x, next[1] - here.y) < 1e-6) return;
    places.push(ground.felt(...next));
    parts.night.moved();
    repaint();
  }

  function begin(act, fields) {
    walks.delete(state.model.seed);
    if (act === "again" && !state.model.over) restart(state.model); // nothing to ask Python for
    else sender.send(act, fields);
  }

  function restart(model) {
    state.places = walks.get(model.seed) ?? [state.ground.felt(...model.start)];
    walks.set(model.seed, state.places);
    repaint();
  }

  function show(model) {
    const before = state.model;
    state.model = model;
    if (before?.seed !== model.seed) state.ground = groundOf(model);
    if (model.over) {
      state.places = placesOf(model, state.ground);
      parts.night.lifted(before && !before.over ? performance.now() : -Infinity);
    } else if (before?.seed !== model.seed || before.over) {
      restart(model);
    }
    parts.update(model);
    writeAddress(addressOf(model.seed));
    repaint();
  }

  function paint() {
    const { model, places } = state;
    if (!model || left) return;
    parts.draw();
    const here = places.at(-1);
    Object.assign(root.dataset, {
      ready: "true", ack: model.acknowledged, seed: model.seed, felt: places.length, looks: model.looks,
      over: model.over, x: here.x, y: here.y, height: here.height, slope: slopeOf(here), length: state.length,
    });
  }

  return {
    connect: sender.connect,
    receive(model) {
      if (sender.acknowledge(model.acknowledged)) show(model);
      else if (!state.model) show(model);
    },
    leave() {
      left = true;
      parts.night.destroy();
    },
  };
}

function createParts(root, state, acts, { goTo, repaint }) {
  const host = element("div", { class: "night" });
  const night = createNight(host, state, { onTap: goTo, repaint });
  night.canvas.tabIndex = 0;
  const notice = element("p", { class: "notice", role: "status", hidden: true });
  const [feeling, steps, score, ends] = [createFeeling(), createSteps(acts), createScore(), createEnds(acts)];
  const hint = element("p", { class: "hint", text: "Click or tap within the ring to go just there, however far; or press a direction, or, once the map is clicked or reached with Tab, use the arrow keys, diagonally Home, End, Page Up and Page Down. Enter steps downhill, + and − change the length of a step." });
  root.replaceChildren(...styleSheets(import.meta.url, "mountain.css"), notice,
    element("div", { class: "play" }, host,
      element("div", { class: "side" }, feeling.body, steps.body, score.body, ends.body, hint)));
  return {
    night,
    update(model) {
      notice.hidden = !model.notice;
      notice.textContent = model.notice;
      for (const part of [feeling.body, steps.body, hint]) part.hidden = model.over;
      score.body.hidden = !model.over;
      if (model.over) score.update(model);
      ends.said("");
      // By night the arrow keys belong to the map, also with a screen reader.
      night.canvas.setAttribute("role", model.over ? "img" : "application");
      night.canvas.setAttribute("aria-label", model.over ? "The mountain by day" : "The mountain at night. Arrow keys step, Enter steps downhill.");
    },
    draw() {
      night.draw(readTheme(root));
      feeling.draw(state);
      steps.draw(state);
      ends.draw(state);
    },
  };
}

/** The places of a game that is over; which of them was the lowest goes with the result. */
function placesOf(model, ground) {
  const { shape: [count], data } = model.arrays["places.you"];
  const places = Array.from({ length: count }, (_, row) => ground.felt(data[2 * row], data[2 * row + 1]));
  const heights = places.map(({ height }) => height);
  model.results.find(({ who }) => who === "you").best = heights.indexOf(Math.min(...heights));
  return places;
}

const KEYS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0], Home: [-1, 1], PageUp: [1, 1], End: [-1, -1], PageDown: [1, -1] };

// Keys act with the focus in the game only: the rest of the page scrolls with the same arrows. One
// press is one step, however long it lasts, for a key held down would spend all the light.
function keysOf(state, acts) {
  return (event) => {
    const { model, places, length } = state;
    if (event.ctrlKey || event.metaKey || event.altKey || !model || model.over) return;
    const target = event.composedPath()[0];
    if (target.matches("input, select, textarea")) return;
    const way = KEYS[event.key];
    const downhill = event.key === "Enter" && target.tagName === "CANVAS";
    if (["+", "-", "\u2212"].includes(event.key)) {
      const index = LENGTHS.indexOf(length) + (event.key === "+" ? 1 : -1);
      acts.onLength(LENGTHS[Math.min(Math.max(index, 0), LENGTHS.length - 1)]);
    } else if ((way || downhill) && places.length < model.looks) {
      if (!event.repeat && way) acts.onStep(way.map((part) => part / Math.hypot(...way)));
      if (!event.repeat && downhill) acts.onDownhill();
    } else {
      return; // the lantern is out: the keys scroll again
    }
    event.preventDefault();
  };
}

function addressOf(seed) {
  const address = new URL(window.location.href);
  address.searchParams.set("mountain", seed);
  return address.href;
}

function writeAddress(address) {
  if (address !== window.location.href) window.history.replaceState(window.history.state, "", address);
}
