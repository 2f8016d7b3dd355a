// From a byte a cell to pixels of the raster; outside the map pixels stay transparent.

class Raster {
  constructor(theatre, cells) {
    this.cells = cells; // place of each cell in the raster, row by row
    this.canvas = document.createElement("canvas");
    this.canvas.width = theatre.columns;
    this.canvas.height = theatre.rows;
    this.context = this.canvas.getContext("2d");
    this.image = this.context.createImageData(theatre.columns, theatre.rows);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.shades = new Map(); // colour and ground -> the pixels of 256 strengths, made once
  }

  // One field: each cell takes the pixel of its value from a table of 256.
  paint(values, table) {
    const { cells, pixels } = this;
    for (let cell = 0; cell < cells.length; cell++) pixels[cells[cell]] = table[values[cell]];
    this.context.putImageData(this.image, 0, 0);
  }

  // Control: the ground, covered by the holder's colour as far as it has control.
  paintControl(holder, strength, colours, ground) {
    const { cells, pixels } = this, empty = pixelOf(ground);
    const tables = colours.map((colour) => (colour ? this.shadesOf(colour, ground) : null));
    for (let cell = 0; cell < cells.length; cell++) {
      const table = holder[cell] === 255 ? null : tables[holder[cell]];
      pixels[cells[cell]] = table ? table[strength[cell]] : empty;
    }
    this.context.putImageData(this.image, 0, 0);
  }

  shadesOf(colour, ground) {
    const key = `${colour} ${ground}`;
    if (!this.shades.has(key)) {
      const full = rgb(colour), shade = (value) => pixelOf(mix(ground, full, Math.pow(value / 255, 0.8)));
      this.shades.set(key, Uint32Array.from({ length: 256 }, (_, value) => shade(value)));
    }
    return this.shades.get(key);
  }
}
