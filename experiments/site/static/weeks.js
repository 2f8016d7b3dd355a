// Weeks of worlds as the data files hold them: fields as deflated differences from week to week, marks as deflated JSON.

async function inflated(text) {
  const stream = new Blob([fromBase64(text)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function inflatedJson(text) {
  return JSON.parse(new TextDecoder().decode(await inflated(text)));
}

// One world; a field is unpacked when it is first wanted.
class PackedWorld {
  constructor(data) {
    this.data = data;
    this.fields = {};
  }

  async open(names) {
    if (!this.marks) this.marks = await inflatedJson(this.data.marks);
    for (const name of names) if (!this.fields[name]) this.fields[name] = await this.unpacked(name);
  }

  async unpacked(name) {
    const bytes = await inflated(this.data.fields[name]), { cells } = this.data;
    for (let at = cells; at < bytes.length; at++) bytes[at] += bytes[at - cells];
    return bytes;
  }

  field(name, week) {
    return this.fields[name].subarray(week * this.data.cells, (week + 1) * this.data.cells);
  }
}

// Second minus first as bytes around 128, as `frames.difference` makes them.
function differenceOf(one, two) {
  return one.map((value, cell) => Math.round(128 + ((two[cell] - value) / 255) * 127));
}

// What `playReplay` shows, from one or two packed worlds.
class PackedWeeks {
  constructor(worlds, comparable, failed) {
    Object.assign(this, { worlds, comparable, failed });
    this.last = Math.min(...worlds.map((world) => world.data.weeks));
    this.weeks = Array.from({ length: this.last + 1 }, (_, week) => week);
  }

  async prepare(layer) {
    const names = layer === "control" ? ["holder", "control", ...(this.comparable ? ["bloc"] : [])] : [layer];
    for (const world of this.worlds) await world.open(names);
  }

  frame(week, layer) {
    const names = layer === "control" ? ["holder", "control"] : [layer];
    const buffers = this.worlds.flatMap((world) => names.map((name) => world.field(name, week)));
    if (this.comparable) buffers.push(differenceOf(...this.worlds.map((world) => world.field(layer === "control" ? "bloc" : layer, week))));
    const header = {
      week, computed: this.last, layer, ended: true, failed: this.failed,
      panes: this.worlds.map((world) => world.marks[week]), names: this.worlds.map((world) => world.data.names),
    };
    return [header, buffers];
  }
}

// Load data files by script tags, which `file://` allows where it forbids fetch; a file is loaded once.
const loadingData = {};

function loadData(name, root) {
  if (self.inkspotData && self.inkspotData[name]) return Promise.resolve(self.inkspotData[name]);
  loadingData[name] ||= new Promise((done, fail) => {
    const tag = document.createElement("script");
    tag.src = `${root}data/${name}.js`;
    tag.onload = () => done(self.inkspotData[name]);
    tag.onerror = () => fail(new Error(`the file data/${name}.js is missing: copy the whole folder`));
    document.head.append(tag);
  });
  return loadingData[name];
}
