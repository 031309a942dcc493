// Contour lines by marching squares (Lorensen and Cline 1987, in two dimensions).

// For each of the 16 ways in which a cell's corners lie above a level, the pairs of edges that
// the line joins. Corners count 1 (column, row), 2 (next column), 4 (both next), 8 (next row);
// edges 0 bottom, 1 right, 2 top, 3 left.
const CROSSINGS = [
  [], [3, 0], [0, 1], [3, 1], [1, 2], [3, 2, 0, 1], [0, 2], [3, 2],
  [2, 3], [2, 0], [0, 3, 1, 2], [2, 1], [1, 3], [1, 0], [0, 3], [],
];

/** Segments [x0, y0, x1, y1, …] in grid units of the lines where `heights` takes a level. */
export function contourLines(heights, rows, columns, levels) {
  const segments = [];
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const corner = row * columns + column;
      const cell = [heights[corner], heights[corner + 1], heights[corner + columns + 1], heights[corner + columns]];
      const low = Math.min(...cell);
      const high = Math.max(...cell);
      if (!Number.isFinite(low + high)) continue;
      for (const level of levels) {
        if (level > low && level <= high) addCell(segments, cell, level, column, row);
      }
    }
  }
  return Float32Array.from(segments);
}

function addCell(segments, cell, level, column, row) {
  const above = cell.reduce((sum, height, index) => sum + (height >= level ? 1 << index : 0), 0);
  const share = (a, b) => (level - cell[a]) / (cell[b] - cell[a]);
  const onEdge = (edge) => {
    if (edge === 0) return [column + share(0, 1), row];
    if (edge === 1) return [column + 1, row + share(1, 2)];
    if (edge === 2) return [column + share(3, 2), row + 1];
    return [column, row + share(0, 3)];
  };
  for (const edge of CROSSINGS[above]) segments.push(...onEdge(edge));
}
