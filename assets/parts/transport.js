// The buttons of whatever learns while one looks: play and pause, and how fast it goes.

import { element, icon } from "./dom.js";

const ICONS = {
  play: "M7 4v16l13-8z",
  pause: "M7 5h4v14H7zM13 5h4v14h-4z",
  batch: "M8 5v14l10-7z",
  step: "M8 5v14l10-7z",
  epoch: "M4 5v14l8-7zM12 5v14l8-7z",
  back: "M12 5v14l-8-7zM20 5v14l-8-7z",
  reset: "M12 5V2L7 6.5 12 11V8a4.5 4.5 0 1 1-4.5 4.5H4.6A7.4 7.4 0 1 0 12 5z",
  seed: "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm3 3.5A1.5 1.5 0 1 0 8 9.500 1.500 1.500 0 0 0 8 6.500zm4 4A1.500 1.500 0 1 0 12 13.500 1.500 1.500 0 0 0 12 10.500zm4 4A1.500 1.500 0 1 0 16 17.500 1.500 1.500 0 0 0 16 14.500z",
};
const SPEEDS = [
  ["slow first, then full speed", (updates) => 1 + Math.floor(updates / 20)],
  ["full speed", () => 100_000],
  ["10 updates a picture", () => 10],
  ["1 update a picture", () => 1],
];

/** A button with an icon: `act(name)` when it is pressed. */
export function transportButton(name, text, title, act) {
  return element(
    "button", { type: "button", class: `button ${name}`, title, onclick: () => act(name) },
    icon(ICONS[name]), element("span", { text }),
  );
}

/** The button that says Play or Pause: {button, show(playing)}. */
export function createPlay(act) {
  const button = element("button", { type: "button", class: "button play", onclick: () => act(button.dataset.act) });
  let shown = null;
  return {
    button,
    show(playing) {
      if (shown === playing) return;
      shown = playing;
      button.dataset.act = playing ? "pause" : "play";
      button.replaceChildren(icon(playing ? ICONS.pause : ICONS.play), element("span", { text: playing ? "Pause" : "Play" }));
    },
  };
}

/** How fast: {choice, most(updates)}, the number of updates that the next tick may take. */
export function createSpeedChoice() {
  const choice = element("select", { class: "choice", "aria-label": "Speed" },
    ...SPEEDS.map(([text], index) => element("option", { value: index, text })));
  return { choice, most: (updates) => SPEEDS[Number(choice.value)][1](updates) };
}

/** How fast it goes, in words; "" where nothing is known. */
export function paceText(seen, playing, { workers }) {
  if (!playing || !seen) return "";
  const round = (value) => Number(value.toPrecision(2)).toLocaleString("en");
  return `${round(seen.updates)} updates a second, from ${round(seen.examples)} examples${othersText(workers)}`;
}

/** With whom the computer is shared, where there are others: the end of a sentence. */
export function othersText(workers) {
  if (workers < 2) return "";
  return workers === 2 ? ", while 1 other computes, too" : `, while ${workers - 1} others compute, too`;
}

/** A time as one speaks of it: 40 s, 3 min. */
export function timeText(seconds) {
  return seconds < 100 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
