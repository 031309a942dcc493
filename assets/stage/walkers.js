// The walkers: who walks, with what settings, how it stands; and the tools for the one in focus.

import { element, refresh } from "../parts/dom.js";
import { endingName, standing } from "./narration.js";
import { format } from "../parts/numbers.js";
import { SLOTS, shapeOf, traceShape } from "../parts/palette.js";
import { recordCards } from "./records.js";
import { rowAt } from "./walks.js";

const MOST = 6;

/**
 * The row of cards and the bench below it. `send(act, fields)` asks Python, `fork(fields)` too;
 * `follow(index)` puts a record in focus, null a walker.
 */
export function createWalkers({ send, fork, follow }) {
  const cards = element("div", { class: "walkers", role: "group", "aria-label": "Walkers" });
  const bench = element("section", { class: "bench", "aria-label": "The walker in focus" });
  let parts = [];
  let records = [];
  let forkTitle = null;
  let evidence = null;

  return {
    cards,
    bench,
    update(model) {
      const focus = keyOf(cards) ?? keyOf(bench);
      parts = model.walkers.map((walker, index) => cardOf(model, walker, index, send));
      records = recordCards(model, (record) => badge({ ...record, fork: null }, model), follow);
      cards.replaceChildren(...[...records, ...parts].map(({ card }) => card), adder(model, send));
      ({ forkTitle, evidence } = fillBench(bench, model, send, fork));
      if (focus) giveFocus([...cards.querySelectorAll("[data-key]"), ...bench.querySelectorAll("[data-key]")], focus);
    },
    draw({ model, walks, step: now, previewing }) {
      records.forEach((record, index) => {
        const walk = walks[model.walkers.length + index];
        record.draw(walk, rowAt(walk, now));
      });
      parts.forEach(({ card, who, status, settings }, index) => {
        const walker = model.walkers[index];
        card.classList.toggle("focus", walks[index].focus);
        who.setAttribute("aria-pressed", String(walks[index].focus));
        const preview = previewing && index === model.focus;
        setText(status, preview ? standing(walks[index], now, { step: Infinity }).cost : statusOf(model, walks, index, now));
        const factors = model.arrays[`factors.${index}`].data; // what a schedule leaves of the rate
        const left = factors.length ? factors[Math.min(now, factors.length - 1)] : null;
        setText(settings, settingsOf(model, walker, preview ? previewing : null, left));
      });
      setText(forkTitle, `At step ${rowAt(walks[model.focus], now)}, fork with`);
      const { ending } = model.walkers[model.focus];
      const when = ending.kind === "running" ? "" : `, from step ${ending.step} on`;
      setText(evidence, previewing ? "" : `In the end: ${endingName(ending.kind)}${when}. ${ending.sentence}`);
    },
  };
}

// New walkers mean new elements; whoever was on one of them finds the keyboard where it was.
function keyOf(part) {
  const active = part.getRootNode().activeElement;
  return part.contains(active) ? active.dataset.key : undefined;
}

function giveFocus(elements, key) {
  const same = elements.find((candidate) => candidate.dataset.key === key && !candidate.disabled);
  (same ?? elements[0]).focus({ preventScroll: true });
}

function setText(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

function entryOf(model, walker) {
  return model.optimizers.find((entry) => entry.key === walker.optimizer);
}

function scheduleOf(model, walker) {
  return model.schedules.find((entry) => entry.key === walker.schedule);
}

function settingsOf(model, walker, rate, left) {
  const told = entryOf(model, walker).settings
    .map(({ key, name }) => `${name.toLowerCase()} ${format(key === "learning_rate" && rate ? rate : walker.settings[key])}`);
  if (left !== null) told.splice(1, 0, `${scheduleOf(model, walker).name.toLowerCase()}: now ${format((rate || walker.settings.learning_rate) * left)}`);
  if (walker.noise) told.push(`slopes off by ${format(100 * walker.noise)} % of the usual`);
  return told.join(" · ");
}

/** How a walker takes its examples, where that is what a page compares. */
function wayOf(model, walker) {
  const { more, terrain: { examples } } = model;
  const { batch, optimizer } = walker;
  if (!more.batches) return null;
  const way = batch === 1 ? "Stochastic" : batch ? `Mini-batch of ${batch.toLocaleString("en")}` : `Batch: all ${examples.toLocaleString("en")}`;
  return optimizer === "gradient_descent" ? way : `${way}, ${entryOf(model, walker).name}`;
}

function statusOf(model, walks, index, now) {
  const { ending } = model.walkers[index];
  const { cost, ending: reached } = standing(walks[index], now, ending);
  const parent = model.walkers[index].fork === null ? -1
    : model.walkers.findIndex((other, place) => place !== index && other.slot === model.walkers[index].slot);
  const parts = [cost];
  if (parent >= 0 && now > model.walkers[index].fork && now < Math.min(walks[index].rows, walks[parent].rows)) {
    const gap = walks[index].values[now] - walks[parent].values[now];
    if (gap !== 0 && !Number.isNaN(gap)) parts.push(`${format(Math.abs(gap))} ${gap < 0 ? "below" : "above"} the other future`);
  }
  if (reached) parts.push(endingName(reached.kind));
  return parts.join(" · ");
}

function badge(walker, model) {
  const canvas = element("canvas", { class: "badge", width: 44, height: 44, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  traceShape(context, shapeOf(model.optimizers.indexOf(entryOf(model, walker))), 22, 22, 13);
  context.fillStyle = SLOTS[walker.slot];
  context.fill();
  if (walker.fork !== null) {
    context.setLineDash([5, 4]);
    context.lineWidth = 3;
    context.strokeStyle = SLOTS[walker.slot];
    context.beginPath();
    context.arc(22, 22, 19, 0, 2 * Math.PI);
    context.stroke();
  }
  return canvas;
}

function cardOf(model, walker, index, send) {
  const plain = `${entryOf(model, walker).name}${walker.noise ? ", noisy" : ""}`;
  const name = wayOf(model, walker) ?? (model.more.records ? `On the plane alone, ${plain}` : plain);
  const title = walker.fork === null ? name : `${name}, from step ${walker.fork}`;
  const settings = element("span", { class: "settings" });
  const status = element("span", { class: "status" });
  const who = element("button", {
    type: "button", class: "who", "data-key": `who ${index}`, onclick: () => send("focus", { walker: index }),
  }, badge(walker, model), element("span", { class: "lines" }, element("b", { text: title }), settings, status));
  const remove = model.walkers.length > 1 && element("button", {
    type: "button", class: "remove", "data-key": `remove ${index}`, text: "×", "aria-label": `Remove ${title}`, title: `Remove ${title}`, onclick: () => send("remove", { walker: index }),
  });
  const card = element("div", { class: "walker" }, who, ...(remove ? [remove] : []));
  return { card, who, settings, status };
}

function optimizerChoice(model, label, first, choose) {
  return choiceOf(model.optimizers, label, first, choose);
}

function choiceOf(entries, label, first, choose) {
  const select = element("select", { class: "choice", "data-key": label, "aria-label": label },
    ...(first ? [element("option", { value: "", text: first })] : []),
    ...entries.map(({ key, name, summary }) => element("option", { value: key, text: name, title: summary })));
  select.addEventListener("change", () => {
    if (select.value) choose(select.value);
    if (first) select.value = "";
  });
  return select;
}

function adder(model, send) {
  const select = optimizerChoice(model, "Add a walker", "Add a walker…", (optimizer) => send("add", { optimizer }));
  select.classList.add("adder");
  select.disabled = model.walkers.length >= MOST;
  if (select.disabled) select.title = `There is room for ${MOST} walkers`;
  return select;
}

function fillBench(bench, model, send, fork) {
  const index = model.focus;
  const walker = model.walkers[index];
  const change = optimizerChoice(model, "Optimizer", null, (optimizer) => send("optimizer", { walker: index, optimizer }));
  change.value = walker.optimizer;
  const others = entryOf(model, walker).settings.filter(({ key }) => key !== "learning_rate");
  const inputOf = (setting) => settingInput(setting, walker.settings[setting.key], (value) => send("set", { walker: index, setting: setting.key, value }));
  const schedule = choiceOf(model.schedules, "Schedule of the rate", null, (key) => send("schedule", { walker: index, schedule: key }));
  schedule.value = walker.schedule;
  const forkTitle = element("span", { class: "label" });
  const full = model.walkers.length >= MOST;
  const choice = (text, factor) => element("button", { type: "button", class: "preset", "data-key": text, text, disabled: full, onclick: () => fork({ factor }) });
  const other = optimizerChoice(model, "Fork with another optimizer", "another optimizer…", (optimizer) => fork({ optimizer }));
  other.disabled = full;
  const evidence = element("p", { class: "evidence" });
  bench.replaceChildren(
    element("label", { class: "field" }, element("span", { class: "label", text: "Optimizer" }), change),
    ...others.map(inputOf),
    element("label", { class: "field" }, element("span", { class: "label", text: "Schedule" }), schedule),
    ...scheduleOf(model, walker).settings.map(inputOf),
    ...(model.more.batches ? [batchInput(model, index, send)] : []),
    element("div", { class: "forks", role: "group", "aria-label": "Fork" }, forkTitle,
      choice("half the rate", 0.5), choice("twice the rate", 2), other),
    evidence);
  return { forkTitle, evidence };
}

// How many examples a step takes: a number, one, or all of them (0 to Python).
function batchInput({ terrain: { examples, largestBatch }, walkers }, index, send) {
  const { batch } = walkers[index];
  const choose = (value) => send("batch", { walker: index, value: value >= examples ? 0 : value });
  const fits = (value) => Number.isInteger(value) && ((value >= 1 && value <= largestBatch) || value === examples);
  const input = element("input", { type: "text", inputmode: "numeric", class: "number", size: 6, "data-key": "batch", "aria-label": "Batch size", title: `How many examples each step takes (1 to ${largestBatch}, or ${examples})` });
  refresh(input, String(batch || examples));
  input.addEventListener("change", () => {
    const typed = Number(input.value.trim().replaceAll(",", ""));
    input.setCustomValidity(input.value.trim() !== "" && fits(typed) ? "" : `A batch has 1 to ${largestBatch} examples, or all ${examples}.`);
    if (input.reportValidity()) choose(typed);
  });
  const preset = (text, value) => element("button", { type: "button", class: "preset", "data-key": `batch ${text}`, text, "aria-pressed": String((batch || examples) === value), onclick: () => choose(value) });
  return element("div", { class: "field", role: "group", "aria-label": "Batch" }, element("span", { class: "label", text: "Batch size" }), input,
    preset("1", 1), preset("32", Math.min(32, examples)), preset("all", examples));
}

function settingInput({ name, low, high, description }, value, choose) {
  const input = element("input", { type: "text", inputmode: "decimal", class: "number", size: 7, "data-key": name, title: `${description} (${format(low)} to ${format(high)})` });
  refresh(input, String(value));
  input.addEventListener("change", () => {
    const typed = Number(input.value.trim().replace(",", "."));
    const fits = input.value.trim() !== "" && typed >= low && typed <= high;
    input.setCustomValidity(fits ? "" : `${name} goes from ${format(low)} to ${format(high)}.`);
    input.reportValidity();
    if (fits) choose(typed);
  });
  return element("label", { class: "field" }, element("span", { class: "label", text: name }), input);
}
