// Colours. Kinds of organisations: Okabe and Ito's, which survive colour blindness; ramps: viridis-like, light to dark
// (dark to light at night); differences: blue and orange around the ground's own colour.

const KIND_NAMES = ["core", "independent groups", "provinces", "rival franchises"];

const THEMES = {
  light: {
    sea: [236, 240, 243], land: [250, 248, 243], coast: "#7d93a6", border: "#a9a59c", ink: "#1d2330", soft: "#5c6573",
    paper: "#ffffff", grid: "#e4e6ea", kinds: ["#1a1a1a", "#009E73", "#D55E00", "#0072B2"], halo: "rgba(255,255,255,.85)",
    ramp: [[250, 248, 243], [253, 219, 150], [236, 131, 82], [178, 54, 98], [74, 18, 92]],
    less: [0, 90, 181], more: [204, 85, 0], strike: "#b3001b", flow: "#6a3d9a", state: "#8a6d00", front: "#1d2330",
    worlds: ["#0072B2", "#b5478c"],
  },
  dark: {
    sea: [18, 22, 28], land: [40, 44, 50], coast: "#51677a", border: "#666a70", ink: "#e9edf2", soft: "#a7b0bc",
    paper: "#171b21", grid: "#2b3038", kinds: ["#f4f4f4", "#35c79b", "#ff8a3c", "#57aef0"], halo: "rgba(15,18,22,.85)",
    ramp: [[40, 44, 50], [84, 48, 112], [176, 62, 104], [240, 134, 82], [255, 226, 150]],
    less: [87, 174, 240], more: [255, 150, 70], strike: "#ff5a6a", flow: "#c3a2ff", state: "#f2d21b", front: "#e9edf2",
    worlds: ["#57aef0", "#f08cc8"],
  },
};

const OKABE_ITO = ["#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#999999"];

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

function mix(one, two, share) {
  return one.map((value, at) => Math.round(value + (two[at] - value) * share));
}

// A colour as a pixel: the bytes of red, green, blue and an opaque alpha, in the order of the machine.
function pixelOf(colour) {
  return new Uint32Array(new Uint8Array([...colour, 255]).buffer)[0];
}

// Pixel of each of 256 values of a single field, from the first colour of the ramp to its last.
function rampTable(ramp) {
  const table = new Uint32Array(256);
  for (let value = 0; value < 256; value++) {
    const place = (value / 255) * (ramp.length - 1);
    const at = Math.min(ramp.length - 2, Math.floor(place));
    table[value] = pixelOf(mix(ramp[at], ramp[at + 1], place - at));
  }
  return table;
}

// Colour of a difference: 128 is none, below is less, above is more; the root makes small ones visible.
function differenceTable(theme) {
  const table = new Uint32Array(256);
  for (let value = 0; value < 256; value++) {
    const share = Math.min(1, Math.abs(value - 128) / 127);
    table[value] = pixelOf(mix(theme.land, value < 128 ? theme.less : theme.more, Math.sqrt(share)));
  }
  return table;
}

// A colour of a group's own: eight that survive colour blindness, then the same darker, lighter, and so on.
function ownColour(row) {
  const base = rgb(OKABE_ITO[(row - 1) % OKABE_ITO.length]), turn = Math.floor((row - 1) / OKABE_ITO.length);
  const away = Math.min(0.75, 0.45 * Math.ceil(turn / 2)), towards = turn % 2 ? [0, 0, 0] : [255, 255, 255];
  return `#${mix(base, towards, away).map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

// Colour of each organisation by what it is to the core (or a colour of its own).
function organisationColours(theme, organisations, own) {
  const colours = [];
  for (const [row, status] of organisations) {
    colours[row] = own && row > 0 ? ownColour(row) : theme.kinds[status];
  }
  return colours;
}
