// The claims wall: search, filter, order. Without this script all cards stand in the order of verdicts.

function startWall() {
  const wall = document.getElementById("wall"), form = document.getElementById("filters");
  if (!wall) return;
  const field = (id) => document.getElementById(id), cards = [...wall.children];
  const number = (card, name) => (card.dataset[name] === "" ? -1 : Number(card.dataset[name]));
  const show = () => {
    const words = field("words").value.toLowerCase().split(/\s+/).filter(Boolean), order = field("order").value;
    const sorted = [...cards].sort((one, two) => (order === "verdict" ? one.dataset.at - two.dataset.at : number(two, order) - number(one, order)));
    wall.append(...sorted);
    let count = 0;
    for (const card of cards) {
      const text = card.textContent.toLowerCase(), wanted = !field("verdict").value || card.dataset.verdict === field("verdict").value;
      card.hidden = !(wanted && words.every((word) => text.includes(word)));
      count += !card.hidden;
    }
    field("found").textContent = `${count} of ${cards.length} claims`;
  };
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
}

document.addEventListener("DOMContentLoaded", startWall);
