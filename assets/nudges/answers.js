// Beside the outputs: what each says, what it should say, what it wants, and what it says after.

import { arrow, withSign } from "../parts/figures.js";
import { INK } from "../parts/picture.js";
import { TOP } from "./plan.js";
import { DOWN, MUTED, UP } from "./strokes.js";
import { decimals } from "./words.js";

/** Columns right of the outputs; on narrow screens a wish stands below what is said. */
export function drawAnswers(context, plan, { model, step, progress, rate }, told) {
  const layer = plan.layers.at(-1);
  const at = plan.layers.length;
  if (told.lit < at) return;
  const now = model.story[step];
  const [said, wishes] = ["said", "wishes"].map((name) => model.arrays[`${name}.${at}`].data);
  const columns = columnsOf(plan, layer);
  context.textBaseline = "middle";
  context.save();
  if (now.kind === "answers") context.globalAlpha = progress;
  heads(context, plan, columns, told, at);
  layer.ys.forEach((y, place) => {
    const right = layer.numbers[place] === model.digit.label;
    const after = told.after ? model.arrays.after.data[10 * rate + place] : null;
    row(context, plan, columns, y, { said: said[place], wish: told.arrows[at] ? wishes[place] : null, right, should: told.should, after });
  });
  context.restore();
}

function columnsOf(plan, layer) {
  if (plan.narrow) return { says: plan.width - 8, wants: plan.width - 8, below: 11 };
  const begin = layer.x + layer.radius + 34;
  const room = plan.width - begin - 12;
  return { says: begin + room * 0.24, should: begin + room * 0.58, wants: begin + room * 0.98, below: 0 };
}

function heads(context, plan, { says, should, wants }, told, at) {
  context.font = "12px sans-serif";
  context.fillStyle = MUTED;
  context.textAlign = "right";
  if (plan.narrow) return;
  context.fillText("says", says, TOP / 2);
  if (told.after) context.fillText("after the step", wants, TOP / 2);
  else if (told.should) context.fillText("should say", should, TOP / 2);
  if (!told.after && told.arrows[at]) context.fillText("wants", wants, TOP / 2);
}

function row(context, plan, { says, should, wants, below }, y, { said, wish, right, should: known, after }) {
  const second = after !== null || wish !== null;
  const up = plan.narrow && second ? -below / 1.4 : 0;
  context.textAlign = "right";
  context.fillStyle = INK;
  context.font = `${right && known ? 700 : 400} 13px sans-serif`;
  context.fillText(decimals(said), says, y + up);
  if (!plan.narrow && known && after === null) context.fillText(right ? "1" : "0", should, y);
  if (after !== null) {
    context.fillStyle = after > said ? UP : DOWN;
    context.fillText(`${arrow(after - said)} ${decimals(after)}`, wants, y + (plan.narrow ? below : 0));
  } else if (wish !== null) {
    context.fillStyle = wish > 0 ? UP : DOWN;
    context.fillText(plan.narrow ? withSign(wish) : `${arrow(wish)} ${withSign(wish)}`, wants, y + (plan.narrow ? below : 0));
  }
}
