"""The pages of a site as HTML, and the scripts and styles that they share with the app."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from markupsafe import Markup

from experiments.app.axis_view import AXIS_SCRIPTS
from experiments.app.chart_view import CHART_SCRIPTS
from experiments.app.lesson import lessons
from experiments.app.map_view import MAP_SCRIPTS, script, style
from experiments.app.texts import WHAT_IT_IS, glossary_html
from experiments.batch.run import model_version
from experiments.claims.ledger import read_ledger
from experiments.claims.stored import read_verdicts
from experiments.claims.wall import cards_of, counts_of
from experiments.report.page import rendered
from experiments.report.words import DISCLAIMER
from experiments.site.folder import MANIFEST, manifest_text
from experiments.site.lessons import attempt_parts, lesson_json
from experiments.site.packed import Json, inline
from experiments.site.plan import SitePlan

STATIC = Path(__file__).parent / "static"
SCRIPTS = ("weeks.js", "site.js", "wall.js", "lesson.js")
GUESS = """const [renderGuess, guessInWords] = (() => {{
const followTheme = (set) => (players.push({{ setNight: set }}), set(nightNow()), () => {{}});
{script}
return [render, inWords];
}})();
"""  # the chart of guesses, a widget's module in the app, as part of one script for all pages


@dataclass(frozen=True)
class Facts:
    """All that the pages say: the plan, the facts of each part, the command, and where verdicts are."""

    plan: SitePlan
    parts: dict[str, Any]
    command: str
    claims: Path | None

    @cached_property
    def gallery(self) -> list[Json]:
        """Return the scenarios with their replays."""
        return [self.parts[f"gallery-{name}"] for name in self.plan.gallery]


def guess_script() -> str:
    """Return the chart of guesses as a plain script: `renderGuess({model, el})` and `guessInWords(value)`."""
    return GUESS.format(script=script("guess.js").replace("export default { render };", ""))


def own(*names: str) -> str:
    """Return scripts or styles of this folder one after another."""
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in names)


def _joined(*texts: str) -> str:
    return "\n".join(texts)


def site_files(facts: Facts) -> dict[str, str]:
    """Return the pages and what they share, path -> text. Raises UserError where the verdicts cannot be read."""
    files = {
        "assets/inkspot.js": _joined(
            script(*MAP_SCRIPTS, *AXIS_SCRIPTS, *CHART_SCRIPTS, "replay.js"), own(*SCRIPTS), guess_script()
        ),
        "assets/inkspot.css": _joined(style("map.css", "axis.css", "chart.css", "guess.css"), own("site.css")),
        "index.html": _page(facts, "index.html", "Inkspot", first=_first(facts), gallery=facts.gallery),
        "gallery.html": _page(facts, "gallery.html", "Gallery", gallery=facts.gallery),
        "claims.html": _page(facts, "claims.html", "Claims", **_wall(facts)),
        "glossary.html": _page(facts, "text.html", "Glossary", text=Markup(glossary_html()), hint=""),
        "about.html": _page(facts, "text.html", "What the model is and is not", text=Markup(WHAT_IT_IS), hint=HINT),
        MANIFEST: manifest_text({"version": model_version(), "command": facts.command}),
    }
    for scenario in facts.gallery:
        for replay in scenario["replays"]:
            title = f"{scenario['title']}: {' and '.join(replay['titles'])}"
            values = {"scenario": scenario, "replay": replay, "data": Markup(inline(replay_json(replay)))}
            files[f"replays/{replay['page']}"] = _page(facts, "replay.html", title, "../", **values)
    return files | _lesson_pages(facts)


def _lesson_pages(facts: Facts) -> dict[str, str]:
    """Return the list of lessons and a page for each."""
    names = facts.plan.lessons
    if not names:
        return {}
    shipped, count = lessons(), len(names)
    cards = [{"name": name, "title": shipped[name].title, "minutes": shipped[name].minutes} for name in names]
    seeds = min(shipped[name].seeds for name in names)
    files = {"lessons.html": _page(facts, "lessons.html", "Lessons", cards=cards, seeds=seeds)}
    for number, name in enumerate(names, 1):
        lesson, worlds = shipped[name], facts.parts[f"lesson-{name}"]
        tried = range(len(attempt_parts(name, facts.plan.steps)[1]))
        attempts = [facts.parts[f"lesson-{name}-{at}"] for at in tried]
        data = lesson_json(name, facts.plan.steps, worlds | {"replay": replay_json(worlds["replay"])}, attempts)
        files[f"lessons/{name}.html"] = _page(
            facts, "lesson.html", lesson.title, "../", lesson=lesson, seeds=lesson.seeds, number=number, count=count,
            knobs=data["knobs"], following=cards[number] if number < count else None, data=Markup(inline(data)),
        )  # fmt: skip
    return files


HINT = "Words in italics are parts of the full page, which `inkspot app` opens on your own machine."


def replay_json(replay: Json) -> Json:
    """Return what the script of a replay needs."""
    return {name: replay[name] for name in ("theatre", "ground", "charts", "axis", "worlds", "failed")}


def _first(facts: Facts) -> Json | None:
    """Return the replay that the first page shows."""
    return facts.gallery[0]["replays"][0] if facts.gallery else None


def _wall(facts: Facts) -> Json:
    claims, table = read_ledger(), read_verdicts(facts.claims)
    cards = [] if table is None else cards_of(table, claims)
    return {"cards": cards, "counts": counts_of(cards), "claims": len(claims)}


def _page(facts: Facts, template: str, title: str, root: str = "", **values: object) -> str:
    """Return a page. `root`: the way from it to the folder's top."""
    return rendered(
        template, package="experiments.site", title=title, root=root, disclaimer=DISCLAIMER, version=model_version(),
        command=facts.command, lessons=bool(facts.plan.lessons), **values,
    )  # fmt: skip
