// Play, pause, step, back, first, last, scrub: time, in one bar.

import { element, icon } from "./dom.js";

const ICONS = {
  first: "M6 5h2v14H6zM19 5v14L9 12z",
  back: "M16 5v14L6 12z",
  play: "M7 4v16l13-8z",
  pause: "M7 5h4v14H7zM13 5h4v14h-4z",
  step: "M8 5v14l10-7z",
  last: "M16 5h2v14h-2zM5 5v14l10-7z",
};

/**
 * The bar: `act(name)` for first, back, play, step, last; `onStep(k)` while the scrub is dragged.
 * `choices` are put at its end.
 */
export function createPlayback({ act, onStep, choices = [] }) {
  const button = (name, label) => element(
    "button", { type: "button", class: `button ${name}`, "aria-label": label, title: label, onclick: () => act(name) },
    icon(ICONS[name]),
  );
  const play = button("play", "Play (space)");
  const scrub = element("input", {
    type: "range", class: "scrub", min: 0, step: 1, "aria-label": "Step", oninput: () => onStep(Number(scrub.value)),
  });
  const counter = element("output", { class: "counter" });
  const bar = element("div", { class: "transport", role: "group", "aria-label": "Transport" },
    element("div", { class: "buttons" },
      button("first", "To the start (Home)"), button("back", "One step back (←)"), play,
      button("step", "One step (→)"), button("last", "To the end (End)")),
    scrub, counter, ...choices);
  let shown = null;

  return {
    bar,
    draw({ step, last, playing }) {
      scrub.max = last;
      scrub.value = step;
      scrub.setAttribute("aria-valuetext", `step ${step} of ${last}`);
      counter.textContent = `step ${step} of ${last}`;
      if (shown === playing) return;
      shown = playing;
      const label = playing ? "Pause (space)" : "Play (space)";
      play.replaceChildren(icon(playing ? ICONS.pause : ICONS.play));
      play.setAttribute("aria-label", label);
      play.title = label;
    },
  };
}
