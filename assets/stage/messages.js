// What the stage asks of Python. One message is under way at a time: a second one would abort
// the run that answers the first. While one waits, a newer drag replaces an older one.

const PATIENCE = 4000; // ms without an answer, after which the next message may go all the same

/** A sender: send(act, fields), acknowledge(sequence) when a payload arrives; `onLost` if none does. */
export function createSender(onLost) {
  let sequence = Date.now(); // a remount or a reload never repeats a number
  let waiting = [];
  let busy = false;
  let watchdog = null;
  let post = null;

  const next = () => {
    if (busy || !waiting.length || !post) return;
    const message = { ...waiting.shift(), sequence: ++sequence };
    busy = true;
    clearTimeout(watchdog);
    watchdog = setTimeout(() => { busy = false; onLost(); next(); }, PATIENCE);
    post("message", message);
  };
  return {
    /** Streamlit hands over a new function with every update; the newest one is the valid one. */
    connect(setTriggerValue) { post = setTriggerValue; },
    send(act, fields = {}) {
      const same = (message) => message.act === act && act !== "add" && act !== "fork" && act !== "remove"
        && message.walker === fields.walker && message.setting === fields.setting;
      waiting = [...waiting.filter((message) => !same(message)), { act, ...fields }];
      next();
    },
    /** True when nothing newer than this answer is under way. */
    acknowledge(answered) {
      if (answered >= sequence) {
        busy = false;
        clearTimeout(watchdog);
      }
      next();
      return !busy;
    },
  };
}
