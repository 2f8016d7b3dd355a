// From a byte a cell to pixels of the raster; outside the map pixels stay transparent.

class Raster {
  constructor(theatre, cells) {
    this.cells = cells; // place of each cell in the raster, row by row
    this.canvas = document.createElement("canvas");
    this.canvas.width = theatre.columns;
    this.canvas.height = theatre.rows;
    this.context = this.canvas.getContext("2d");
    this.image = this.context.createImageData(theatre.columns, theatre.rows);
    for (const place of cells) this.image.data[place * 4 + 3] = 255;
  }

  // One field: each cell takes the colour of its value from a table of 256 x 3 bytes.
  paint(values, table) {
    const data = this.image.data, cells = this.cells;
    for (let cell = 0; cell < cells.length; cell++) {
      const from = values[cell] * 3, to = cells[cell] * 4;
      data[to] = table[from];
      data[to + 1] = table[from + 1];
      data[to + 2] = table[from + 2];
    }
    this.context.putImageData(this.image, 0, 0);
  }

  // Control: the ground, covered by the holder's colour as far as it has control.
  paintControl(holder, strength, colours, ground) {
    const data = this.image.data, cells = this.cells;
    const shades = colours.map((colour) => (colour ? rgb(colour) : null));
    for (let cell = 0; cell < cells.length; cell++) {
      const to = cells[cell] * 4, shade = holder[cell] === 255 ? null : shades[holder[cell]];
      const share = shade ? Math.pow(strength[cell] / 255, 0.8) : 0;
      for (let part = 0; part < 3; part++) {
        data[to + part] = shade ? ground[part] + (shade[part] - ground[part]) * share : ground[part];
      }
    }
    this.context.putImageData(this.image, 0, 0);
  }
}
