"""A real Chromium without a network before the real server: what the browser tests share."""

import os
import random
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
SLOWED = float(os.environ.get("INKSPOT_SLOW_BROWSER", "1"))  # pages run so many times slower: what races shows then
SLOW = 120_000 * SLOWED  # ms: a limit for a machine that is busy, not a wish
expect.set_options(timeout=SLOW)
PORTS = range(10_000, 30_000)  # below those that the system gives to whoever asks for any
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


# Nothing fades or is about to (a transition begins two frames after what it moves is there).
STILL = """() => new Promise((done) => {
    let still = 0;
    const look = () => {
        const fades = document.querySelector('[class*="-transition-enter"], [class*="-transition-leave"]');
        const moves = document.getAnimations().some((each) => each.playState === "running");
        still = fades || moves ? 0 : still + 1;
        still > 3 ? done(true) : requestAnimationFrame(look);
    };
    look();
})"""
# The week of map, time line and charts, if all parts of the stage are there and show the same one.
TOGETHER = """() => {
    const map = document.querySelector(".ink-map"), range = document.querySelector(".ink-range");
    const charts = document.querySelector(".ink-courses .ink-charts");
    const weeks = [map?.inkMap?.frame?.week, Number(range?.value), Number(charts?.dataset.week)];
    const whole = document.querySelector(".ink-sentence select") && document.querySelector(".v-tab--active");
    return whole && new Set(weeks).size === 1 ? weeks[0] : -1;
}"""
# Panels, and what is there once one is shown.
PANELS = {
    "Card": ".ink-side p",
    "Policy": ".ink-plan",
    "Assumptions": ".ink-assumption",
    "Uncertainty": ".ink-side .v-select",
    "Downloads": ".ink-downloads button",
}


def free_port():
    for port in random.SystemRandom().sample(PORTS, 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("of 100 ports none is free")


def _until_ready(process):
    """All that a server says until it is ready, or until it ends."""
    said = []
    while not said or ("is ready" not in said[-1] and said[-1]):
        said.append(process.stdout.readline())
    return said


@contextmanager
def started(*options, port=None, **environment):
    """`inkspot app` on a free port (or `port`); yields its port, all it said until it was ready, and the process."""
    for _ in range(5):
        here = port or free_port()
        command = [sys.executable, "-m", "experiments.cli.main", "app", "--port", str(here), *options]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ | environment
        )
        try:
            said = _until_ready(process)
            if said[-1]:
                threading.Thread(target=process.stdout.read, daemon=True).start()  # a full pipe would stop the server
                yield here, said, process
                return
        finally:
            process.terminate()
            process.wait(30)
        taken = not port and re.search("cannot listen|address already in use", "".join(said))
        assert taken, f"inkspot app ended: {''.join(said)}"  # else somebody took the port meanwhile: another one
    raise AssertionError("whatever port is free was taken five times")


@contextmanager
def server(*options, **environment):
    """`inkspot app` on a free port; yields its address once it says that it is ready."""
    with started(*options, **environment) as (port, *_):
        yield f"http://localhost:{port}"


@contextmanager
def chromium(*flags):
    """A headless Chromium. Where there is none these tests cannot run; `.ci/run` installs one and insists on it."""
    if not CHROMIUM:
        words = "these tests drive a real browser: install Chromium (Debian: apt-get install chromium)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(words)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """A page of the app, and all that it asked for and complained about."""

    def __init__(self, browser, address, query="", width=1500, height=1000, **options):
        size = {"width": width, "height": height}
        self.context = browser.new_context(viewport=size, accept_downloads=True, **options)
        self._open(address)
        self.page.goto(address + query)
        self.arrived()

    def _open(self, address):
        """A page that may ask for what begins with `address` only."""
        self.page = self.context.new_page()
        self.page.set_default_timeout(SLOW)
        if SLOWED > 1:
            session = self.context.new_cdp_session(self.page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        self.outside, self.complaints = [], []
        self.page.on("request", lambda request: self._note(request.url, address))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)

    def _note(self, url, address):
        if not url.startswith((address, address.replace("http", "ws"), "data:", "blob:")):
            self.outside.append(url)

    def label(self):
        return self.page.locator(".ink-date").inner_text()

    def week(self):
        """The week that the label says, -1 as long as it says none."""
        told = re.search(r"week (\d+)", self.label())
        return int(told[1]) if told else -1

    def arrived(self):
        """Wait until the page to explore is there, whole: each of its parts comes by itself, the map not last."""
        self.page.wait_for_function("window.inkspotFrames > 0")
        self.page.wait_for_function(f"({TOGETHER})() >= 0")

    def panel(self, name):
        """Open a panel and wait for what is in it."""
        self.page.locator(f'.v-tab:has-text("{name}")').click()
        self.page.locator(f'.v-tab--active:has-text("{name}")').wait_for()
        self.page.locator(PANELS[name]).first.wait_for()
        self.still()

    def pause(self):
        """Press pause; return the week where the server has stopped: after it says so to the map, no week comes any more."""
        self.page.locator('[data-act="play"]').click()
        self.page.wait_for_function("!document.querySelector('.ink-map').inkMap.playing")
        week = self.page.evaluate("document.querySelector('.ink-map').inkMap.frame.week")
        self.shows(week)
        return week

    def shows(self, week):
        """Wait until map, time line and charts all show a week: each hears of it by itself."""
        self.until(lambda: self.page.evaluate(TOGETHER) == week == self.week(), f"all show week {week}")

    def still(self):
        """Wait until nothing in the page moves or fades."""
        self.page.wait_for_function(STILL)

    def until(self, told, what):
        """Wait until `told()` is true; on a busy machine that may take a while."""
        end = time.monotonic() + SLOW / 1000
        while time.monotonic() < end:
            if told():
                return
            self.page.wait_for_timeout(30)
        raise AssertionError(f"waited in vain until {what}")

    def colours(self, side=None):
        """Number of different colours on the map, and their mean; `side`: left (0) or right (1) of the divider only."""
        return self.page.evaluate(
            """(side) => {
                const map = document.querySelector(".ink-map").inkMap, { canvas, parts, ratio } = map.sheet;
                const { left, right } = side === null ? { left: 0, right: canvas.width / ratio } : parts[side];
                const context = canvas.getContext("2d"), width = (right - left) * ratio;
                const data = context.getImageData(left * ratio, 0, width, canvas.height).data;
                const seen = new Set();
                let sum = 0;
                for (let at = 0; at < data.length; at += 4) {
                    seen.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
                    sum += data[at] + data[at + 1] + data[at + 2];
                }
                return [seen.size, sum / (data.length / 4) / 3];
            }""",
            side,
        )

    def point(self, lon, lat):
        """Where a place in degrees is on the screen."""
        box = self.page.locator(".ink-pane canvas").bounding_box()
        x, y = self.page.evaluate(f"document.querySelector('.ink-map').inkMap.sheet.place({lon}, {lat})")
        return box["x"] + x, box["y"] + y

    def look(self, side):
        """Show the first (0) or the second world (1) on the whole map, or their difference (2)."""
        difference = self.page.get_by_role("button", name="Difference", exact=True)
        if (difference.get_attribute("aria-pressed") == "true") != (side == 2):
            difference.click()
        if side < 2:
            self.page.get_by_role("slider", name="Divider").press("Home" if side else "End")

    def select(self, label, option):
        """Choose an option, by words in it, of a drop-down list of the page or of a menu of its sentence."""
        menu = self.page.locator(f'select[aria-label="{label}"]')
        if menu.count():
            menu.select_option(menu.locator("option", has_text=option).first.get_attribute("value"))
            return
        box = self.page.locator(".v-select", has=self.page.get_by_text(label, exact=True)).first
        box.locator(".v-select__slot").click()
        item = self.page.locator(".menuable__content__active .v-list-item", has_text=option).first
        item.click()

    def close(self):
        self.context.close()


@contextmanager
def visits(browser, address, query):
    """Yields what opens pages, by default of `query`; at the end nothing was asked for elsewhere or complained about."""
    made = []

    def opened(query=query, **options):
        made.append(Visit(browser, address, query, **options))
        return made[-1]

    yield opened
    for each in made:
        assert (each.outside, each.complaints) == ([], [])
        each.close()


def complaints(page, where):
    """What axe calls critical or serious, and tells as failed for certain."""
    found = (
        Axe()
        .run(page.page, options={"runOnly": RULES, "resultTypes": ["violations"], "preload": False})
        .response["violations"]
    )
    bad = [each for each in found if each["impact"] in ("critical", "serious")]
    return [
        f"{where}: {each['id']} {node['html'][:160]} {node['failureSummary']}" for each in bad for node in each["nodes"]
    ]
