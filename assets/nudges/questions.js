// Can one say it oneself now? A few questions with this digit's numbers.

import { element } from "../parts/dom.js";

let given = { version: "", answers: new Map() }; // to the questions of the last digit

/** The questions of a model, each answered by a button. */
export function questions({ questions: asked, version }) {
  if (!asked.length) return null;
  if (given.version !== version) given = { version, answers: new Map() };
  return element("section", { class: "questions" },
    element("h3", { text: "Can you say it now?" }),
    ...asked.map((question, at) => one(question, given.answers, at)));
}

function one({ text, choices, right, why }, answers, number) {
  const verdict = element("p", { class: "verdict", role: "status" });
  const buttons = choices.map((choice, at) => element("button", { type: "button", class: "answer", text: choice, onclick: () => { answers.set(number, at); show(); } }));
  const show = () => {
    const answer = answers.get(number);
    buttons.forEach((button, at) => button.setAttribute("aria-pressed", String(at === answer)));
    verdict.textContent = answer === undefined ? "" : `${answer === right ? "Yes." : `No: ${choices[right]}.`} ${why}`;
    verdict.dataset.right = answer === undefined ? "" : String(answer === right);
  };
  show();
  return element("div", { class: "question", role: "group", "aria-label": text },
    element("p", { text }), element("div", { class: "choices" }, ...buttons), verdict);
}
