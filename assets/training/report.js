// On demand: what is taken for what (the confusion matrix), and the worst mistakes.

import { ink } from "./digits.js";
import { element, setText } from "../parts/dom.js";
import { counted, share } from "../parts/numbers.js";

const SIDE = 28;
const DIGITS = [...Array(10).keys()];

export function createReport({ ask }) {
  const button = element("button", { type: "button", class: "ask", text: "What does it confuse?", onclick: ask });
  const summary = element("p", { class: "note", "aria-live": "polite" });
  const body = element("div", { class: "report", hidden: true });
  let shown = null;
  return {
    panel: element("section", { class: "panel wide" }, element("div", { class: "top" }, button, summary), body),
    draw({ model, theme, playing, readable }) {
      if (!readable) return;
      summary.setAttribute("aria-live", playing ? "off" : "polite");
      const { report, kept } = model;
      body.hidden = !report;
      if (!report || !kept.confusion) {
        setText(summary, "All 10,000 test pictures, sorted by what they are and what they were taken for.");
        return;
      }
      const since = model.updates - report.updates;
      setText(summary, `${share(report.accuracy, 2)} of 10,000 test pictures read right after ${counted(report.updates, "update")}`
        + (since ? `; ${counted(since, "update")} ${since === 1 ? "has" : "have"} been taken since.` : "."));
      const version = kept.version + theme.text;
      if (shown === version) return;
      shown = version;
      body.replaceChildren(tableOf(kept.confusion.data), mistakesOf(report.mistakes, kept.mistakes.data, theme));
    },
  };
}

function tableOf(counts) {
  const most = Math.max(1, ...DIGITS.flatMap((i) => DIGITS.filter((j) => j !== i).map((j) => counts[10 * i + j])));
  const head = element("tr", {}, element("th", { scope: "col", text: "is ↓ read as →" }), ...DIGITS.map((j) => element("th", { scope: "col", text: j })));
  const rows = DIGITS.map((i) => element("tr", {}, element("th", { scope: "row", text: i }), ...DIGITS.map((j) => {
    const count = counts[10 * i + j];
    const cell = element("td", { class: i === j ? "right" : null, text: count || "·" });
    if (i !== j && count) cell.style.setProperty("--share", `${Math.round((60 * count) / most)}%`);
    return cell;
  })));
  return element("div", { class: "scroll" }, element("table", { class: "confusion" },
    element("caption", { text: "Confusion matrix: the deeper the orange, the more often that mistake" }),
    element("thead", {}, head), element("tbody", {}, ...rows)));
}

function mistakesOf(mistakes, pixels, theme) {
  const items = mistakes.map(({ label, answer, chance }, index) => {
    const canvas = element("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
    ink(canvas, pixels.subarray(index * SIDE * SIDE, (index + 1) * SIDE * SIDE), theme);
    return element("li", {}, canvas, element("span", { text: `a ${label}, read as ${answer}` }), element("small", { text: `${share(chance)} sure` }));
  });
  return element("div", {}, element("p", { text: "The worst mistakes, three of a digit at the most: the right answer had the least chance." }), element("ul", { class: "mistakes" }, ...items));
}
