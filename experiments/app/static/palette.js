// Colours. One meaning has one colour, here and in pictures made in Python (report/palette.py), and differs from all others:
//
//   what a group is to the core   black, green, orange, blue (Okabe and Ito's, which survive colour blindness)
//   the state's side              ochre        strikes, attacks, what was clicked   red        displaced people   brown
//   shares and numbers of a place a ramp of greys, on which all marks stand out
//   the worlds A and B            slate (full line), magenta (dashed line)
//   second world minus first      violet (less), yellow-green (more)
//   verdicts                      petrol (better), wine (worse), always with a shape of their own
//   what can be pressed           no colour: ink and greys

const KIND_NAMES = ["core", "independent groups", "provinces", "rival franchises"];

const THEMES = {
  light: {
    sea: [236, 240, 243], land: [250, 248, 243], coast: "#7d93a6", border: "#a9a59c", ink: "#1d2330", soft: "#4f5866",
    paper: "#ffffff", grid: "#e4e6ea", kinds: ["#1a1a1a", "#009E73", "#D55E00", "#0072B2"], halo: "rgba(255,255,255,.85)",
    ramp: [[250, 248, 243], [206, 205, 202], [148, 148, 148], [92, 93, 96], [38, 40, 44]],
    less: [74, 24, 150], more: [100, 150, 0], strike: "#b3001b", flow: "#7a4a1e", state: "#8a6d00", front: "#1d2330",
    worlds: ["#26365a", "#b5428b"], verdicts: ["#07717f", "#7d1128"],
  },
  dark: {
    sea: [18, 22, 28], land: [40, 44, 50], coast: "#51677a", border: "#666a70", ink: "#e9edf2", soft: "#b4bcc7",
    paper: "#171b21", grid: "#2b3038", kinds: ["#f4f4f4", "#35c79b", "#ff8a3c", "#57aef0"], halo: "rgba(15,18,22,.85)",
    ramp: [[40, 44, 50], [84, 87, 92], [132, 134, 138], [184, 186, 188], [242, 243, 244]],
    less: [150, 98, 245], more: [186, 232, 84], strike: "#ff5a6a", flow: "#c9a27e", state: "#f2d21b", front: "#e9edf2",
    worlds: ["#bccdf0", "#e866ae"], verdicts: ["#3fd0d6", "#ff9b8a"],
  },
};
const DIFFERENCE_WORDS = { less: "violet", more: "yellow-green" };

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
