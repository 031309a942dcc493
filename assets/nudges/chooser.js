// Which digit goes in, and through which network.

import { element, refresh, setText } from "../parts/dom.js";

/** `ask(act, fields)`: a digit, a mistake, the drawing, its label or a network. */
export function createChooser({ ask }) {
  let [index, last] = [0, 9999];
  const go = (place) => ask("digit", { index: (place + last + 1) % (last + 1) });
  const number = element("input", {
    type: "number", class: "number", min: 0, step: 1, "aria-label": "Number of the test digit",
    onchange: () => {
      number.value = number.value === "" ? index : Math.min(Math.max(Math.round(Number(number.value)), 0), last);
      go(Number(number.value));
    },
  });
  const button = (name, text, act, label = null) => element("button", { type: "button", class: name, text, "aria-label": label, title: label, onclick: act });
  const drawing = button("drawing", "My drawing", () => ask("drawing"));
  const labels = element("div", { class: "labels", role: "group", "aria-label": "What the drawing shows", hidden: true },
    element("span", { class: "title", text: "It shows a" }),
    ...Array.from({ length: 10 }, (_, digit) => element("button", { type: "button", class: "label", text: digit, onclick: () => ask("label", { label: digit }) })));
  const networks = element("div", { class: "list", role: "group", "aria-label": "Which network" });
  const why = element("p", { class: "why" });
  const body = element("div", { class: "chooser" },
    element("div", { class: "row" }, element("span", { class: "title", text: "Test digit" }),
      button("before", "◀", () => go(index - 1), "Previous digit"), number, button("next", "▶", () => go(index + 1), "Next digit"),
      button("any", "Another", () => go(Math.floor(Math.random() * (last + 1)))),
      button("mistake", "One it misreads", () => ask("mistake", { index })), drawing),
    labels,
    element("div", { class: "row" }, element("span", { class: "title", text: "Network" }), networks), why);
  const buttons = new Map();
  return {
    body,
    draw({ networks: known, about, digit, drawable, last_digit: most }) {
      last = most;
      index = digit?.index ?? index;
      number.max = most;
      if (digit && !digit.drawn) refresh(number, index);
      drawing.disabled = !drawable;
      drawing.title = drawable ? "" : "The pad of the page Draw is empty";
      drawing.setAttribute("aria-pressed", Boolean(digit?.drawn));
      labels.hidden = !digit?.drawn;
      [...labels.querySelectorAll("button")].forEach((one, at) => one.setAttribute("aria-pressed", at === digit?.label));
      for (const { key, name, able, chosen, detail } of known) {
        if (!buttons.has(key)) {
          const made = element("button", { type: "button", class: "network", "data-network": key, text: name, onclick: () => ask("network", { network: key }) });
          buttons.set(key, made);
          networks.append(made);
        }
        buttons.get(key).disabled = !able;
        buttons.get(key).title = detail;
        buttons.get(key).setAttribute("aria-pressed", chosen);
      }
      const unable = known.filter(({ able }) => !able).map(({ detail }) => detail);
      setText(why, [about, ...unable].join(" "));
    },
  };
}
