// The state's side over the fields: fronts, offensives, garrisons, partners. Returns what can be hit.
// A force: [army, lat, lon, place, soldiers, phase, weeks, garrison]. A partner: [army, soldiers, readiness].

const BUILD_UP = 1, ATTACK = 2, PHASES = ["none", "builds up", "attacks"];

// Fronts are edges of cells: 2 x place of the cell south of it, or that and 1 of the cell east of it.
function drawFronts(context, edges, theatre, theme, place) {
  const [west, east, south, north] = theatre.extent, { rows, columns } = theatre;
  const dx = (east - west) / columns, dy = (north - south) / rows;
  context.save();
  context.lineCap = "round";
  context.beginPath();
  for (const edge of edges) {
    const cell = edge >> 1, lon = west + (cell % columns) * dx, lat = north - Math.floor(cell / columns) * dy;
    context.moveTo(...place(lon, lat));
    context.lineTo(...(edge & 1 ? place(lon, lat - dy) : place(lon + dx, lat)));
  }
  for (const [width, colour] of [[3.4, theme.halo], [1.5, theme.front]]) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }
  context.restore();
}

function drawPartners(context, partners, armies, theatre, theme, place, hits, selected) {
  for (const [army, soldiers, readiness] of partners) {
    const { lat, lon, homes } = armies[army];
    context.strokeStyle = theme.state;
    context.lineWidth = 1;
    context.globalAlpha = 0.7;
    context.setLineDash([2, 3]);
    for (const [homeLat, homeLon, radius] of homes) {
      const [x, y] = place(homeLon, homeLat), size = Math.abs(place(homeLon, homeLat + radius / 111.2)[1] - y);
      if (!shows(theatre.seen, x, y, size)) continue;
      context.beginPath();
      context.arc(x, y, Math.max(2, size), 0, 2 * Math.PI);
      context.stroke();
    }
    context.setLineDash([]);
    context.globalAlpha = 1;
    const [x, y] = place(lon, lat), size = theatre.markSize * (3.5 + Math.min(5, Math.sqrt(soldiers / 2500)));
    context.fillStyle = theme.state;
    context.beginPath();
    context.moveTo(x, y - size);
    context.lineTo(x + size, y + 0.8 * size);
    context.lineTo(x - size, y + 0.8 * size);
    context.closePath();
    outlined(context, theme);
    ringOf(context, x, y, size, "army", army, theme, selected);
    hits.push({ what: "army", id: army, x, y, radius: size + 2, soldiers, readiness });
  }
}

function ringOf(context, x, y, size, what, id, theme, selected) {
  if (!selected || selected.what !== what || selected.id !== id) return;
  context.lineWidth = 2;
  context.strokeStyle = theme.strike;
  context.beginPath();
  context.arc(x, y, size + 5, 0, 2 * Math.PI);
  context.stroke();
}

function drawGarrisons(context, forces, theatre, theme, place, hits) {
  for (const [army, lat, lon, at, soldiers, phase, , garrison] of forces) {
    if (!garrison || phase) continue;
    const [x, y] = place(lon, lat), half = theatre.markSize * (2.5 + Math.min(3.5, Math.sqrt(soldiers / 2500)));
    context.fillStyle = theme.state;
    context.beginPath();
    context.rect(x - half - 7, y - half + 7, 2 * half, 2 * half); // beside the town's other marks
    outlined(context, theme);
    hits.push({ what: "army", id: army, x: x - 7, y: y + 7, radius: half + 3, at, sent: soldiers, garrison });
  }
}

// An arrow from the army's seat towards the place, its last part only: full where it attacks, hollow where it builds up.
function drawOperations(context, forces, armies, theatre, theme, place, hits, selected) {
  for (const [army, lat, lon, at, soldiers, phase, weeks] of forces) {
    if (!phase) continue;
    const [x, y] = place(lon, lat), [x0, y0] = place(armies[army].lon, armies[army].lat);
    const far = Math.hypot(x - x0, y - y0), angle = far > 3 ? Math.atan2(y - y0, x - x0) : Math.PI / 2;
    const thick = theatre.markSize * (2 + Math.min(4, Math.sqrt(soldiers / 3000))), length = 9 + 2.8 * thick;
    context.save();
    context.translate(x, y);
    context.rotate(angle);
    context.beginPath();
    arrow(context, -length - 3, -3, thick);
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = theme.halo;
    context.stroke();
    context.fillStyle = phase === ATTACK ? theme.state : theme.halo;
    context.fill();
    context.lineWidth = 1.3;
    context.strokeStyle = theme.state;
    context.stroke();
    context.restore();
    const middle = 3 + length / 2, hitX = x - Math.cos(angle) * middle, hitY = y - Math.sin(angle) * middle;
    ringOf(context, hitX, hitY, length / 2, "army", army, theme, selected);
    hits.push({ what: "army", id: army, x: hitX, y: hitY, radius: length / 2 + 2, at, sent: soldiers, phase, weeks });
  }
}

// Outline of an arrow along the x axis, from its tail to its tip.
function arrow(context, tail, tip, thick) {
  const head = 2.2 * thick, neck = tip - head;
  context.moveTo(tail, -thick / 2);
  for (const [x, y] of [[neck, -thick / 2], [neck, -1.2 * thick], [tip, 0], [neck, 1.2 * thick], [neck, thick / 2], [tail, thick / 2]]) {
    context.lineTo(x, y);
  }
  context.closePath();
}
