// Who reads, and test digits for the pad.

import { element } from "../parts/dom.js";

const LAST = 9999;
const ANY = () => Math.floor(Math.random() * (LAST + 1));

/** `choose(key)`: another network reads. */
export function createReaders({ choose }) {
  const list = element("div", { class: "list", role: "group", "aria-label": "Which network reads" });
  const why = element("p", { class: "why" });
  const body = element("div", { class: "readers" }, element("span", { class: "title", text: "Read by" }), list, why);
  const buttons = new Map();
  return {
    body,
    draw({ readers, lesson }) {
      for (const { key, name, detail, able, chosen } of readers) {
        if (!buttons.has(key)) {
          const shape = element("span", { class: "shape" });
          const button = element("button", { type: "button", class: "reader", "data-reader": key, onclick: () => choose(key) },
            element("span", { text: name }), shape);
          buttons.set(key, { button, shape });
          list.append(button);
        }
        const { button, shape } = buttons.get(key);
        button.disabled = !able;
        button.setAttribute("aria-pressed", chosen);
        shape.textContent = able ? detail + (chosen && lesson ? ", taught" : "") : "";
      }
      const unable = readers.filter(({ able }) => !able).map(({ detail }) => detail);
      why.textContent = unable.join(" ");
      why.hidden = !unable.length;
    },
  };
}

/** `take(index)` puts a test digit on the pad, `mistake(after)` one that is read wrong. */
export function createTestDigits({ take, mistake }) {
  const number = element("input", { type: "number", class: "number", min: 0, max: LAST, step: 1, placeholder: "number", "aria-label": "Number of the test digit, 0 to 9,999" });
  const fault = element("p", { class: "fault", role: "status", hidden: true, text: "The test digits have the numbers 0 to 9,999." });
  const chosen = () => (number.value !== "" && number.validity.valid ? Number(number.value) : null);
  number.addEventListener("change", () => {
    fault.hidden = chosen() !== null;
    if (fault.hidden) take(chosen());
  });
  const body = element("div", { class: "tests" },
    element("span", { class: "title", text: "Or take a test digit" }),
    element("div", { class: "row" },
      number,
      element("button", { type: "button", text: "Another one", onclick: () => take(ANY()) }),
      element("button", { type: "button", text: "One it gets wrong", onclick: () => mistake(chosen() ?? ANY()) })), fault);
  return {
    body,
    draw({ picture }) {
      if (!picture || document.activeElement === number) return;
      number.value = picture.index;
      fault.hidden = true;
    },
  };
}
