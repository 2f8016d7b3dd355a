// Where the map is looked at: centre, zoom, and from degrees to pixels and back (equirectangular, true at mid latitude).

const MOST_SCALE = 300; // pixels per degree of longitude
const ACTIVE = { margin: 0.12, least: 8, most: 0.6 }; // of the first view: margin and widest as shares, least in degrees

class View {
  constructor(theatre) {
    [this.west, this.east, this.south, this.north] = theatre.extent;
    this.stretch = 1 / Math.cos((((this.south + this.north) / 2) * Math.PI) / 180);
    this.home();
  }

  // The whole map.
  home() {
    this.lon = (this.west + this.east) / 2;
    this.lat = (this.south + this.north) / 2;
    this.zoom = this.least = 1;
  }

  // Pixels per degree of longitude at which the whole map fits.
  fit(width, height) {
    return Math.min(width / (this.east - this.west), height / ((this.north - this.south) * this.stretch));
  }

  scale(width, height) {
    return this.fit(width, height) * this.zoom;
  }

  project(lon, lat, width, height) {
    const scale = this.scale(width, height);
    return [width / 2 + (lon - this.lon) * scale, height / 2 - (lat - this.lat) * scale * this.stretch];
  }

  unproject(x, y, width, height) {
    const scale = this.scale(width, height);
    return [this.lon + (x - width / 2) / scale, this.lat - (y - height / 2) / (scale * this.stretch)];
  }

  // Look at a box in degrees, as large as it fits; what lies inside of it may then be moved with one finger once zoomed in.
  show(box, width, height) {
    this.lon = (box.west + box.east) / 2;
    this.lat = (box.south + box.north) / 2;
    const scale = Math.min(width / (box.east - box.west), height / ((box.north - box.south) * this.stretch));
    this.setZoom(scale / this.fit(width, height), width, height);
    this.least = this.zoom;
  }

  // Put a place at a point of the screen, at least so many pixels a degree.
  goTo(lon, lat, scale, x, y, width, height) {
    this.setZoom(Math.max(this.zoom, scale / this.fit(width, height)), width, height);
    const now = this.scale(width, height);
    this.lon = lon - (x - width / 2) / now;
    this.lat = lat + (y - height / 2) / (now * this.stretch);
    this.clamp();
  }

  setZoom(zoom, width, height) {
    const most = Math.max(1, MOST_SCALE / this.fit(width, height));
    this.zoom = Math.max(1, Math.min(most, zoom));
    if (this.zoom === 1) this.home();
    this.clamp();
  }

  // Zoom by a factor so that the place under (x, y) stays there.
  zoomAt(factor, x, y, width, height) {
    const [lon, lat] = this.unproject(x, y, width, height);
    this.setZoom(this.zoom * factor, width, height);
    if (this.zoom === 1) return;
    const [newLon, newLat] = this.unproject(x, y, width, height);
    this.lon += lon - newLon;
    this.lat += lat - newLat;
    this.clamp();
  }

  // Whether it is closer than the first view: only then one finger moves the map and not the page.
  get closer() {
    return this.zoom > this.least * 1.02;
  }

  move(dx, dy, width, height) {
    const scale = this.scale(width, height);
    this.lon -= dx / scale;
    this.lat += dy / (scale * this.stretch);
    this.clamp();
  }

  clamp() {
    this.lon = Math.max(this.west, Math.min(this.east, this.lon));
    this.lat = Math.max(this.south, Math.min(this.north, this.lat));
  }

  get state() {
    return { lon: this.lon, lat: this.lat, zoom: this.zoom, least: this.least };
  }

  get key() {
    return `${this.lon},${this.lat},${this.zoom}`;
  }
}

// The box of what is there in a week: land and seats of the core and its provinces in all worlds. Where provinces lie so far
// apart that this would be most of the map, that of the core; without a core, that of all groups. `panes`: see `Pane`.
function activeBox(panes, view) {
  const wide = boxOfKinds(panes, [CORE, PROVINCE]), core = boxOfKinds(panes, [CORE]);
  const most = (box) => box.east - box.west > ACTIVE.most * (view.east - view.west);
  const box = !core.empty && (wide.empty || most(wide)) ? core : wide.empty ? boxOfKinds(panes, [CORE, 1, PROVINCE, RIVAL]) : wide;
  if (box.empty) return null;
  const least = Math.min(ACTIVE.least, (view.north - view.south) / 2);
  return box.widened(ACTIVE.margin, least);
}

function boxOfKinds(panes, kinds) {
  const box = new Box();
  for (const { marks, values, grid } of panes) {
    const rows = new Set();
    for (const [row, kind, lat, lon] of marks.organisations) {
      if (!kinds.includes(kind)) continue;
      rows.add(row);
      box.add(lon, lat);
    }
    if (values && values.holder) box.join(grid.boxOf((cell) => values.field[cell] > HALF && rows.has(values.holder[cell])));
  }
  return box;
}
