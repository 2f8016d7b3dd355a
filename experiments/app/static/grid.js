// Where the cells of a world lie: their raster, and from a place in degrees to a cell. Worlds may have different grids.

class Grid {
  // `ground`: {rows, columns, extent, countries}; `cells`: place of each cell in the raster; `countryOf`: index of its country.
  constructor(ground, cells, countryOf) {
    Object.assign(this, { rows: ground.rows, columns: ground.columns, countries: ground.countries, cells, countryOf });
    this.extent = ground.extent;
    [this.west, this.east, this.south, this.north] = ground.extent;
    this.dx = (this.east - this.west) / this.columns;
    this.dy = (this.north - this.south) / this.rows;
    this.cellIndex = new Int32Array(this.rows * this.columns).fill(-1);
    cells.forEach((place, cell) => (this.cellIndex[place] = cell));
  }

  // The cell at a place in degrees, or null.
  cellAt(lon, lat) {
    const column = Math.floor((lon - this.west) / this.dx), row = Math.floor((this.north - lat) / this.dy);
    if (column < 0 || row < 0 || column >= this.columns || row >= this.rows) return null;
    const cell = this.cellIndex[row * this.columns + column];
    return cell < 0 ? null : cell;
  }

  // Longitude and latitude of the middle of a cell.
  middle(cell) {
    const place = this.cells[cell];
    return [this.west + ((place % this.columns) + 0.5) * this.dx, this.north - (Math.floor(place / this.columns) + 0.5) * this.dy];
  }

  // The box around the cells for which `wanted(cell)` is true, or null.
  boxOf(wanted) {
    const box = new Box();
    for (let cell = 0; cell < this.cells.length; cell++) if (wanted(cell)) box.add(...this.middle(cell));
    return box.empty ? null : box;
  }
}

// A box in degrees that grows with what is put into it.
class Box {
  constructor() {
    this.west = this.south = Infinity;
    this.east = this.north = -Infinity;
  }

  get empty() {
    return this.west > this.east;
  }

  add(lon, lat) {
    this.west = Math.min(this.west, lon);
    this.east = Math.max(this.east, lon);
    this.south = Math.min(this.south, lat);
    this.north = Math.max(this.north, lat);
  }

  join(other) {
    if (!other || other.empty) return;
    this.add(other.west, other.south);
    this.add(other.east, other.north);
  }

  // The same with a margin (a share of each side), and at least so many degrees wide and high.
  widened(margin, least) {
    const wide = new Box();
    const grow = (low, high) => Math.max((high - low) * margin, (least - (high - low)) / 2);
    const [x, y] = [grow(this.west, this.east), grow(this.south, this.north)];
    wide.add(this.west - x, this.south - y);
    wide.add(this.east + x, this.north + y);
    return wide;
  }
}
