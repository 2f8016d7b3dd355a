// A lesson from stored runs: predict, draw a guess, see what the model did, and try settings of the challenge.

const DONE = "inkspot-lessons"; // in the browser's own memory: name of a lesson -> best score, 0 once it was revealed

function doneLessons() {
  try {
    return JSON.parse(localStorage.getItem(DONE)) || {};
  } catch {
    return {}; // a page from a disk, or an embedded one, may not remember
  }
}

function rememberLesson(name, points) {
  const done = doneLessons();
  done[name] = Math.max(points, done[name] || 0);
  try {
    localStorage.setItem(DONE, JSON.stringify(done));
  } catch {} // it holds for this page
}

function startList() {
  const list = document.getElementById("lessons");
  if (!list) return;
  const done = doneLessons();
  for (const link of list.querySelectorAll("[data-lesson]")) {
    const points = done[link.dataset.lesson];
    if (points !== undefined) link.parentElement.querySelector(".done").textContent = points >= 100 ? "✓ won" : "✓ done";
  }
}

// What the chart of guesses asks of a widget's model.
class GuessModel {
  constructor(spec) {
    this.values = { spec, guess: [] };
    this.heard = {};
  }

  get(name) {
    return this.values[name];
  }

  set(name, value) {
    this.values[name] = value;
    for (const each of this.heard[`change:${name}`] || []) each();
  }

  on(event, call) {
    (this.heard[event] ||= []).push(call);
  }

  off(event, call) {
    this.heard[event] = (this.heard[event] || []).filter((each) => each !== call);
  }

  save_changes() {}
}

function startLesson() {
  const holder = document.getElementById("lesson-data");
  if (!holder) return;
  const data = JSON.parse(holder.textContent), { chart } = data;
  const part = (id) => document.getElementById(id);
  const first = { ...chart, lines: chart.lines.slice(0, 1), locked: false };
  const model = new GuessModel(first), answers = [...document.querySelectorAll("[data-answer]")];
  let guess = null;
  renderGuess({ model, el: part("guess") });

  for (const button of answers) {
    button.addEventListener("click", () => {
      guess = button.dataset.answer;
      answers.forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
      part("reveal").disabled = false;
    });
  }

  part("reveal").addEventListener("click", async () => {
    answers.forEach((each) => (each.disabled = true));
    part("reveal").hidden = true;
    part("draw").textContent = "Over your line, if you drew one: what the model does.";
    model.set("spec", chart);
    part("answer").innerHTML = data.revealed[guess]; // made by the model's own words, escaped there
    const drawn = model.get("guess"), end = drawn[drawn.length - 1];
    if (end !== undefined && end !== null) {
      const words = document.createElement("p"), line = chart.lines[1].values;
      words.textContent = `Your line ends at ${guessInWords(end)}, the model's at ${guessInWords(line[line.length - 1])}.`;
      part("answer").querySelector("h3").after(words);
    }
    part("after").hidden = false;
    rememberLesson(data.name, 0);
    const player = await showReplay(data.replay, { map: part("map"), axis: part("axis"), charts: part("charts"), status: part("status") });
    if (player) player.show(0);
  });

  const knobs = data.knobs.map((_, at) => part(`knob${at}`));
  const attempt = () => data.attempts[knobs.map((each) => each.value).join(",")];
  const turned = () => {
    knobs.forEach((each, at) => {
      part(`value${at}`).textContent = data.knobs[at].words[each.value];
      each.setAttribute("aria-valuetext", data.knobs[at].words[each.value]);
    });
    part("rest").textContent = attempt().rest;
  };
  knobs.forEach((each) => each.addEventListener("input", turned));
  turned();

  let best = 0;
  part("challenge").addEventListener("submit", (event) => {
    event.preventDefault();
    const { score, goals } = attempt(), words = document.createElement("p"), list = document.createElement("ul");
    best = Math.max(best, score);
    rememberLesson(data.name, best);
    const won = score >= data.won ? "Won. All goals are reached." : "Your score is that of the goal that is reached least.";
    words.textContent = `${score} of ${data.won}, best so far ${best}. ${won}`;
    words.className = score >= data.won ? "verdict supported" : "verdict";
    for (const goal of goals) list.append(Object.assign(document.createElement("li"), { textContent: goal }));
    part("score").replaceChildren(words, list);
  });
}

document.addEventListener("DOMContentLoaded", () => {
  startList();
  startLesson();
});
