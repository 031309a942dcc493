// The four steps of learning, named where they happen, with the numbers of now.

import { element, setText } from "../parts/dom.js";
import { format } from "../parts/numbers.js";

const NAMES = ["Initialise", "Cost", "Gradient", "Update"];

export function createSteps() {
  const cards = NAMES.map((name, index) => {
    const number = element("strong", { class: "figure" });
    const text = element("span", { class: "text" });
    const card = element("li", { class: "step" },
      element("span", { class: "name", text: `${index + 1}  ${name}` }), number, text);
    return { card, number, text };
  });
  const row = element("ol", { class: "steps", "aria-label": "The four steps" }, ...cards.map(({ card }) => card));
  return {
    row,
    draw({ model, playing, readable }) {
      if (!readable) return;
      wordsOf(model).forEach(([number, text], index) => {
        setText(cards[index].number, number);
        setText(cards[index].text, text);
      });
      const fresh = model.updates === 0 && !playing;
      cards.forEach(({ card }, index) => card.classList.toggle("now", fresh ? index === 0 : index > 0));
    },
  };
}

function wordsOf(model) {
  const count = model.batchSize.toLocaleString("en");
  const pictures = model.batchSize === 1 ? "picture" : `${count} pictures`;
  const plain = model.optimizer === "Gradient descent";
  const cost = model.lost >= 0 ? "NaN" : model.lastCost === null ? "?" : format(model.lastCost, 3);
  return [
    [model.dimension.toLocaleString("en"), `weights and biases. The weights begin as random numbers (${model.beginning}, seed ${model.seed}), the biases at 0.`],
    [cost, `is how wrong it was on the last ${pictures}; 0 would be perfect.`],
    [model.slope === null ? "NaN" : format(model.slope, 2), `is the typical slope: there is one for each weight and bias, and it points uphill. Measured here on ${model.slopePictures} fixed training pictures.`],
    [plain ? `−${format(model.rate, 3)} × slope` : model.optimizer,
      `${plain ? "is added to each weight and bias: downhill." : `at rate ${format(model.rate, 3)}. ${model.moves}`} Then back to 2, with the next ${pictures}.`],
  ];
}
