// The words of tooltips on the map: each number says what it measures.

const percentOf = (share) => `${Math.round(100 * share)}%`, wholeOf = (value) => Math.round(value).toLocaleString("en-GB");
const weeksOf = (count) => `${wholeOf(count)} week${Math.round(count) === 1 ? "" : "s"}`;

function hubWords(hub) {
  return [hub.name, "rival hub"];
}

function linkWords(hit, title) {
  return [
    `Link between the core and ${title}`, `quality of its best path: ${percentOf(hit.quality)}`,
    `silence: ${weeksOf(hit.silence)} since a message was delivered`,
  ];
}

function organisationWords(hit, title) {
  const words = [title, KIND_NAMES[hit.status].replace(/s$/, ""), `fighters: ${wholeOf(hit.fighters || 0)}`];
  words.push(`people whom it holds: ${wholeOf(hit.people || 0)}`);
  if (hit.attacks >= 0.5) words.push(`attacks this week: ${wholeOf(hit.attacks)}`);
  if (hit.strikes > 0.02) words.push(`allied strikes on it: ${percentOf(hit.strikes)}`);
  return words;
}

function armyWords(hit, army) {
  const words = [army.title], weeks = hit.weeks ? `, for ${weeksOf(hit.weeks)}` : "";
  if (hit.phase) return [...words, `${PHASES[hit.phase]} near ${hit.at}${weeks}`, `soldiers there: ${wholeOf(hit.sent)}`];
  if (hit.garrison) return [...words, `garrison near ${hit.at}`, `soldiers there: ${wholeOf(hit.sent)}`];
  words.push("partner on the state's side", `soldiers: ${wholeOf(hit.soldiers)}`);
  return [...words, `readiness: ${percentOf(hit.readiness)} of its forces can be sent`];
}

// People per km2 at a byte: from 0.1 to 10,000 on a logarithmic scale, see `density_bytes`.
const densityOf = (byte) => 0.1 * Math.pow(1e5, byte / 255);

// What a layer says of a cell with the value `byte`.
function cellWords(layer, byte, holder) {
  if (layer.scale === "people") return `${layer.measure}: ${twoDigitsOf(densityOf(byte))}`;
  if (layer.scale === "index") return `${layer.measure}: ${(byte / 255).toFixed(2)}`;
  return `${layer.measure}${holder ? ` of ${holder}` : ""}: ${percentOf(byte / 255)}`;
}

const LEAST_SHOWN = { share: "half a point", index: "0.005", people: "5%" }; // what half a step of a byte is

// What the map of the difference says of a cell: 128 is none, 1 is -1, 255 is +1.
function differenceWords(layer, byte) {
  const share = (byte - 128) / 127, size = Math.abs(share), than = "in the second world than in the first";
  if (!byte || byte === 128) return `${layer.difference}: no difference above ${LEAST_SHOWN[layer.scale]}`;
  const way = share < 0 ? "lower" : "higher";
  if (layer.scale === "people") return `${layer.difference}: ${Math.pow(1e5, share).toPrecision(2) * 1} times as many ${than.replace("than", "as")}`;
  const amount = layer.scale === "index" ? size.toFixed(2) : `${(100 * size).toFixed(size < 0.1 ? 1 : 0)} points`;
  return `${layer.difference}: ${way} by ${amount} ${than}`;
}

function twoDigitsOf(value) {
  return (+value.toPrecision(2)).toLocaleString("en-GB");
}
