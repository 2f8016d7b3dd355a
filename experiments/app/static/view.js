// Where the map is looked at: centre, zoom, and from degrees to pixels and back (equirectangular, true at mid latitude).

class View {
  constructor(theatre) {
    [this.west, this.east, this.south, this.north] = theatre.extent;
    this.stretch = 1 / Math.cos((((this.south + this.north) / 2) * Math.PI) / 180);
    this.home();
  }

  home() {
    this.lon = (this.west + this.east) / 2;
    this.lat = (this.south + this.north) / 2;
    this.zoom = 1;
  }

  get aspect() {
    return ((this.north - this.south) * this.stretch) / (this.east - this.west);
  }

  // Pixels per degree of longitude on a pane of this size.
  scale(width, height) {
    const fit = Math.min(width / (this.east - this.west), height / ((this.north - this.south) * this.stretch));
    return fit * this.zoom;
  }

  project(lon, lat, width, height) {
    const scale = this.scale(width, height);
    return [width / 2 + (lon - this.lon) * scale, height / 2 - (lat - this.lat) * scale * this.stretch];
  }

  unproject(x, y, width, height) {
    const scale = this.scale(width, height);
    return [this.lon + (x - width / 2) / scale, this.lat - (y - height / 2) / (scale * this.stretch)];
  }

  // Zoom by a factor so that the place under (x, y) stays there.
  zoomAt(factor, x, y, width, height) {
    const [lon, lat] = this.unproject(x, y, width, height);
    this.zoom = Math.max(1, Math.min(16, this.zoom * factor));
    if (this.zoom === 1) return this.home();
    const [newLon, newLat] = this.unproject(x, y, width, height);
    this.lon += lon - newLon;
    this.lat += lat - newLat;
    this.clamp();
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

  get key() {
    return `${this.lon},${this.lat},${this.zoom}`;
  }
}
