// What the stage knows: Python's message with the critical points put together.

/** The decoded message → the model of the stage. */
export function modelOf(message) {
  const { terrain, arrays } = message;
  const { shape, data } = arrays.critical;
  const critical = terrain.kinds.map((kind, index) => ({
    kind,
    is_global: index < terrain.globals,
    point: Array.from(data.subarray(index * shape[1], (index + 1) * shape[1])),
  }));
  return { ...message, terrain: { ...terrain, critical_points: critical } };
}
