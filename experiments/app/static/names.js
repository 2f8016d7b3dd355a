// Names on the map: they fade in by zoom, the most important first, and none lies on another or beyond the edge.

// From how many pixels a degree of longitude a kind of name is seen, and how it is written.
const WRITING = {
  core: { from: 0, font: "700 13px", ink: "ink", away: 12 }, province: { from: 7, font: "600 12px", ink: "ink", away: 10 },
  hub: { from: 9, font: "italic 12px", ink: "ink", away: 9 }, country: { from: 6, font: "600 12px", ink: "soft", away: 0 },
  group: { from: 14, font: "12px", ink: "ink", away: 9 }, place: { from: 34, font: "11px", ink: "ink", away: 5 },
};
const SAME = 0.12; // degrees within which two places are one
const FADE = 0.35; // share of `from` over which a name fades in
const FAMILY = 'system-ui, "Segoe UI", Roboto, sans-serif', LINE = 15;
const GROUPS = ["core", "group", "province", "group"]; // by kind of organisation

class Names {
  constructor(map) {
    this.map = map;
    this.pictures = new Map(); // a name as it is drawn, made once
    this.placed = []; // {text, kind, x, y, width, height, alpha}: what the last picture shows
  }

  // All names that may be shown, the most important first: [kind, text, lon, lat, part]; `part`: the side it belongs to.
  wanted(sheet) {
    const { frame, theatre, hidden } = this.map, wanted = [];
    for (const part of sheet.parts) {
      if (part.pane.isDifference || hidden.has("groups")) continue;
      const names = frame.names[part.pane.number] || [];
      for (const [row, status, lat, lon] of part.pane.marks.organisations) wanted.push([GROUPS[status], names[row] || "", lon, lat, part]);
    }
    if (!hidden.has("links")) for (const hub of theatre.hubs) wanted.push(["hub", hub.name, hub.lon, hub.lat, null]);
    const order = Object.keys(WRITING);
    return [...wanted, ...this.ground()].sort(([one], [two]) => order.indexOf(one) - order.indexOf(two));
  }

  // Countries, the largest first, and places, those with most people first; made once.
  ground() {
    if (this.grounds) return this.grounds;
    const { theatre, panes } = this.map, sizes = new Array(theatre.countries.length).fill(0);
    for (const country of panes[0].grid.countryOf) sizes[country] += 1;
    const countries = theatre.countries.map((each, at) => ({ ...each, size: sizes[at] })).sort((one, two) => two.size - one.size);
    const places = []; // some have two names: the first one is written
    for (const [name, lat, lon] of theatre.places) {
      if (!places.some(([, , x, y]) => Math.hypot(x - lon, y - lat) < SAME)) places.push(["place", name, lon, lat, null]);
    }
    return (this.grounds = [...countries.map(({ name, lon, lat }) => ["country", name, lon, lat, null]), ...places]);
  }

  draw(context, sheet) {
    const { width, height } = sheet, scale = this.map.view.scale(width, height), taken = sheet.obstacles;
    this.placed = [];
    const boxes = [...taken];
    for (const [kind, text, lon, lat, part] of this.wanted(sheet)) {
      const { from, away } = WRITING[kind], alpha = from ? Math.min(1, (scale - from) / (FADE * from)) : 1;
      const [x, y] = sheet.place(lon, lat);
      if (alpha <= 0.05 || !text || x < 0 || y < 0 || x > width || y > height || (part && (x < part.left || x >= part.right))) continue;
      const picture = this.pictureOf(kind, text, sheet.ratio);
      const box = spotsOf(x, y, picture.wide, away).find((spot) => inside(spot, part, width, height) && !boxes.some((other) => overlaps(spot, other)));
      if (!box) continue;
      boxes.push(box);
      this.placed.push({ text, kind, alpha, ...box });
      context.globalAlpha = alpha;
      if (kind === "place") this.dot(context, x, y);
      context.drawImage(picture.canvas, box.x - 3, box.y - 2, picture.wide + 6, LINE + 4);
    }
    context.globalAlpha = 1;
  }

  dot(context, x, y) {
    context.fillStyle = this.map.theme.ink;
    context.beginPath();
    context.arc(x, y, 1.8, 0, 2 * Math.PI);
    context.fill();
  }

  pictureOf(kind, text, ratio) {
    const { theme, dark } = this.map, key = `${kind}|${text}|${dark}|${ratio}`;
    if (this.pictures.has(key)) return this.pictures.get(key);
    const { font, ink } = WRITING[kind], canvas = document.createElement("canvas"), context = canvas.getContext("2d");
    context.font = `${font} ${FAMILY}`;
    const wide = Math.ceil(context.measureText(text).width);
    canvas.width = Math.ceil((wide + 6) * ratio);
    canvas.height = Math.ceil((LINE + 4) * ratio);
    context.scale(ratio, ratio);
    Object.assign(context, { font: `${font} ${FAMILY}`, textBaseline: "middle", lineJoin: "round", lineWidth: 3, strokeStyle: theme.halo, fillStyle: theme[ink] });
    context.strokeText(text, 3, LINE / 2 + 2);
    context.fillText(text, 3, LINE / 2 + 2);
    const picture = { canvas, wide };
    this.pictures.set(key, picture);
    return picture;
  }
}

// Where a name may stand: in the middle where nothing is marked, else to the right, left, below or above of the mark.
function spotsOf(x, y, wide, away) {
  const spot = (left, top) => ({ x: Math.round(left), y: Math.round(top), width: wide, height: LINE });
  if (!away) return [spot(x - wide / 2, y - LINE / 2), spot(x - wide / 2, y - 1.7 * LINE), spot(x - wide / 2, y + 0.7 * LINE)];
  return [
    spot(x + away, y - LINE / 2), spot(x - away - wide, y - LINE / 2), spot(x - wide / 2, y + away), spot(x - wide / 2, y - away - LINE),
  ];
}

function inside(box, part, width, height) {
  const left = part ? part.left : 0, right = part ? part.right : width;
  return box.x >= left + 2 && box.y >= 2 && box.x + box.width <= right - 2 && box.y + box.height <= height - 2;
}

function overlaps(one, two) {
  return one.x < two.x + two.width + 3 && two.x < one.x + one.width + 3 && one.y < two.y + two.height && two.y < one.y + one.height;
}
