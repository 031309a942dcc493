// The one message from Python: u32 header length, JSON header, then arrays aligned to 8 bytes.

const TYPES = {
  "<f8": Float64Array, "<f4": Float32Array, "<i4": Int32Array, "|i1": Int8Array, "|u1": Uint8Array,
};

/** Bytes → the header with its arrays in place: {…header, arrays: {name: {shape, data}}}. */
export function decode(bytes) {
  const buffer = bytes.slice().buffer;
  const length = new Uint32Array(buffer, 0, 1)[0];
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const base = 4 + length;
  const arrays = {};
  for (const { name, dtype, shape, offset } of header.arrays) {
    const size = shape.reduce((product, count) => product * count, 1);
    arrays[name] = { shape, data: new TYPES[dtype](buffer, base + offset, size) };
  }
  return { ...header, arrays };
}
