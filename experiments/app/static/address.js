// The page's address follows what is shown: a new entry of the history for what is set, none for the weeks that go by. Back
// and forward are told to the page.

const PASSING = ["week", "charts"]; // what changes without a new entry

function lasting(query) {
  const pairs = [...new URLSearchParams(query)].filter(([key]) => !PASSING.includes(key));
  return JSON.stringify(pairs.sort());
}

function render({ model, el }) {
  el.style.display = "none";
  let told = 0, fresh = true; // fresh: the address is not yet as the page writes it, which is no new entry
  const write = () => {
    const query = model.get("query"), now = location.search.replace(/^\?/, "");
    if (!model.get("known") || model.get("heard") < told) return;
    if (query !== now) {
      const url = `${location.pathname}${query ? `?${query}` : ""}`;
      if (fresh || lasting(query) === lasting(now)) history.replaceState(history.state, "", url);
      else history.pushState(null, "", url);
    }
    fresh = false;
  };
  const went = () => {
    told += 1;
    fresh = true;
    model.send({ kind: "went", query: location.search, number: told });
  };
  const changes = "change:query change:heard change:known";
  addEventListener("popstate", went);
  model.on(changes, write);
  write();
  return () => {
    removeEventListener("popstate", went);
    model.off(changes, write);
  };
}

export default { render };
