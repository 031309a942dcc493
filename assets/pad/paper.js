// What lies on the pad: strokes or a test digit's picture, and everything that can be undone.
//
// Places are in units of which the pad has 280. All points are kept here; Python gets at most 2,000.

export const SIDE = 280;
const MOST_POINTS = 2000;
const MOST_UNDONE = 200;
const EMPTY = { strokes: [], index: null };

/** A paper: {strokes, index, brush, number} with all that changes it; `number` grows with each change. */
export function createPaper() {
  let here = EMPTY;
  let brush = 22;
  let number = 0;
  let past = [];
  const change = (next) => {
    past = [...past.slice(-MOST_UNDONE), here];
    here = next;
    touch();
  };
  const touch = () => { number = Math.max(number + 1, Date.now()); };
  return {
    get strokes() { return here.strokes; },
    get index() { return here.index; },
    get brush() { return brush; },
    get number() { return number; },
    get empty() { return here.index === null && !here.strokes.length; },
    get undoable() { return past.length > 0; },
    /** A new stroke; a picture on the pad makes room for it. */
    begin([x, y]) { change({ strokes: [...here.strokes, [x, y]], index: null }); },
    /** More places of the last stroke. */
    extend(places) {
      const stroke = here.strokes.at(-1);
      for (const [x, y] of places) {
        const [beforeX, beforeY] = stroke.slice(-2);
        if (Math.hypot(x - beforeX, y - beforeY) >= 0.5) stroke.push(x, y);
      }
      touch();
    },
    undo() {
      if (!past.length) return;
      here = past.pop();
      touch();
    },
    clear() { if (here !== EMPTY) change(EMPTY); },
    picture(index) { change({ strokes: [], index }); },
    /** Which picture it turned out to be, where Python was asked to find one. */
    found(index) { here = { strokes: [], index }; },
    setBrush(width) { brush = width; touch(); },
    /** What Python gets: the same lines with fewer points. */
    message() { return { strokes: resampled(here.strokes), brush, number }; },
  };
}

/** The strokes with points a little apart, as far as needed for at most 2,000 in all. */
export function resampled(strokes) {
  const newest = strokes.slice(-MOST_POINTS);
  let apart = 1;
  let thinner = newest.map((stroke) => thinned(stroke, apart));
  while (pointsOf(thinner) > MOST_POINTS && apart < 1e4) {
    apart *= 1.5;
    thinner = newest.map((stroke) => thinned(stroke, apart));
  }
  return thinner;
}

function pointsOf(strokes) {
  return strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0);
}

/** The first place, then each that is so far from the one before, and the last unless it is close. */
function thinned(stroke, apart) {
  const kept = [stroke[0], stroke[1]];
  let [fromX, fromY] = stroke;
  for (let at = 2; at < stroke.length; at += 2) {
    const end = at + 2 >= stroke.length && apart <= 2;
    if (!end && Math.hypot(stroke[at] - fromX, stroke[at + 1] - fromY) < apart) continue;
    [fromX, fromY] = [stroke[at], stroke[at + 1]];
    kept.push(fromX, fromY);
  }
  return kept.map((value) => Math.round(value * 10) / 10);
}
