// One world on the map, or the difference of two: its raster, its marks and what of them can be hit.

const HALF = 127; // more than this is more than half

class Pane {
  constructor(map, number, grid) {
    Object.assign(this, { map, number, grid }); // 0, 1: worlds; 2: the difference
    this.raster = new Raster(grid, grid.cells);
    this.hits = [];
  }

  get isDifference() {
    return this.number === DIFFERENCE;
  }

  get marks() {
    return this.map.frame.panes[this.isDifference ? 0 : this.number];
  }

  // Colours change with the week or the layer only, not with the view.
  paint() {
    const { frame, theme, tables } = this.map;
    this.values = frame && this.map.valuesOf(this.number);
    if (!this.values) return;
    if (this.isDifference) return this.raster.paint(this.values.field, tables.difference);
    this.colours = organisationColours(theme, this.marks.organisations, this.map.ownColours);
    if (frame.layer !== "control") return this.raster.paint(this.values.field, tables.ramp);
    this.raster.paintControl(this.values.holder, this.values.field, this.colours, theme.land);
  }

  // The field, between two places of the screen from left to right.
  drawField(context, place, left, right, height) {
    const { west, east, south, north } = this.grid, [x0, y0] = place(west, north), [x1, y1] = place(east, south);
    clipped(context, left, right, height, () => {
      context.imageSmoothingEnabled = false;
      context.drawImage(this.raster.canvas, x0, y0, x1 - x0, y1 - y0);
    });
  }

  drawMarks(context, place, left, right, width, height) {
    this.hits = [];
    if (!this.map.frame || this.isDifference || right - left < 1) return;
    const { theatre, theme, selected, hidden } = this.map, ours = selected && selected.pane === this.number ? selected : null;
    this.grid.markSize = Math.max(0.75, Math.min(1.15, width / 800)); // small maps have small marks
    this.grid.seen = { left: left - 20, right: right + 20, top: -20, bottom: height + 20 }; // dashes beyond are costly and not seen
    clipped(context, left, right, height, () => {
      this.hits = drawMarks(context, this.marks, this.grid, theme, this.colours || [], place, ours, hidden, theatre.armies[this.number]);
    });
  }

  // What is under a point: a mark (those drawn last lie on top), else the country of the cell. `reach`: of a finger, in pixels.
  under(x, y, lon, lat, reach = 0) {
    for (let at = this.hits.length - 1; at >= 0; at--) {
      const hit = this.hits[at];
      if ((hit.x - x) ** 2 + (hit.y - y) ** 2 <= (hit.radius + reach) ** 2) return hit;
    }
    const cell = this.grid.cellAt(lon, lat);
    return cell === null ? null : { what: "country", id: this.grid.countryOf[cell], cell };
  }
}

function clipped(context, left, right, height, draw) {
  context.save();
  context.beginPath();
  context.rect(left, 0, right - left, height);
  context.clip();
  draw();
  context.restore();
}

// Whether a disc shows in a box of the screen.
function shows(box, x, y, radius) {
  return x + radius > box.left && x - radius < box.right && y + radius > box.top && y - radius < box.bottom;
}

// The part of a line that lies in a box of the screen, [x0, y0, x1, y1], or null.
function cutTo(box, x0, y0, x1, y1) {
  let from = 0, to = 1;
  for (const [start, way, low, high] of [[x0, x1 - x0, box.left, box.right], [y0, y1 - y0, box.top, box.bottom]]) {
    if (!way && (start < low || start > high)) return null;
    if (!way) continue;
    const [one, two] = [(low - start) / way, (high - start) / way];
    from = Math.max(from, Math.min(one, two));
    to = Math.min(to, Math.max(one, two));
  }
  const at = (share) => [x0 + share * (x1 - x0), y0 + share * (y1 - y0)];
  return from < to ? [...at(from), ...at(to)] : null;
}
