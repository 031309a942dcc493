// What is to be said of a step, and three facts: how little has changed, how far any real digit is,
// and what another network makes of the same picture.

import { element, setText } from "../parts/dom.js";
import { format, percent, share } from "../parts/numbers.js";

const TINY = 0.0001; // a cost below is told as that

/** The sentence of a step. */
export function narrate({ arrays, label, began }, step) {
  const { chances, costs, frames } = arrays;
  const row = chances.data.subarray(10 * step, 10 * step + 10);
  const answer = row.indexOf(Math.max(...row));
  const wished = percent(row[label]);
  if (step === 0) {
    return answer === label
      ? `${began}: the network calls it a ${answer} already (${wished}).`
      : `${began}: the network calls it a ${answer} (${percent(row[answer])}). That it is a ${label}: ${wished}.`;
  }
  const moves = frames.data.subarray(784 * step, 784 * (step + 1)).some((ink, pixel) => ink !== frames.data[784 * (step - 1) + pixel]);
  const does = moves ? "each pixel went a little against its slope" : "the slopes are so small that no pixel moves by a level of grey";
  const cost = costs.data[step] < TINY ? `cost below ${TINY}` : `cost ${format(costs.data[step - 1])} → ${format(costs.data[step])}`;
  const says = answer === label ? `The network calls it a ${label}: ${wished}` : `It is still a ${answer} to the network; a ${label}: ${wished}`;
  return `Step ${step}: ${does} (${cost}). ${says}.`;
}

export function createFacts() {
  const [moved, far, other] = ["moved", "far", "other"].map((name) => {
    const value = element("b");
    const text = element("span");
    return { value, text, item: element("p", { class: `fact ${name}` }, value, text) };
  });
  return {
    body: element("div", { class: "facts" }, moved.item, far.item, other.item),
    update({ label, reals, apart, other: name }) {
      setText(moved.text, "of the way from paper to ink: so far has a pixel moved, on average");
      setText(far.text, `from the most similar of ${reals.toLocaleString("en")} real ${label}s. Two real ${label}s are ${apart.toFixed(1)} apart, blank paper and all ink 28 (the root of all squared differences of pixels).`);
      setText(other.text, name ? `says the other network, ${name.toLowerCase()}, to the very same picture` : "");
      other.item.hidden = !name;
    },
    draw({ model: { arrays }, step }) {
      setText(moved.value, share(arrays.moved.data[step], 1));
      setText(far.value, arrays.distances.data[step].toFixed(1));
      if (!arrays.others) return;
      const row = arrays.others.data.subarray(10 * step, 10 * step + 10);
      const answer = row.indexOf(Math.max(...row));
      setText(other.value, `“${answer}”, ${percent(row[answer])}`);
    },
  };
}
