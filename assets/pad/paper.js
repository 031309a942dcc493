// What lies on the pad: strokes or a test digit's picture, and everything that can be undone.
// Each state is {strokes, index, image}; image are the 784 bytes of the test digit `index`.
//
// Places are in units of which the pad has 280. All points are kept here; Python gets at most 2,000.

export const SIDE = 280;
const MOST_POINTS = 2000;
const MOST_UNDONE = 200;
const EMPTY = { strokes: [], index: null, image: null };

/** A paper: {strokes, index, image, brush, number} with all that changes it; `number` grows with each change. */
export function createPaper() {
  let here = EMPTY;
  let brush = 22;
  let [number, newest] = [0, 0];
  let past = [];
  let open = null; // the stroke under the pen
  const next = () => { newest = Math.max(newest + 1, Date.now()); return newest; };
  const touch = () => { number = next(); };
  const change = (to) => {
    past = [...past.slice(-MOST_UNDONE), here];
    here = to;
    open = null;
    touch();
  };
  return {
    get strokes() { return here.strokes; },
    get index() { return here.index; },
    get image() { return here.image; },
    get brush() { return brush; },
    get number() { return number; },
    get empty() { return here.index === null && !here.strokes.length; },
    get undoable() { return past.length > 0; },
    /** A new stroke; a picture on the pad makes room for it. */
    begin([x, y]) {
      const stroke = [x, y];
      change({ ...EMPTY, strokes: [...here.strokes, stroke] });
      open = stroke;
    },
    /** More places of the stroke begun; none where anything else has ended it. */
    extend(places) {
      if (!open) return;
      for (const [x, y] of places) {
        const [beforeX, beforeY] = open.slice(-2);
        if (Math.hypot(x - beforeX, y - beforeY) >= 0.5) open.push(x, y);
      }
      touch();
    },
    /** The stroke begun is at its end, wherever the pen goes. */
    end() { open = null; },
    undo() {
      if (!past.length) return;
      here = past.pop();
      open = null;
      touch();
    },
    clear() { if (here !== EMPTY) change(EMPTY); },
    /** A number for a picture that Python is asked for: newer than all that was here before. */
    next,
    /** The picture that Python found, under the number it was asked by. */
    picture(index, image, asked) {
      change({ strokes: [], index, image });
      number = asked;
    },
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
