// The picture as it is at a step, where it began, what has changed, and a real digit beside it.

import { element, setText } from "../parts/dom.js";
import { createPicture } from "../parts/picture.js";

const PIXELS = 784;

export function createSight() {
  const now = createTile("now", 252);
  const began = createTile("began", 84);
  const change = createTile("change", 84);
  const real = createTile("real", 84);
  const body = element("div", { class: "sight" }, now.figure, element("div", { class: "beside" }, began.figure, change.figure, real.figure));
  let most = 1;
  return {
    body,
    update({ arrays: { frames, nearest }, began: what, label }) {
      most = largestChange(frames.data);
      began.picture.draw(frames.data.subarray(0, PIXELS));
      real.picture.draw(nearest.data);
      began.say("Where it began", `${what}.`);
      real.say(`A real ${label}`, `Of all real ${label}s, the one most like the end of the walk.`);
    },
    draw({ model: { arrays: { frames } }, step }) {
      const here = frames.data.subarray(step * PIXELS, (step + 1) * PIXELS);
      now.picture.draw(here);
      now.say(step ? `The picture after ${step} step${step === 1 ? "" : "s"}` : "The picture as it begins", "");
      change.picture.draw(Float32Array.from(here, (value, index) => value - frames.data[index]), most);
      change.say("What has changed", `Blue: ink added, orange: taken away. Full colour is ${Math.round((100 * most) / 255)} % of the way from paper to ink.`);
    },
  };
}

function createTile(name, size) {
  const picture = createPicture("", size);
  const caption = element("figcaption");
  const figure = element("figure", { class: `seen ${name}` }, picture.canvas, caption);
  return {
    picture,
    figure,
    say(text, more) {
      setText(caption, text);
      figure.title = more;
      picture.canvas.setAttribute("aria-label", more ? `${text}. ${more}` : text);
    },
  };
}

/** The largest change of a pixel from the first frame to the last, at least one level of grey. */
function largestChange(data) {
  const last = data.length - PIXELS;
  let most = 1;
  for (let index = 0; index < PIXELS; index++) most = Math.max(most, Math.abs(data[last + index] - data[index]));
  return most;
}
