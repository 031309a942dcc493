// Sensitivity: the gradient's entries ranked, and two of them wiggled by the same amount.

import { element, setText } from "../parts/dom.js";
import { figure, withSign } from "../parts/figures.js";
import { createSender } from "../parts/messages.js";
import { mountOf, styleSheets, watchTheme } from "../parts/mount.js";
import { table } from "../parts/nudge.js";
import { share } from "../parts/numbers.js";
import { readTheme } from "../parts/palette.js";
import { createRanking } from "./ranking.js";
import { createTrial } from "./trial.js";

export const LOOKS = [{ sign: "●", name: "the first" }, { sign: "■", name: "the second" }];

export default mountOf(".downhill-sensitivity", createSensitivity);

function createSensitivity(root) {
  const state = { model: null, ranks: [0, 0], stop: null }; // ranks: places among those that were sent
  const sender = createSender();
  let [asked, left] = [false, false];
  const repaint = () => {
    if (asked || left) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; paint(); });
  };
  const parts = createParts(root, {
    repaint,
    rank(which, rank, done) {
      state.ranks = state.ranks.map((old, at) => (at === which ? rank : old));
      const { data } = state.model.arrays.order;
      if (done) sender.send("pair", { first: data[state.ranks[0]], second: data[state.ranks[1]] });
      repaint();
    },
    wiggle(stop) { state.stop = stop; repaint(); },
    telling: () => sender.send("telling"),
  });
  watchTheme(root, repaint);

  function paint() {
    const { model, stop } = state;
    if (!model || left) return;
    parts.draw({ ...state, theme: readTheme(root) });
    Object.assign(root.dataset, {
      ready: "true", ack: model.acknowledged, ranks: state.ranks.map((at) => model.arrays.ranks.data[at]), ratio: model.ratio ?? "", stop, off: model.pair.map(({ small }) => small.off ?? ""),
    });
  }

  return {
    connect: sender.connect,
    receive(message) {
      const newest = sender.acknowledge(message.acknowledged);
      state.model = message;
      if (newest) state.ranks = message.pair.map(({ rank }) => message.arrays.ranks.data.indexOf(rank));
      if (state.stop === null || state.stop >= message.arrays.amounts.data.length) state.stop = Math.round(0.75 * (message.arrays.amounts.data.length - 1));
      repaint();
    },
    leave() { left = true; parts.destroy(); },
  };
}

function createParts(root, { repaint, rank, wiggle, telling }) {
  const notice = element("p", { class: "notice", role: "status", hidden: true });
  const ranking = createRanking({ rank, repaint });
  const trial = createTrial(repaint);
  const found = element("button", { type: "button", class: "telling", onclick: telling });
  const ranges = LOOKS.map(({ sign, name }, which) => {
    const input = element("input", { type: "range", min: 0, step: 1, "aria-label": `Rank of ${name} weight`,
      oninput: () => rank(which, Number(input.value), false), onchange: () => rank(which, Number(input.value), true) });
    const told = element("span", { class: "told" });
    return { input, told, row: element("label", { class: "range" }, element("span", { class: "sign", text: sign }), input, told) };
  });
  const slider = element("input", { type: "range", class: "wiggle", min: 0, step: 1, "aria-label": "Wiggle both by", oninput: () => wiggle(Number(slider.value)) });
  const amount = element("output", { class: "amount" });
  const rows = element("div", { class: "wide" });
  const sentence = element("p", { class: "sentence", "aria-live": "polite" });
  const check = element("p", { class: "check" });
  root.replaceChildren(...styleSheets(import.meta.url, "sensitivity.css"), notice,
    element("div", { class: "halves" },
      element("section", {}, element("h3", { text: "All entries of the gradient, from the largest to the smallest" }), ranking.body, ...ranges.map(({ row }) => row), found),
      element("section", {}, element("h3", { text: "Wiggle both by the same amount" }), trial.body,
        element("label", { class: "range" }, element("span", { class: "title", text: "wiggle" }), slider, amount))),
    rows, sentence, check);
  return {
    draw(frame) {
      const { model, ranks, stop } = frame;
      notice.hidden = !model.notice;
      setText(notice, model.notice);
      ranking.draw(frame);
      trial.draw(frame);
      found.disabled = model.telling !== "there";
      setText(found, `${model.telling === "none" ? "No pair is" : "A pair"} ${figure(model.wanted)} times apart`);
      ranges.forEach(({ input, told }, which) => {
        input.max = model.arrays.ranks.data.length - 1;
        input.value = ranks[which];
        told.textContent = toldOf(model, which, ranks[which]);
        input.setAttribute("aria-valuetext", told.textContent);
      });
      slider.max = model.arrays.amounts.data.length - 1;
      slider.value = stop;
      amount.textContent = withSign(model.arrays.amounts.data[stop]);
      slider.setAttribute("aria-valuetext", amount.textContent);
      rows.replaceChildren(tableOf(model, stop));
      setText(sentence, sentenceOf(model, stop));
      setText(check, checkOf(model));
    },
    destroy() { ranking.destroy(); trial.destroy(); },
  };
}

function toldOf({ pair, parameters, arrays }, which, at) {
  const rank = arrays.ranks.data[at];
  const count = `${(rank + 1).toLocaleString("en")} of ${parameters.toLocaleString("en")}`;
  const known = pair[which].rank === rank;
  return `${count}: ${figure(arrays.ranked.data[at])}${known ? `, ${pair[which].name}` : ""}`;
}

function changeOf({ arrays }, which, stop) {
  return arrays.changes.data[which * arrays.amounts.data.length + stop];
}

function tableOf(model, stop) {
  const amount = model.arrays.amounts.data[stop];
  return table("Predicted and measured change of the cost", ["", "gradient entry", "wiggle", "predicted", "measured", "off by"], model.pair.map(({ name, slope }, which) => {
    const predicted = (slope ?? 0) * amount;
    const measured = changeOf(model, which, stop);
    return { cells: [`${LOOKS[which].sign} ${name}`, slope === null ? "no number" : figure(slope), withSign(amount), withSign(predicted), withSign(measured), offOf(predicted, measured)] };
  }));
}

function offOf(predicted, measured) {
  if (!predicted) return measured ? "not foreseen" : "nothing";
  return share(Math.abs(measured / predicted - 1), 1);
}

function sentenceOf(model, stop) {
  if (model.ratio === null) return `${model.pair[0].slope ? "The second one has no effect" : "Neither has any effect"} on the cost here: its entry is exactly 0.`;
  const amount = model.arrays.amounts.data[stop];
  const told = `The first entry is ${figure(model.ratio)} times the second, so the cost feels the first ${figure(model.ratio)} times as much.`;
  if (!amount) return `${told} Move the slider off the middle and see.`;
  const [first, second] = [0, 1].map((which) => changeOf(model, which, stop));
  return `${told} Measured with a wiggle of ${withSign(amount)}: ${withSign(first)} against ${withSign(second)}${second ? `, ${figure(Math.abs(first / second))} times` : ""}.`;
}

/** A millionth is easier to see as 0.000001 than as 1e−6. */
function tiny(value) {
  return value.toFixed(Math.ceil(-Math.log10(value)));
}

function checkOf({ pair }) {
  const each = pair.map(({ small }, which) => `${LOOKS[which].sign} ${small.off === null ? "nothing to compare" : `off by ${share(Math.abs(small.off), 4)}`}${small.kink ? " (a ReLU switched on the way)" : ""}`);
  return `The smaller the wiggle, the better the prediction, for a gradient is about the spot one stands on. With a wiggle of ${tiny(pair[0].small.amount)}: ${each.join(", ")}.`;
}
