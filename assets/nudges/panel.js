// Below the network: what a step is about, in full. Made anew when the step changes.

import { element } from "../parts/dom.js";
import { taken } from "./after.js";
import { avenues } from "./avenues.js";
import { nudgePictures } from "./pictures.js";
import { placeOf, toldUpTo } from "./sight.js";
import { createSums, slopes } from "./sums.js";
import { heard, numbers, wrong } from "./there.js";

/** `choose(neuron)` and `pick(rate)` are what one can do in it. */
export function createPanel({ choose, pick }) {
  const back = element("button", { type: "button", class: "leave", text: "Back to the story", onclick: () => choose(null) });
  const place = element("div", { class: "panel" });
  let [shown, grows] = [null, null];
  return {
    body: place,
    draw(frame) {
      const { model, step, chosen, rate, progress, playing } = frame;
      const key = `${model.version} ${step} ${chosen} ${rate}`;
      if (key !== shown) {
        shown = key;
        const held = place.contains(document.activeElement) ? document.activeElement : null;
        grows = contentOf(frame, choose, pick);
        // While it plays, what is below only ever moves down, and keeps its place when it stops.
        place.style.minHeight = playing ? `${place.offsetHeight}px` : "";
        place.replaceChildren(...(chosen ? [back] : []), grows.body ?? grows);
        showLit(place);
        if (held?.dataset.rate) place.querySelector(`[data-rate="${held.dataset.rate}"]`)?.focus();
      }
      grows.draw?.(progress);
    },
  };
}

/** Side by side on a narrow screen, the one that is told of is swiped to. */
function showLit(place) {
  const lit = place.querySelector(".way-card.lit");
  if (lit) lit.parentElement.scrollLeft = lit.offsetLeft - lit.parentElement.offsetLeft;
}

function contentOf({ model, step, chosen, rate }, choose, pick) {
  if (chosen) return avenues(model, ...chosen);
  const now = model.story[step];
  const place = placeOf(model, now);
  const makers = {
    picture: () => numbers(model),
    forward: () => heard(model, now.layer, place),
    answers: () => heard(model, now.layer, place),
    cost: () => wrong(model, { wants: false }),
    wants: () => wrong(model, { wants: true }),
    bias: () => avenues(model, now.layer, place, "bias"),
    weights: () => avenues(model, now.layer, place, "weights", now.source),
    inputs: () => avenues(model, now.layer, place, "inputs", now.source),
    neuron: () => avenues(model, now.layer, place),
    another: () => createSums(model, now.layer, place, toldUpTo(model, step).asked.map(([, asker]) => asker)),
    sum: () => createSums(model, now.layer, place),
    slope: () => slopes(model, now.layer, place),
    pictures: () => nudgePictures(model, choose),
    step: () => taken(model, rate, pick),
  };
  return makers[now.kind]();
}
