// What more labelled examples are worth: a training for each point, which appears when it is done.
// Python trains, a tick at a time; a pause simply asks for no more ticks.

import { createChart } from "./chart.js";
import { element, setText } from "../parts/dom.js";
import { picturesOf } from "../parts/film.js";
import { createLine } from "../parts/line.js";
import { mountOf, nextFrame, spacePlays, styleSheets, watchTheme } from "../parts/mount.js";
import { readTheme } from "../parts/palette.js";
import { createPlay, othersText, timeText, transportButton } from "../parts/transport.js";

const AT_ONCE = 4; // ticks that a message asks for: a point takes longer than that to appear
const MOST = 100_000; // updates of a tick: as many as its time allows
const WINDOW = 30_000; // ms over which it is seen how fast it goes: machines are busy now and then
const SOON = 3000; // ms that it is seen for before anything is said of it

export default mountOf(".downhill-growth", createGrowth);

function createGrowth(root) {
  const state = { model: null, playing: false, theme: readTheme(root), seen: [] };
  const line = createLine();
  let left = false;
  const repaint = nextFrame(() => paint());
  const parts = createParts(root, { act, repaint });
  watchTheme(root, () => { state.theme = readTheme(root); repaint(); });
  spacePlays(root, () => act(state.playing ? "pause" : "play"));

  function act(name) {
    if (name === "play" && !state.model.over) {
      Object.assign(state, { playing: true, seen: [{ at: performance.now(), progress: state.model.progress }] });
      line.run(() => ({ generation: state.model.generation, most: MOST, pictures: AT_ONCE }));
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

  /** Notes how far it is; of what was earlier than the window, the last stays. */
  function note(progress) {
    const now = performance.now();
    const old = state.seen.filter(({ at }) => now - at > WINDOW).slice(-1);
    state.seen = [...old, ...state.seen.filter(({ at }) => now - at <= WINDOW), { at: now, progress }];
  }

  /** Seconds that are left, as fast as it went of late; null while that is unknown. */
  function secondsLeft() {
    const [first, last] = [state.seen[0], state.seen.at(-1)];
    if (!state.playing || last.at - first.at < SOON || last.progress <= first.progress) return null;
    return ((1 - last.progress) * (last.at - first.at)) / (last.progress - first.progress) / 1000;
  }

  function paint() {
    const { model, theme, playing } = state;
    if (!model || left) return;
    parts.draw({ model, theme, playing, seconds: secondsLeft() });
    Object.assign(root.dataset, {
      ready: "true", playing, over: model.over, found: model.found, progress: model.progress.toFixed(3),
      generation: model.generation, idle: line.idle, name: model.name, before: model.before ?? "",
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
      if (state.playing) note(model.progress);
      if (state.playing && (model.over || other)) pause(); // first, or the answer asks for a tick
      line.answered(model.heard, model.acknowledged, model.period);
      repaint();
    },
  };
}

function createParts(root, { act, repaint }) {
  const play = createPlay(act);
  const reset = transportButton("reset", "Reset", "Measure all of it again", act);
  const bar = element("progress", { max: 1, value: 0, "aria-label": "Progress" });
  const doing = element("span", { class: "doing" });
  const chart = createChart(repaint);
  const words = element("ul", { class: "words", "aria-live": "polite" });
  const promise = element("li", { class: "promise", text: "What ten times as many examples bring is said here, as soon as both ends are measured." });
  root.tabIndex = -1;
  root.classList.add("live");
  root.replaceChildren(
    ...styleSheets(import.meta.url, "../parts/live.css", "growth.css"),
    element("div", { class: "transport", role: "group", "aria-label": "Training" },
      element("div", { class: "buttons" }, play.button, reset), bar, doing),
    chart.panel, words);
  return {
    destroy: chart.destroy,
    draw(frame) {
      const { model, playing } = frame;
      play.show(playing);
      play.button.disabled = model.over;
      reset.disabled = model.progress === 0;
      bar.value = model.progress;
      setText(doing, said(frame));
      chart.draw(frame);
      if (words.dataset.said === model.words.join()) return;
      words.dataset.said = model.words.join();
      words.replaceChildren(...(model.words.length ? model.words.map((text) => element("li", { text })) : [promise]));
    },
  };
}

function said({ model: { over, progress, doing, trainings, workers }, playing, seconds }) {
  if (over) return "All trained.";
  const so = `${Math.floor(100 * progress)} %: ${doing}`;
  if (!playing) return progress ? `${so}, paused` : `${trainings} trainings, one after the other. First: ${doing}`;
  const rest = seconds === null ? ", how long is measured" : `, about ${timeText(seconds)} left`;
  return `${so}${rest}${othersText(workers)}`;
}
