// The stage on paper: a sheet made of it when somebody prints, A4 across, always in light colours. First sentence, map, charts and
// time axis, then the card or panel that is open. It stands in simple blocks, which Chromium does not split badly.

(() => {
  const CHART = { width: 372, height: 110 }; // pixels on paper; three of them are as high as the map
  const WIDE = 640, HIGH = 362; // the most that the map takes
  let sheet = null;

  function put(tag, className, parent, words = "") {
    const made = document.createElement(tag);
    Object.assign(made, { className, textContent: words });
    parent.append(made);
    return made;
  }

  function copyOf(element, parent) {
    const copy = element.cloneNode(true);
    for (const each of [copy, ...copy.querySelectorAll("[id]")]) each.removeAttribute("id");
    parent.append(copy);
    return copy;
  }

  // What the menus of the sentence say, as words.
  function sentence(stage) {
    const said = (part) => (part.tagName === "SELECT" ? part.title : part.value === undefined ? part.textContent : part.value);
    return `${[...stage.querySelector(".ink-sentence").children].map(said).join(" ")}.`;
  }

  function mapOf(stage, parent) {
    const root = stage.querySelector(".ink-map"), { inkMap: map } = root, { canvas, swipe, parts, width } = map.sheet;
    const figure = put("figure", "ink-paper-map", parent), dark = map.dark;
    if (dark) map.setDark(false);
    const scale = Math.min(WIDE / canvas.width, HIGH / canvas.height), picture = put("canvas", "", figure);
    Object.assign(picture, { width: canvas.width, height: canvas.height });
    picture.style.width = `${canvas.width * scale}px`;
    picture.getContext("2d").drawImage(canvas, 0, 0);
    const legend = put("div", "ink-map ink-paper-legend", parent.parentElement);
    copyOf(map.legend.list, legend).hidden = false;
    if (dark) map.setDark(true);
    const layer = map.frame ? map.theatre.layers[map.frame.layer].title : "";
    const names = parts.length > 1 ? [`Left of the line: ${swipe.nameOf(0)}`, `right: ${swipe.nameOf(1)}`] : [...figureWords(map)];
    put("figcaption", "", figure, `${layer}. ${names.join("; ")}`);
    if (parts.length > 1) put("div", "ink-paper-line", figure).style.left = `${(parts[1].left / width) * canvas.width * scale}px`;
  }

  function figureWords(map) {
    return map.showsDifference ? [map.sheet.canvas.getAttribute("aria-label")] : map.theatre.titles.slice(0, 1);
  }

  function chartsOf(stage, parent) {
    const { inkCharts: charts } = stage.querySelector(".ink-courses .ink-charts");
    const list = put("div", "ink-charts ink-paper-charts", parent);
    put("div", "", list).innerHTML = charts.keySvg(false);
    for (const { title, unit, now, svg } of charts.onPaper(CHART)) {
      const figure = put("figure", "", list);
      put("figcaption", "", figure, `${title}, ${unit}: ${now}`);
      put("div", "", figure).innerHTML = svg;
    }
  }

  function axisOf(stage, parent) {
    const root = stage.querySelector(".ink-time .ink-axis"), { inkAxis: axis } = root, dark = axis.dark;
    if (dark) axis.setDark(false);
    copyOf(root, put("div", "ink-paper-time", parent));
    if (dark) axis.setDark(true);
  }

  function build() {
    const stage = document.querySelector(".ink-stage"), map = stage && stage.querySelector(".ink-map");
    remove();
    if (!map || !map.inkMap || !map.inkMap.frame) return;
    sheet = put("div", "ink-paper", document.body);
    const first = put("section", "", sheet), head = put("header", "", first);
    put("b", "", head, "Inkspot");
    put("span", "", head, ` A laboratory for assumptions, not a forecast. ${stage.querySelector(".ink-date").textContent}`);
    put("h2", "", first, sentence(stage));
    const line = stage.querySelector(".ink-claim-line, .ink-what-if p");
    if (line && line.textContent) put("p", "", first, line.textContent);
    const row = put("div", "ink-paper-row", first);
    mapOf(stage, row);
    chartsOf(stage, row);
    axisOf(stage, first);
    put("p", "ink-paper-address", first, location.href);
    const panel = stage.querySelector(".ink-side .v-window-item--active") || stage.querySelector(".ink-side .v-window-item");
    if (panel) copyOf(panel, put("section", "ink-paper-panel", sheet)).style.display = "";
    document.documentElement.classList.add("ink-on-paper");
  }

  function remove() {
    document.documentElement.classList.remove("ink-on-paper");
    sheet = sheet && (sheet.remove(), null);
  }

  addEventListener("beforeprint", build);
  addEventListener("afterprint", remove);
})();
