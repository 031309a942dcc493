// Beside the map: what is felt, the eight directions, the length of a step, and the score.

import { element, icon, refresh } from "../parts/dom.js";
import { traceShape } from "../parts/palette.js";
import { COMPASS, slopeOf, wordsFor } from "./ground.js";
import { MINE, OTHERS } from "./night.js";

export const LENGTHS = [0.05, 0.1, 0.2, 0.4]; // kilometres
const ARROW = "M12 3 6 11h4v10h4V11h4z";

/** What the walker feels, as numbers and as words that a screen reader says. */
export function createFeeling() {
  const height = element("span", { class: "height" });
  const slope = element("span", { class: "slope" });
  const light = element("div", { class: "light", "aria-hidden": "true" }, element("div", { class: "left" }));
  const left = element("span", { class: "count" });
  const sentence = element("p", { class: "sentence", "aria-live": "polite" });
  const body = element("div", { class: "feeling" },
    element("div", { class: "numbers" },
      element("div", {}, element("span", { class: "label", text: "Height" }), height),
      element("div", {}, element("span", { class: "label", text: "Slope" }), slope)),
    sentence, element("div", { class: "lamp" }, light, left));
  return {
    body,
    draw({ places, model: { looks } }) {
      const here = places.at(-1);
      height.textContent = metres(here.height);
      slope.textContent = percent(slopeOf(here));
      light.firstChild.style.width = `${100 * (1 - places.length / looks)}%`;
      const more = looks - places.length;
      left.textContent = more ? `light for ${more} more place${more === 1 ? "" : "s"}` : "the lantern is out";
      const text = told(places, looks);
      if (sentence.textContent !== text) sentence.textContent = text;
    },
  };
}

function told(places, looks) {
  const [here, before] = [places.at(-1), places.at(-2)];
  const felt = wordsFor(here);
  const now = `${felt[0].toUpperCase()}${felt.slice(1)} (${percent(slopeOf(here))}).`;
  if (!before) return `You wake up at ${metres(here.height)}. ${now}`;
  const change = Math.round(here.height) - Math.round(before.height);
  const out = places.length === looks ? " The lantern is out: lift the fog." : "";
  const moved = change === 0 ? "as high as before" : `${metres(Math.abs(change))} ${change < 0 ? "lower" : "higher"} than before`;
  return `Place ${places.length} of ${looks}: ${metres(here.height)}, ${moved}. ${now}${out}`;
}

export function metres(height) {
  return `${Math.round(height).toLocaleString("en-GB").replace("-", "\u2212")} m`;
}

function percent(share) {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** The eight directions around one that follows the slope, and the length of a step. */
export function createSteps({ onStep, onDownhill, onLength }) {
  const way = ([name, east, north]) => {
    const button = element("button", { type: "button", class: "way", "aria-label": `A step to the ${name}`, title: name, onclick: () => onStep([east, north]) }, icon(ARROW));
    button.firstChild.style.transform = `rotate(${Math.atan2(east, north)}rad)`;
    return button;
  };
  const ways = COMPASS.map(way);
  const down = element("button", { type: "button", class: "way down", "aria-label": "A step downhill", title: "downhill", onclick: onDownhill }, icon(ARROW));
  ways.splice(4, 0, down);
  const lengths = LENGTHS.map((length) => element("button", {
    type: "button", class: "length", "aria-pressed": "false", text: `${1000 * length} m`, onclick: () => onLength(length),
  }));
  const body = element("div", { class: "steps" },
    element("div", { class: "ways", role: "group", "aria-label": "Directions" }, ...ways),
    element("div", { class: "lengths", role: "group", "aria-label": "Length of a step" },
      element("span", { class: "label", text: "Length of a step" }), ...lengths));
  return {
    body,
    draw({ length, places, model: { looks } }) {
      for (const button of ways) button.disabled = places.length >= looks;
      const [east, north] = places.at(-1).gradient;
      down.firstChild.style.transform = `rotate(${Math.atan2(-east, -north)}rad)`;
      lengths.forEach((button, index) => button.setAttribute("aria-pressed", String(LENGTHS[index] === length)));
    },
  };
}

/** The score: who got how low, with the same number of evaluations. */
export function createScore() {
  const rows = element("tbody");
  const sentence = element("p", { class: "sentence", role: "status" });
  const head = element("tr", {}, ...["", "lowest", "above the lowest place", "of the way down", "evaluations"].map((text) => element("th", { text, scope: "col" })));
  const body = element("div", { class: "score" }, sentence,
    element("div", { class: "scroll" }, element("table", {}, element("thead", {}, head), rows)));
  return {
    body,
    update({ results, sentence: text }) {
      sentence.textContent = text;
      const ranked = [...results].sort((a, b) => a.height - b.height);
      rows.replaceChildren(...ranked.map((result) => element("tr", { class: result.who === "you" ? "mine" : null },
        element("th", { scope: "row" }, badge(result.who), result.name),
        element("td", { text: metres(result.height) }),
        element("td", { text: metres(result.above) }),
        element("td", {}, bar(result.share), `${Math.round(100 * result.share)} %`),
        element("td", { text: result.spent }))));
    },
  };
}

function bar(share) {
  const line = element("span", { class: "bar", "aria-hidden": "true" }, element("span"));
  line.firstChild.style.width = `${100 * share}%`;
  return line;
}

function badge(who) {
  const canvas = element("canvas", { class: "badge", width: 32, height: 32, "aria-hidden": "true" });
  const { colour, shape } = OTHERS[who] ?? { colour: MINE, shape: "circle" };
  const context = canvas.getContext("2d");
  traceShape(context, shape, 16, 16, 9);
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = "rgba(10, 14, 24, 0.55)";
  context.stroke();
  return canvas;
}

/** What ends a game and what begins one: lift the fog, again, another, a number, the link. */
export function createEnds({ onLift, onAgain, onAnother, onGo, link }) {
  const button = (text, onclick) => element("button", { type: "button", class: "act", text, onclick });
  const lift = button("Lift the fog", onLift);
  lift.classList.add("lift");
  const again = button("Same mountain again", onAgain);
  const another = button("Another mountain", onAnother);
  const number = element("input", { class: "number", type: "text", inputmode: "numeric", pattern: "[0-9]{1,9}", size: 9, "aria-label": "Mountain number" });
  number.addEventListener("change", () => number.checkValidity() && number.value && onGo(number.value));
  const said = element("span", { class: "said", role: "status" });
  const shown = element("input", { type: "text", class: "link", readonly: true, hidden: true, "aria-label": "Link to this mountain" });
  const copy = button("Copy link", async () => {
    shown.value = link();
    try {
      await navigator.clipboard.writeText(shown.value);
      said.textContent = "Copied: whoever opens it wakes up on the same mountain.";
    } catch {
      shown.hidden = false;
      shown.select();
      said.textContent = "Copy this link:";
    }
  });
  const body = element("div", { class: "acts" }, lift, again, another,
    element("label", { class: "which" }, element("span", { class: "label", text: "Mountain" }), number), copy, said, shown);
  return {
    body,
    draw({ places, model: { over, seed } }) {
      lift.hidden = over;
      lift.disabled = places.length < 2;
      again.disabled = !over && places.length < 2;
      refresh(number, seed);
    },
    said(text) { said.textContent = text; },
  };
}
