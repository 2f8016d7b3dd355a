"""What the browser does on this machine: `uv run python tests/benchmarks/bench_app.py`. Nothing is asserted.

A headless Chromium and the real server share the machine: time to the first map, frames a second with two maps on the
0.5-degree theatre, from a press to the next picture (a step, a scrub, a layer), time to a standstill, four visitors at
once, the server's memory over a thousand weeks, and what a closed tab leaves at work.
"""

import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))
from app_browser import Visit, chromium, server

TWO = "/?policy=core_only&policy_b=sever_links"
LONG = TWO + "&set=weeks%3D1040&set_b=weeks%3D1040"
FASTEST = "as fast as it goes"


def play(visit):
    """Have a page play as fast as it can."""
    visit.page.get_by_label("Speed", exact=True).select_option(label=FASTEST)
    visit.page.keyboard.press("Escape")
    visit.page.locator('[data-act="play"]').first.click()


def frames(visit):
    return visit.page.evaluate("window.inkspotFrames")


def rate(visits, seconds=6.0):
    """Frames a second of each page, over some seconds."""
    before, started = [frames(visit) for visit in visits], time.perf_counter()
    visits[0].page.wait_for_timeout(seconds * 1000)
    after, passed = [frames(visit) for visit in visits], time.perf_counter() - started
    return [(b - a) / passed for a, b in zip(before, after, strict=True)]


def server_usage(port):
    """Resident memory (MB) and CPU seconds of the process that listens on a port."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if str(port).encode() in words and b"app" in words:
                stat, pages = (
                    (folder / "stat").read_text().rsplit(")")[1].split(),
                    (folder / "statm").read_text().split(),
                )
                return int(pages[1]) * 4096 / 1e6, (int(stat[11]) + int(stat[12])) / 100
        except OSError:
            continue
    return float("nan"), float("nan")


def first_map(browser, address):
    times = []
    for _ in range(3):
        started = time.perf_counter()
        Visit(browser, address, TWO).close()
        times.append(time.perf_counter() - started)
    print(f"first map: {median(times):.1f} s (median of three visits)")


def standstill(visit):
    """Seconds from a press of pause to the last frame."""
    visit.page.locator('[data-act="play"]').first.click()
    started, last, seen = time.perf_counter(), 0.0, frames(visit)
    while time.perf_counter() - started < 1.5:
        now = frames(visit)
        if now != seen:
            seen, last = now, time.perf_counter() - started
    return last


LATENCY = """(act) => new Promise((tell) => {
    const before = window.inkspotFrames, find = (words) => document.querySelector(words);
    const acts = {
        step: () => find(".ink-axis").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true })),
        layer: () => find('.ink-layer[aria-pressed="false"][data-layer]').click(),
        scrub: () => {
            const range = find('input[aria-label="Week shown"]');
            range.value = String(Math.max(1, (Number(range.value) * 37 + 11) % Number(range.max)));
            range.dispatchEvent(new Event("input", { bubbles: true }));
        },
    };
    const started = performance.now(), passed = () => performance.now() - started;
    const look = () => {
        if (window.inkspotFrames !== before) requestAnimationFrame(() => tell(passed()));
        else if (passed() > 5000) tell(NaN);
        else requestAnimationFrame(look);
    };
    acts[act]();
    look();
})"""  # in the page, so that no time of Playwright's own is in it


def latencies(visit):
    """Milliseconds from a press to the picture after the next frame has come: median and most of fifteen."""
    for act in ("step", "scrub", "layer"):
        times = []
        for _ in range(15):
            times.append(visit.page.evaluate(LATENCY, act))
            visit.page.wait_for_timeout(250)
        print(f"{act}: {median(times):.0f} ms, at most {max(times):.0f}")


def lesson(browser, address):
    """Seconds from the click that asks for the answer to the model's line on the chart, in the first lesson."""
    visit = Visit(browser, address, "/")
    visit.page.get_by_role("button", name="Lessons").click()
    visit.page.locator(".ink-guess svg").wait_for()
    visit.page.get_by_role("button", name="It makes almost no difference").click()
    started = time.perf_counter()
    visit.page.get_by_role("button", name="Show what the model does").click()
    visit.page.locator(".ink-guess svg .ink-model").wait_for(state="attached")
    print(f"a lesson's answer: {time.perf_counter() - started:.1f} s")
    visit.close()


def main():
    with server() as address, chromium() as browser:
        port = address.rsplit(":", 1)[1]
        first_map(browser, address)
        lesson(browser, address)
        visit = Visit(browser, address, LONG)
        play(visit)
        print(f"two maps and their difference: {rate([visit])[0]:.1f} frames a second")
        print(f"pause: the last frame came {standstill(visit):.2f} s after the press")
        play(visit)
        for _ in range(6):
            print(f"week {visit.week()}: server {server_usage(port)[0]:.0f} MB")
            visit.page.wait_for_timeout(8000)
        visit.page.locator('[data-act="play"]').first.click()
        visit.page.wait_for_timeout(1000)
        latencies(visit)
        visit.close()
        four = [Visit(browser, address, LONG, height=700) for _ in range(4)]
        for each in four:
            play(each)
        print("four visitors:", ", ".join(f"{each:.1f}" for each in rate(four)), "frames a second")
        for each in four:
            each.close()
        time.sleep(5)
        before = server_usage(port)[1]
        time.sleep(10)
        print(f"ten seconds after the last tab was closed: {server_usage(port)[1] - before:.2f} s of CPU in ten")


if __name__ == "__main__":
    main()
