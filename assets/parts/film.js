// Several pictures in one message. A message costs the page far more than a picture does, so where
// messages are slow, each brings the pictures of its whole time, shown one after the other.

import { decode } from "./arrays.js";

const SMOOTH = 40; // ms a picture: 25 a second
const MOST = 4; // pictures of one message
const EACH = 10; // updates a picture, below which each is looked at, and a pause leaves none to come
const FORGET = 1000; // ms without a message, after which the next one begins a new film
const LATE = 1.2; // periods from message to message, above which it is the page that is slow
const FEWER = 0.05; // of a picture, with each message in time: an act waits for all of them

/** The pictures of a message, in their order: see `film` in pages/parts/message.py. */
export function picturesOf({ arrays }) {
  return Object.values(arrays).map(({ data }) => decode(data));
}

/**
 * Shows pictures evenly over the time until more should come: `show(picture)` for each, which tells
 * the `period` in which Python lets messages come.
 * show(pictures) takes the next ones, cut() shows the last at once; wanted(most) is how many a
 * message should bring, each after `most` updates.
 */
export function createFilm(show) {
  let [waiting, timer, came, pause, wanted] = [[], null, -Infinity, SMOOTH, 1];

  function next() {
    clearTimeout(timer);
    if (!waiting.length) return;
    show(waiting.shift());
    if (waiting.length) timer = setTimeout(next, pause / (waiting.length + 1));
  }

  return {
    wanted(most) { return most < EACH ? 1 : Math.round(wanted); },
    show(pictures) {
      const now = performance.now();
      if (now - came < FORGET) pause += 0.2 * (now - came - pause);
      else [pause, wanted] = [SMOOTH, 1];
      came = now;
      const slow = pause > LATE * pictures.at(-1).period;
      wanted = Math.min(Math.max(slow ? pause / SMOOTH : wanted - FEWER, 1), MOST);
      const late = waiting.splice(0, waiting.length).slice(-MOST);
      waiting = [...late, ...pictures];
      next();
    },
    cut() {
      clearTimeout(timer);
      if (waiting.length) show(waiting.at(-1));
      waiting = [];
    },
  };
}
