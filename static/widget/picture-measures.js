/**
 * What a small grey picture of a paper tells, by plain arithmetic that the cheapest phone keeps up with. The limits and
 * the error rates that they were set by are in docs/evaluation.md, "Hints before the picture is taken".
 */

const TILE_PX = 20;
const TEXTURED_VARIANCE = 100;
const SHARPEST_SHARE = 0.15;
const BLOWN_LEVEL = 250;
const EDGE_STEP_PX = 4;
const EDGE_LEVELS = 14;
const EDGE_FIT_PX = 3;
// Half of a side is enough: fingers hold papers, and corners are round.
const EDGE_SHARE = 0.5;

/** A grey picture, row by row, 0 to 255. */
export class GreyPicture {
  /**
   * @param {Uint8ClampedArray} levels
   * @param {number} width
   * @param {number} height
   */
  constructor(levels, width, height) {
    this.levels = levels;
    this.width = width;
    this.height = height;
  }

  /** @param {{data: Uint8ClampedArray, width: number, height: number}} image as a canvas gives it */
  static of({ data, width, height }) {
    const levels = new Uint8ClampedArray(width * height);
    for (let i = 0, at = 0; i < levels.length; i += 1, at += 4) {
      levels[i] = (data[at] * 77 + data[at + 1] * 150 + data[at + 2] * 29) >> 8;
    }
    return new GreyPicture(levels, width, height);
  }
}

/**
 * The measures of each tile of 20 px: how light it is, how much its levels vary, how much of that is fine detail, and
 * which share of it is blown out.
 *
 * @param {GreyPicture} picture
 */
export function tilesOf({ levels, width, height }) {
  const tiles = [];
  for (let top = 0; top + TILE_PX <= height; top += TILE_PX) {
    for (let left = 0; left + TILE_PX <= width; left += TILE_PX) tiles.push(tileOf(levels, width, height, left, top));
  }
  return tiles;
}

/**
 * @param {Uint8ClampedArray} levels
 * @param {number} width
 * @param {number} height
 * @param {number} left
 * @param {number} top
 */
function tileOf(levels, width, height, left, top) {
  let sum = 0;
  let squares = 0;
  let detail = 0;
  let blown = 0;
  for (let y = top; y < top + TILE_PX; y += 1) {
    for (let x = left; x < left + TILE_PX; x += 1) {
      const at = y * width + x;
      const level = levels[at];
      sum += level;
      squares += level * level;
      if (level >= BLOWN_LEVEL) blown += 1;
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) continue;
      const bend = 4 * level - levels[at - 1] - levels[at + 1] - levels[at - width] - levels[at + width];
      detail += bend * bend;
    }
  }
  const size = TILE_PX * TILE_PX;
  const light = sum / size;
  return { light, variance: squares / size - light * light, detail: detail / size, blown: blown / size };
}

/**
 * How light the picture is, and its lightest tenth: a dark cloth around a well lit paper is no dark picture.
 *
 * @param {ReturnType<typeof tilesOf>} tiles
 */
export function lightOf(tiles) {
  const lights = tiles.map(({ light }) => light).sort((a, b) => b - a);
  return { mean: lights.reduce((sum, light) => sum + light, 0) / lights.length, high: lights[Math.floor(lights.length / 10)] };
}

/**
 * Fine detail relative to contrast in the sharpest tiles that have any, so that neither light nor the amount of print
 * moves it; 0 where nothing is printed.
 *
 * @param {ReturnType<typeof tilesOf>} tiles
 */
export function sharpnessOf(tiles) {
  const ratios = tiles.filter(({ variance }) => variance > TEXTURED_VARIANCE).map(({ variance, detail }) => detail / variance);
  if (ratios.length < 4) return 0;
  ratios.sort((a, b) => b - a);
  return ratios[Math.floor(Math.max(4, ratios.length * SHARPEST_SHARE) / 2)];
}

/**
 * The share of tiles that are blown out all over; a white page is bright, a reflection has no level left.
 *
 * @param {ReturnType<typeof tilesOf>} tiles
 */
export function glareOf(tiles) {
  return tiles.filter(({ blown }) => blown > 0.9).length / tiles.length;
}

/**
 * How much the picture changed, in levels of its tiles.
 *
 * @param {ReturnType<typeof tilesOf>} before
 * @param {ReturnType<typeof tilesOf>} now
 */
export function motionOf(before, now) {
  if (before.length !== now.length) return 255;
  return now.reduce((sum, { light }, i) => sum + Math.abs(light - before[i].light), 0) / now.length;
}

/**
 * On how many of its four sides the guide has a straight edge close by: something of its shape lies in it.
 *
 * @param {GreyPicture} picture
 * @param {import("./types.js").Region} guide in fractions of the picture
 * @param {number} reach how far from the guide an edge may be, as a fraction of the guide's shorter side
 */
export function edgesAlong(picture, guide, reach) {
  const { width, height } = picture;
  const box = {
    left: guide.x * width,
    top: guide.y * height,
    right: (guide.x + guide.width) * width,
    bottom: (guide.y + guide.height) * height,
  };
  const reachPx = reach * Math.min(box.right - box.left, box.bottom - box.top);
  const across = { from: box.left, to: box.right, stride: 1, along: width };
  const down = { from: box.top, to: box.bottom, stride: width, along: 1 };
  const sides = [
    { ...across, at: box.top, limit: height },
    { ...across, at: box.bottom, limit: height },
    { ...down, at: box.left, limit: width },
    { ...down, at: box.right, limit: width },
  ];
  return sides.filter((side) => hasEdge(picture.levels, side, reachPx)).length;
}

/**
 * Whether the strongest steps of level along a side lie on one line.
 *
 * @param {Uint8ClampedArray} levels
 * @param {{from: number, to: number, at: number, limit: number, stride: number, along: number}} side `stride` leads to the
 *   next pixel of the side, `along` across it; the ends are left out, for corners are round
 * @param {number} reachPx
 */
function hasEdge(levels, { from, to, at, limit, stride, along }, reachPx) {
  const inset = (to - from) * 0.1;
  const first = Math.max(2, Math.round(at - reachPx));
  const last = Math.min(limit - 3, Math.round(at + reachPx));
  /** @type {[number, number][]} */
  const steps = [];
  let count = 0;
  for (let place = Math.round(from + inset); place < to - inset; place += EDGE_STEP_PX) {
    count += 1;
    let strongest = EDGE_LEVELS;
    let where = -1;
    for (let depth = first; depth <= last; depth += 1) {
      const centre = place * stride + depth * along;
      const step = Math.abs(levels[centre + 2 * along] + levels[centre + along] - levels[centre - along] - levels[centre - 2 * along]) / 2;
      if (step > strongest) [strongest, where] = [step, depth];
    }
    if (where >= 0) steps.push([place, where]);
  }
  return steps.length >= 4 && mostOnOneLine(steps) >= EDGE_SHARE * count;
}

/**
 * The greatest number of points that one nearly level line passes, by trying lines through pairs of them.
 *
 * @param {[number, number][]} points
 */
function mostOnOneLine(points) {
  let most = 0;
  const stride = Math.max(1, Math.floor(points.length / 16));
  for (let i = 0; i < points.length; i += stride) {
    for (let j = i + stride; j < points.length; j += stride) {
      const slope = (points[j][1] - points[i][1]) / (points[j][0] - points[i][0]);
      if (Math.abs(slope) > 0.2) continue;
      const near = points.filter(([x, y]) => Math.abs(y - points[i][1] - slope * (x - points[i][0])) <= EDGE_FIT_PX).length;
      most = Math.max(most, near);
    }
  }
  return most;
}
