// Asks Python for ticks of work, as often as it allows and the line can carry, while it runs.

const UNDER_WAY = 2; // so that Python works on one while the answer to the other is drawn
const LATE = 0.4; // of a period is made up for; two at once would reach Python as one
const PATIENCE = 3000; // ms without an answer, after which a tick counts as lost

/** A clock: run(fields) begins, stop() ends it at once; `fields()` is what each tick says. */
export function createClock() {
  let sequence = Date.now(); // a remount or a reload never repeats a number
  let heard = sequence;
  let period = 33;
  let asked = 0;
  let [post, fields, timer] = [null, null, null];

  const next = () => {
    clearTimeout(timer);
    if (!fields || !post) return;
    const now = performance.now();
    if (sequence - heard >= UNDER_WAY) {
      timer = setTimeout(() => { heard = sequence; next(); }, PATIENCE);
      return;
    }
    const wait = asked + period - now;
    if (wait > 1) {
      timer = setTimeout(next, wait);
      return;
    }
    asked = Math.max(asked + period, now - LATE * period);
    sequence += 1;
    post("tick", { ...fields(), sequence });
    next();
  };
  return {
    connect(setTriggerValue) { post = setTriggerValue; },
    run(say) { fields = say; next(); },
    stop() { fields = null; clearTimeout(timer); },
    /** An answer came: to which tick, and how many milliseconds lie from tick to tick now. */
    answered(to, pause) {
      heard = Math.max(heard, Math.min(to, sequence));
      period = pause;
      next();
    },
  };
}
