// The line to Python: what is asked for (acts) and, while it runs, ticks of work, as often as
// Python allows and the line can carry. Of messages that wait there, Streamlit keeps the last; so
// each one repeats the acts that are not acknowledged, and Python obeys every act once.

const UNDER_WAY = 2; // so that Python works on one while the answer to the other is drawn
const LATE = 0.4; // of a period is made up for; two at once would reach Python as one
const MOST_ACTS = 20; // of one message; the rest waits for the next
const PATIENCE = 3000; // ms without an answer, after which a message counts as lost

/**
 * run(fields) asks for ticks, each with what `fields()` says; stop() ends that at once.
 * send(act, fields) asks for an act; of those named in `latest` only the last counts.
 */
export function createLine({ latest = [] } = {}) {
  let sequence = Date.now(); // a remount or a reload never repeats a number
  let number = sequence;
  let heard = sequence;
  let period = 33;
  let asked = 0;
  let acts = [];
  let news = false; // an act that has not been sent
  let [post, fields, timer] = [null, null, null];

  const next = () => {
    clearTimeout(timer);
    if (!post || !(fields || acts.length)) return;
    const now = performance.now();
    if (sequence - heard >= UNDER_WAY || (!fields && !news)) {
      timer = setTimeout(() => { heard = sequence; news = acts.length > 0; next(); }, PATIENCE);
      return;
    }
    const wait = asked + period - now;
    const due = fields && wait <= 1; // an act goes at once, but brings no tick before its time
    if (!due && !news) {
      timer = setTimeout(next, wait);
      return;
    }
    if (due) asked = Math.max(asked + period, now - LATE * period);
    news = acts.length > MOST_ACTS;
    sequence += 1;
    post("message", { sequence, acts: acts.slice(0, MOST_ACTS), ...(due ? { tick: fields() } : {}) });
    next();
  };
  return {
    /** How many acts are not acknowledged. */
    get waiting() { return acts.length; },
    /** Whether nothing is under way and nothing will be asked for by itself. */
    get idle() { return !fields && acts.length === 0 && heard >= sequence; },
    connect(setTriggerValue) { post = setTriggerValue; },
    run(say) { fields = say; next(); },
    stop() { fields = null; clearTimeout(timer); next(); },
    send(act, more = {}) {
      number += 1;
      acts = [...acts.filter((waiting) => waiting.act !== act || !latest.includes(act)), { act, number, ...more }];
      news = true;
      next();
    },
    /** An answer came: to which message, with which acts done, and the pause from tick to tick. */
    answered(to, acknowledged, pause) {
      heard = Math.max(heard, Math.min(to, sequence));
      acts = acts.filter((waiting) => waiting.number > acknowledged);
      period = pause;
      next();
    },
    leave() { fields = post = null; clearTimeout(timer); },
  };
}
