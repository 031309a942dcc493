// One of the two networks: how it fares in words, its columns, and the same numbers as a table.

import { QUANTITIES } from "./columns.js";
import { element, setText } from "../parts/dom.js";
import { format } from "../parts/numbers.js";

const BAD = ["exploded", "flat", "vanishing", "exploding", "leaping"];
const SIGNS = { exploded: "✗", flat: "✗", vanishing: "✗", exploding: "✗", leaping: "✗", uneven: "○", even: "✓" };

export function createMember(index, columns, repaint) {
  const name = element("h3");
  const headline = element("p", { class: "headline" });
  const passing = element("p", { class: "says" });
  const reading = element("p", { class: "says" });
  const body = element("tbody");
  const head = element("tr", {}, ...["Layer", ...QUANTITIES.map(({ short }) => short)].map((text) => element("th", { scope: "col", text })));
  const numbers = element("details", { class: "numbers", ontoggle: repaint }, element("summary", { text: "The numbers" }),
    element("div", { class: "scroll" }, element("table", {}, element("thead", {}, head), body)));
  const empty = element("p", { class: "empty", text: "Switch on a cure: here a second network begins that has it, and the other begins again." });
  const filled = element("div", { class: "filled" }, headline, passing, reading, columns.host, numbers);
  const panel = element("section", { class: "panel member" }, name, filled, empty);
  return {
    panel,
    destroy: columns.destroy,
    draw(frame) {
      const member = frame.model.members[index];
      filled.hidden = !member;
      empty.hidden = Boolean(member);
      panel.classList.toggle("waits", !member);
      if (!member) {
        setText(name, "With a cure");
        return;
      }
      if (frame.readable) {
        setText(name, member.name);
        setText(headline, `${SIGNS[member.fate]} ${member.headline}`);
        headline.classList.toggle("bad", BAD.includes(member.fate));
        headline.classList.toggle("good", member.fate === "even");
        setText(passing, member.passing);
        setText(reading, member.reading);
        if (numbers.open) fill(body, member);
      }
      columns.draw(frame, member);
    },
  };
}

function fill(body, { sizes }) {
  const cell = (value) => element("td", { text: value === null ? "no number" : format(value, 2) });
  body.replaceChildren(...sizes.gradient.map((_, layer) => element("tr", {},
    element("th", { scope: "row", text: layer + 1 }), ...QUANTITIES.map(({ key }) => cell(sizes[key][layer])))));
}
