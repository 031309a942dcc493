// Records: walks that were walked elsewhere, in more dimensions than the stage has, and are shown
// beside its own. `more.records` has one {name, optimizer, settings, slot, share, lost} for each, and
// the arrays more.points, values, accuracies, shadows, aside and updates, with its number, its rows.

import { element, setText } from "../parts/dom.js";
import { format, share as percent } from "../parts/numbers.js";
import { SLOTS, shapeOf } from "../parts/palette.js";

/** The records as walks, after those of the stage's own walkers. */
export function recordsOf(model, followed) {
  return (model.more.records ?? []).map((record, index) => {
    const of = (name) => model.arrays[`more.${name}.${index}`].data;
    const values = of("values");
    return {
      record: index,
      focus: index === followed,
      dimension: model.dimension,
      colour: SLOTS[record.slot],
      shape: shapeOf(model.optimizers.findIndex(({ key }) => key === record.optimizer)),
      dashed: false,
      points: of("points"),
      values,
      accuracies: of("accuracies"),
      shadows: of("shadows"),
      aside: of("aside"),
      updates: of("updates"),
      gradients: null,
      rows: values.length,
    };
  });
}

/** One card for each record: {card, draw(walk, row)}; `follow(index)` puts it in focus. */
export function recordCards(model, badge, follow) {
  return (model.more.records ?? []).map((record, index) => {
    const status = element("span", { class: "status" });
    const who = element("button", { type: "button", class: "who", "data-key": `record ${index}`, onclick: () => follow(index) },
      badge(record), element("span", { class: "lines" },
        element("b", { text: record.name }), element("span", { class: "settings", text: record.settings }), status));
    const card = element("div", { class: "walker record" }, who);
    return {
      card,
      draw(walk, row) {
        card.classList.toggle("focus", walk.focus);
        who.setAttribute("aria-pressed", String(walk.focus));
        setText(status, `cost ${format(walk.values[row], 3)} · reads ${percent(walk.accuracies[row], 1)}${record.lost && row === walk.rows - 1 ? " · lost" : ""}`);
      },
    };
  });
}

/** What lets a walker start where the record in focus stands; hidden where a walker is in focus. */
export function createLeave(onStart) {
  let place = null;
  const body = element("div", { class: "bench leave" },
    element("button", { type: "button", class: "preset", text: "Let the walkers of the plane start here", onclick: () => onStart(place) }));
  return {
    body,
    draw(walk, row) {
      body.hidden = !walk;
      if (walk) place = Array.from(walk.points.subarray(2 * row, 2 * row + 2));
    },
  };
}

/** What is read right at shares of the picture, where the page has measured that. */
export function readsAt({ arrays, more }, [across, up]) {
  if (!more.records) return "";
  const { shape: [rows, columns], data } = arrays["more.accuracies"];
  return `reads about ${percent(data[Math.round(up * (rows - 1)) * columns + Math.round(across * (columns - 1))])}`;
}

/** What a record did by a row, in words. */
export function narrateRecord(model, walk, row) {
  const [cost, under, aside] = [walk.values[row], walk.shadows[row], walk.aside[row]];
  const where = `After ${walk.updates[row].toLocaleString("en")} updates it reads ${percent(walk.accuracies[row], 1)} of ${model.more.pictures.toLocaleString("en")} pictures; its cost is ${format(cost)}`;
  if (aside < 1e-6) return `${where}. Here it stands in the plane itself.`;
  const gap = Math.abs(cost - under) < 0.005 * Math.max(cost, under) ? "which costs the same" : `where the plane costs ${format(under)}`;
  return `${where}. It is ${format(aside)} off the plane; what you see is its shadow, ${gap}.`;
}
