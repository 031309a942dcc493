// The learning-rate dial. Its stops are the sweep that Python ran: what is shown while it is
// dragged is what was computed, and the colours behind it say how each rate ends.

import { element, refresh } from "../parts/dom.js";
import { format } from "../parts/numbers.js";
import { endingName } from "./narration.js";
import { REGIMES } from "../parts/palette.js";
import { nearestStop } from "./walks.js";

const KEYS = "Arrows up and down change the rate; left and right step the walk.";

/**
 * The dial. `onPreview(stop)` while it is dragged, `onRate(rate)` when a rate is chosen.
 * draw({model, stop, curvature}) shows the rate in force, or the stop under the hand.
 */
export function createDial({ onPreview, onRate }) {
  let model = null;
  const band = element("canvas", { class: "band", "aria-hidden": "true" });
  const marks = element("div", { class: "marks" });
  const range = element("input", { type: "range", class: "rates", min: 0, step: 1, "aria-label": "Learning rate", title: KEYS, "aria-description": KEYS });
  const box = element("input", { type: "text", inputmode: "decimal", class: "number", "aria-label": "Learning rate, exactly", size: 10 });
  const verdict = element("p", { class: "verdict", "aria-live": "polite" });
  const legend = element("div", { class: "legend", role: "group", "aria-label": "Rates by what they do" });
  const presets = createPresets(onRate);
  let held = false; // an answer that arrives under the hand must not take the preview away
  range.addEventListener("pointerdown", () => { held = true; });
  for (const end of ["pointerup", "pointercancel", "change", "blur"]) range.addEventListener(end, () => { held = false; });
  range.addEventListener("input", () => onPreview(Number(range.value)));
  range.addEventListener("change", () => onRate(model.dial.rates[Number(range.value)]));
  // Left and right belong to the transport, wherever the focus is.
  range.addEventListener("keydown", (event) => {
    const move = { ArrowUp: 1, ArrowDown: -1, PageUp: 5, PageDown: -5 }[event.key];
    if (!move) return;
    event.preventDefault();
    const stop = Math.min(Math.max(Number(range.value) + move, 0), model.dial.rates.length - 1);
    range.value = stop;
    onPreview(stop);
    onRate(model.dial.rates[stop]);
  });
  box.addEventListener("change", () => readBox(box, settingOf(model), onRate));
  new ResizeObserver(() => model && paintBand(band, model.dial)).observe(band);

  const body = element("section", { class: "dial", "aria-label": "Learning rate" },
    element("div", { class: "head" }, element("span", { class: "title", text: "Learning rate" }), box, presets.row, legend),
    element("div", { class: "scale" }, band, range, marks), verdict);
  return {
    body,
    held: () => held,
    update(newest) {
      model = newest;
      range.max = model.dial.rates.length - 1;
      paintBand(band, model.dial);
      fillLegend(legend, model.dial, onRate);
    },
    draw({ stop, curvature }) {
      const { dial, walkers, focus } = model;
      const rate = stop === null ? walkers[focus].settings.learning_rate : dial.rates[stop];
      const at = stop ?? nearestStop(dial.rates, rate);
      range.value = at;
      range.setAttribute("aria-valuetext", `${format(rate)}, ${dial.regimes[at]}, ${endingName(dial.endings[at])}`);
      refresh(box, plainNumber(rate));
      const walker = walkers[focus];
      setText(verdict, stop !== null
        ? verdictOf(dial.regimes[at], dial.endings[at], `after ${dial.steps} steps`, isLowered(model, focus))
        : verdictOf(walker.regime, walker.ending.kind, "at the end", isLowered(model, focus)));
      const limits = limitsAt(dial, curvature);
      placeMarks(marks, dial, limits, curvature);
      presets.place(settingOf(model), dial.default, limits.at(-1));
    },
  };
}

// Falling for ever and leaving the formula's domain are no fault of the rate.
const FAULTLESS = {
  no_bottom: "there is no bottom: it falls for ever",
  undefined: "it leaves the ground where the formula has values",
};

function verdictOf(regime, ending, when, lowered) {
  const means = lowered && regime === "crawl" ? "it creeps, as its schedule has lowered the rate" : REGIMES[regime].means;
  return FAULTLESS[ending] ?? `${regime}: ${means}; ${when} ${endingName(ending)}`;
}

/** Whether a schedule leaves less than half of a walker's rate at the end. */
function isLowered(model, index) {
  const factors = model.arrays[`factors.${index}`].data;
  return factors.length > 0 && factors[factors.length - 1] < 0.5;
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A rate as one would type it: 0.0316, 1e-7. */
function plainNumber(rate) {
  return String(Number(rate.toPrecision(4)));
}

function readBox(box, { low, high }, onRate) {
  const rate = Number(box.value.trim().replace(",", "."));
  const fits = box.value.trim() !== "" && rate >= low && rate <= high;
  box.setCustomValidity(fits ? "" : `A learning rate is a number from ${format(low)} to ${format(high)}.`);
  box.reportValidity();
  if (fits) onRate(rate);
}

function paintBand(band, { rates, regimes }) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [band.clientWidth, band.clientHeight];
  if (!width) return;
  band.width = width * ratio;
  band.height = height * ratio;
  const context = band.getContext("2d");
  context.scale(ratio, ratio);
  const cell = width / rates.length;
  regimes.forEach((regime, stop) => {
    const { colour, level } = REGIMES[regime];
    context.fillStyle = colour;
    context.fillRect(stop * cell, height * (1 - level), cell + 0.5, height * level);
  });
}

// Each regime that this dial can reach: its colour, its name, and a way to go there.
function fillLegend(legend, { rates, regimes }, onRate) {
  const present = Object.keys(REGIMES).filter((regime) => regimes.includes(regime));
  const key = present.join() + rates[0] + regimes.join();
  if (legend.dataset.key === key) return;
  legend.dataset.key = key;
  legend.replaceChildren(...present.map((regime) => {
    const stops = rates.map((_, stop) => stop).filter((stop) => regimes[stop] === regime);
    const middle = stops[Math.floor(stops.length / 2)];
    const swatch = element("i", { class: "swatch", style: `background: ${REGIMES[regime].colour}` });
    return element("button", {
      type: "button", class: "regime", title: `${REGIMES[regime].means}: try ${format(rates[middle])}`, onclick: () => onRate(rates[middle]),
    }, swatch, regime);
  }));
}

// 1/L and 2/L of the curvature under the walker: they move as it walks.
function limitsAt(dial, curvature) {
  return curvature > 0 ? dial.limits.map(({ name, factor }) => ({ name, rate: factor / curvature })) : [];
}

/** The optimizer's own learning rate: {low, high, …}. */
function settingOf({ optimizers, walkers, focus }) {
  return optimizers.find(({ key }) => key === walkers[focus].optimizer).settings[0];
}

function placeMarks(marks, dial, limits, curvature) {
  const [low, high] = [dial.rates[0], dial.rates[dial.rates.length - 1]].map(Math.log);
  const shown = limits.map((limit) => ({ ...limit, share: (Math.log(limit.rate) - low) / (high - low) }))
    .filter(({ share }) => share >= 0 && share <= 1);
  const key = shown.map(({ name, share }) => name + share.toFixed(4)).join();
  if (marks.dataset.key === key) return;
  marks.dataset.key = key;
  marks.replaceChildren(...shown.map(({ name, share, rate }) => element("span", {
    class: "mark", style: `left: ${100 * share}%`, text: name, title: `${name} = ${format(rate)} for the curvature here, L = ${format(curvature)}`,
  })));
}

// Buttons that stay while the curvature under the walker changes: one must be able to hit them.
function createPresets(choose) {
  const button = () => {
    const node = element("button", { type: "button", class: "preset" });
    node.addEventListener("click", () => choose(Number(node.dataset.rate)));
    return node;
  };
  const buttons = [button(), button(), button()];
  return {
    row: element("div", { class: "presets" }, ...buttons),
    place({ low, high }, usual, limit) {
      const wanted = [["default", usual], [`just below ${limit?.name}`, 0.98 * limit?.rate], [`just above ${limit?.name}`, 1.02 * limit?.rate]];
      wanted.forEach(([text, rate], index) => {
        const node = buttons[index];
        node.hidden = !(rate >= low && rate <= high);
        setText(node, text);
        node.title = format(rate);
        node.dataset.rate = rate;
      });
    },
  };
}
