// What is drawn over the fields: links, hubs, organisations, strikes, attacks, displaced people. Returns what can be hit.
// An organisation: [row, status, lat, lon, fighters, people, link quality, silence, strikes, attacks, hub].

const PROVINCE = 2, RIVAL = 3, SILENT_WEEKS = 4;

// `theatre`: the world's `Grid`; `hidden`: names of marks that are switched off; `armies`: who they are, see `theatre_of`.
function drawMarks(context, marks, theatre, theme, colours, place, selected, hidden, armies) {
  const hits = [], shows = (name) => !hidden.has(name);
  const core = marks.organisations.find((each) => each[0] === 0);
  if (shows("fronts")) drawFronts(context, marks.fronts, theatre, theme, place);
  if (shows("flows")) drawFlows(context, marks.flows, theatre, theme, place);
  if (shows("links")) drawHubs(context, marks.organisations, theatre, theme, place, hits);
  if (core && shows("links")) for (const each of marks.organisations) drawLink(context, core, each, theatre, theme, place, hits, selected);
  if (shows("partners")) drawPartners(context, marks.partners, armies, theatre, theme, place, hits, selected);
  if (shows("garrisons")) drawGarrisons(context, marks.forces, theatre, theme, place, hits);
  if (shows("groups")) for (const each of marks.organisations) drawOrganisation(context, each, theatre, theme, colours, place, hits, selected);
  if (shows("operations")) drawOperations(context, marks.forces, armies, theatre, theme, place, hits, selected);
  return hits;
}

// A link bows to one side, so that those to neighbouring provinces do not lie on each other.
function drawLink(context, core, each, theatre, theme, place, hits, selected) {
  if (each[1] !== PROVINCE) return;
  const [x0, y0] = place(core[3], core[2]), [x1, y1] = place(each[3], each[2]);
  const [quality, silence] = [each[6] || 0, each[7] || 0];
  const bend = 0.14, mx = (x0 + x1) / 2 + (y1 - y0) * bend, my = (y0 + y1) / 2 - (x1 - x0) * bend;
  const thick = theatre.markSize * (0.8 + 3.4 * quality);
  const chosen = selected && selected.what === "link" && selected.id === each[0];
  context.save();
  context.setLineDash(silence > SILENT_WEEKS ? [3, 5] : []);
  for (const [width, colour] of [[2 + thick, theme.halo], [thick, chosen ? theme.strike : theme.ink]]) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.globalAlpha = silence > SILENT_WEEKS ? 0.65 : 0.85;
    context.beginPath();
    context.moveTo(x0, y0);
    context.quadraticCurveTo(mx, my, x1, y1);
    context.stroke();
  }
  context.restore();
  for (let t = 0.15; t <= 0.86; t += 0.05) {
    const u = 1 - t;
    hits.push({
      what: "link", id: each[0], x: u * u * x0 + 2 * u * t * mx + t * t * x1, y: u * u * y0 + 2 * u * t * my + t * t * y1,
      radius: 5, quality, silence,
    });
  }
}

function drawHubs(context, organisations, theatre, theme, place, hits) {
  theatre.hubs.forEach((hub, at) => {
    const [x, y] = place(hub.lon, hub.lat);
    context.strokeStyle = theme.kinds[RIVAL];
    context.lineWidth = 1;
    context.globalAlpha = 0.55;
    context.setLineDash([1, 3]);
    for (const each of organisations) {
      if (each[10] !== at) continue;
      const line = cutTo(theatre.seen, x, y, ...place(each[3], each[2]));
      if (!line) continue;
      context.beginPath();
      context.moveTo(line[0], line[1]);
      context.lineTo(line[2], line[3]);
      context.stroke();
    }
    context.setLineDash([]);
    context.globalAlpha = 1;
    context.fillStyle = theme.kinds[RIVAL];
    context.beginPath();
    context.moveTo(x, y - 5);
    context.lineTo(x + 5, y);
    context.lineTo(x, y + 5);
    context.lineTo(x - 5, y);
    context.closePath();
    outlined(context, theme);
    hits.push({ what: "hub", id: at, x, y, radius: 8 });
  });
}

function outlined(context, theme) {
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = theme.halo;
  context.stroke();
}

function drawOrganisation(context, each, theatre, theme, colours, place, hits, selected) {
  const [row, status, lat, lon, fighters] = each;
  const [x, y] = place(lon, lat), radius = theatre.markSize * (3 + Math.min(7, Math.sqrt((fighters || 0) / 900)));
  drawAttacks(context, x, y, radius, each[9] || 0, theme);
  context.fillStyle = colours[row] || theme.soft;
  context.beginPath();
  if (status === 0) context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  else context.arc(x, y, radius, 0, 2 * Math.PI);
  outlined(context, theme);
  if ((each[8] || 0) > 0.02) drawStrike(context, x, y, radius, each[8], theme);
  if (selected && selected.what === "organisation" && selected.id === row) {
    context.lineWidth = 2;
    context.strokeStyle = theme.strike;
    context.beginPath();
    context.arc(x, y, radius + 5, 0, 2 * Math.PI);
    context.stroke();
  }
  hits.push({ what: "organisation", id: row, x, y, radius: radius + 3, fighters, people: each[5], status, strikes: each[8], attacks: each[9] });
}

// Attacks of the week: rays, more of them and longer with their number.
function drawAttacks(context, x, y, radius, attacks, theme) {
  if (attacks < 0.5) return;
  const rays = Math.min(12, 4 + Math.round(Math.sqrt(attacks))), length = Math.min(7, 2 + Math.sqrt(attacks) * 0.7);
  context.lineWidth = 1;
  context.strokeStyle = theme.strike;
  context.globalAlpha = 0.75;
  context.beginPath();
  for (let ray = 0; ray < rays; ray++) {
    const angle = (ray / rays) * 2 * Math.PI, [dx, dy] = [Math.cos(angle), Math.sin(angle)];
    context.moveTo(x + dx * (radius + 2), y + dy * (radius + 2));
    context.lineTo(x + dx * (radius + 2 + length), y + dy * (radius + 2 + length));
  }
  context.stroke();
  context.globalAlpha = 1;
}

// Strikes: a cross over the organisation, as thick as the dose.
function drawStrike(context, x, y, radius, dose, theme) {
  const arm = radius + 2;
  context.lineWidth = 1 + 2.5 * Math.min(1, dose);
  context.strokeStyle = theme.strike;
  context.beginPath();
  context.moveTo(x - arm, y - arm);
  context.lineTo(x + arm, y + arm);
  context.moveTo(x + arm, y - arm);
  context.lineTo(x - arm, y + arm);
  context.stroke();
}

// Displaced people: arrows from where they fled to where they are; within a country a ring.
function drawFlows(context, flows, theatre, theme, place) {
  context.strokeStyle = context.fillStyle = theme.flow;
  for (const [origin, host, people] of flows) {
    const width = Math.min(6, 0.6 + Math.sqrt(people / 150000));
    const from = theatre.countries[origin], to = theatre.countries[host];
    const [x0, y0] = place(from.lon, from.lat), [x1, y1] = place(to.lon, to.lat);
    context.globalAlpha = 0.6;
    context.lineWidth = width;
    context.beginPath();
    if (origin === host) {
      context.arc(x0, y0, 4 + width * 1.5, 0, 2 * Math.PI);
      context.stroke();
    } else {
      const angle = Math.atan2(y1 - y0, x1 - x0), head = 5 + width;
      context.moveTo(x0, y0);
      context.lineTo(x1 - Math.cos(angle) * head, y1 - Math.sin(angle) * head);
      context.stroke();
      context.beginPath();
      context.moveTo(x1, y1);
      for (const side of [-0.5, 0.5]) context.lineTo(x1 - Math.cos(angle + side) * head, y1 - Math.sin(angle + side) * head);
      context.fill();
    }
  }
  context.globalAlpha = 1;
}
