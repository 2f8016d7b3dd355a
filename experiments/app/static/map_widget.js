// The map as a widget of the page: frames come as messages with buffers, each is acknowledged when it is drawn.

function bytes(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function groundOf(places, countries) {
  const cells = bytes(places);
  return { cells: new Uint32Array(cells.buffer.slice(cells.byteOffset, cells.byteOffset + cells.byteLength)), countries: bytes(countries) };
}

function render({ model, el }) {
  let map = null;
  const build = () => {
    const theatre = model.get("theatre");
    if (!theatre || !theatre.rows) return;
    const kept = map && map.memory;
    if (map) map.close();
    const grounds = [groundOf(model.get("cells"), model.get("countries"))];
    if (theatre.second) grounds.push(groundOf(model.get("second_cells"), model.get("second_countries")));
    map = new InkMap(el, theatre, grounds, (message) => model.send(message), kept);
    map.setDark(isNight());
    const chosen = localStorage.getItem(":solara:theme.variant"); // by the button of the page, on an earlier visit
    model.send({ kind: "ready", night: !chosen && matchMedia("(prefers-color-scheme: dark)").matches });
  };
  const listen = (message, buffers) => {
    if (!map) return;
    if (message.kind === "frame") {
      map.show(message, buffers.map(bytes));
      requestAnimationFrame(() => model.send({ kind: "drawn", number: message.number }));
      window.inkspotFrames = (window.inkspotFrames || 0) + 1;
    }
    if (message.kind === "playing") map.setPlaying(message.playing);
  };
  const hide = () => document.hidden && map && map.pauseHidden();
  document.addEventListener("visibilitychange", hide);
  model.on("change:theatre", build);
  model.on("msg:custom", listen);
  build();
  const leave = followTheme((night) => map && map.setDark(night));
  return () => {
    document.removeEventListener("visibilitychange", hide);
    model.off("change:theatre", build);
    leave();
    model.off("msg:custom", listen);
    if (map) map.close();
  };
}

export default { render };
