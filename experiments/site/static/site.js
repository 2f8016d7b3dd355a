// What every page of the site does: day or night, and replays in their places.

const ROOT = document.documentElement.dataset.root || "";
const players = []; // replays and charts of this page: they follow day and night

function rememberedTheme() {
  try {
    return localStorage.getItem("inkspot-theme");
  } catch {
    return null; // an embedded page may not remember
  }
}

function nightNow() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function followNight() {
  const button = document.getElementById("theme"), night = nightNow();
  if (button) button.textContent = night ? "Light theme" : "Dark theme";
  players.forEach((player) => player.setNight(night));
}

function startTheme() {
  const button = document.getElementById("theme");
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", followNight);
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const theme = nightNow() ? "light" : "dark";
      document.documentElement.dataset.theme = theme;
      try {
        localStorage.setItem("inkspot-theme", theme);
      } catch {} // it holds for this page
      followNight();
    });
  }
  followNight();
}

// Show a replay in `holder`: {map, axis, charts, status}; resolves to what `playReplay` returns.
async function showReplay(data, holder) {
  holder.status.textContent = "Loading the weeks ...";
  try {
    if (!self.DecompressionStream) throw new Error("this browser is too old to unpack the weeks: one of 2023 or later can");
    const ground = await loadData(data.ground, ROOT);
    const worlds = [];
    for (const name of data.worlds) worlds.push(new PackedWorld(await loadData(name, ROOT)));
    const theatre = { ...data.theatre, lines: await inflatedJson(ground.lines) };
    const source = new PackedWeeks(worlds, theatre.comparable, data.failed);
    await source.prepare("control");
    const whole = {
      theatre, grounds: [{ cells: new Uint32Array((await inflated(ground.cells)).buffer), countries: await inflated(ground.countries) }],
      charts: await inflatedJson(data.charts), axis: data.axis,
    };
    const player = playReplay(whole, source, holder, nightNow());
    players.push(player);
    holder.status.textContent = "";
    return player;
  } catch (error) {
    holder.status.textContent = `The replay cannot be shown: ${error.message}`;
    return null;
  }
}

function jsonOf(id) {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : null;
}

function startReplay() {
  const data = jsonOf("replay-data");
  if (!data) return;
  const place = (id) => document.getElementById(id);
  showReplay(data, { map: place("map"), axis: place("axis"), charts: place("charts"), status: place("status") });
}

function startCopies() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      const code = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    });
  }
}

// The code that embeds a replay has the address of this page; from a disk only its name.
function startEmbed() {
  const code = document.getElementById("embed-code");
  if (code && location.protocol.startsWith("http")) {
    code.textContent = code.textContent.replace(/src="[^"?]*/, `src="${location.origin}${location.pathname}`);
  }
}

document.addEventListener("DOMContentLoaded", () => {
  startTheme();
  startReplay();
  startEmbed();
  startCopies();
});
