// A server that was ended and started again has forgotten its visits. What the page shows is in its address: so the page says
// that the server is gone, waits, and loads itself anew as soon as the server answers again.

(() => {
  const EVERY = 1000, PATIENCE = 4; // ms between looks; answers after which the page's own connection is given up
  const GONE = "The server does not answer. This page waits for it and opens again by itself as soon as it is back";
  const KEPT = `${GONE}, in the same state.`, LOST = `${GONE}; its address cannot hold an uploaded scenario.`;
  let known = false, answers = 0, box = null;

  function say(words) {
    if (!words && box) box = box.remove() || null;
    if (!words || box) return;
    box = document.createElement("div");
    box.className = "ink-gone";
    box.setAttribute("role", "alert");
    document.body.append(box);
    box.textContent = words;
  }

  function connected() {
    const status = window.solara && window.solara.debug && window.solara.debug.connectionStatus;
    known = known || status === "connected";
    return !known || status === "connected"; // before the first connection the page is only loading
  }

  async function look() {
    if (connected()) return void (say(""), (answers = 0));
    say(new URLSearchParams(location.search).has("upload") ? LOST : KEPT);
    try {
      const answer = await fetch(`${window.solara.rootPath || ""}/readyz`, { cache: "no-store" });
      answers = answer.ok ? answers + 1 : 0;
    } catch {
      answers = 0; // it is not there yet
    }
    if (answers >= PATIENCE && !connected()) location.reload();
  }

  setInterval(look, EVERY);
})();
