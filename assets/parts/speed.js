// How fast it goes, as seen from here: updates over the last second and a half.

const WINDOW = 1500; // ms

/** note(model) with each payload; pace() → {updates, examples, pictures} a second, or null. */
export function createSpeed() {
  let seen = [];
  let size = 0;
  return {
    restart() { seen = []; },
    note({ updates, batchSize }) {
      const now = performance.now();
      if (seen.length && updates <= seen[seen.length - 1].updates) return;
      size = batchSize;
      seen = [...seen.filter(({ at }) => now - at < WINDOW), { at: now, updates }];
    },
    pace() {
      if (seen.length < 3) return null;
      const [first, last] = [seen[0], seen[seen.length - 1]];
      const seconds = (last.at - first.at) / 1000;
      const updates = (last.updates - first.updates) / seconds;
      return { updates, examples: updates * size, pictures: (seen.length - 1) / seconds };
    },
  };
}
