// What a component asks of Python. One message is under way at a time: a second one would abort
// the run that answers the first. While one waits, a newer drag replaces an older one.

const PATIENCE = 4000; // ms without an answer, after which the next message may go all the same

/**
 * A sender: send(act, fields), acknowledge(sequence) when a payload arrives; `onLost` if none does.
 * Acts in `once` change what walkers are called by: until one is answered, neither another of them
 * nor a message that names a walker is taken; all others wait their turn.
 */
export function createSender({ onLost = () => {}, once = [] } = {}) {
  let sequence = Date.now(); // a remount or a reload never repeats a number
  let waiting = [];
  let busy = false;
  let sent = null;
  let watchdog = null;
  let post = null;

  const next = () => {
    if (busy || !waiting.length || !post) return;
    const message = { ...waiting.shift(), sequence: ++sequence };
    busy = true;
    sent = message.act;
    clearTimeout(watchdog);
    watchdog = setTimeout(() => { busy = false; onLost(); next(); }, PATIENCE);
    post("message", message);
  };
  return {
    /** Whether nothing is under way or waits. */
    get idle() { return !busy && !waiting.length; },
    /** Streamlit hands over a new function with every update; the newest one is the valid one, and null the last. */
    connect(setTriggerValue) {
      post = setTriggerValue;
      if (!post) clearTimeout(watchdog);
    },
    send(act, fields = {}) {
      const pending = [busy && sent, ...waiting.map((message) => message.act)].some((name) => once.includes(name));
      if (pending && (once.includes(act) || "walker" in fields)) return;
      const same = (message) => message.act === act && !once.includes(act) && message.walker === fields.walker && message.setting === fields.setting;
      waiting = [...waiting.filter((message) => !same(message)), { act, ...fields }];
      next();
    },
    /** True if this payload answers the newest message, or if none was under way. */
    acknowledge(answered) {
      const newest = !busy || answered >= sequence;
      if (newest) {
        busy = false;
        clearTimeout(watchdog);
      }
      next(); // under a moving hand the next message goes, and this answer is shown all the same
      return newest;
    },
  };
}
