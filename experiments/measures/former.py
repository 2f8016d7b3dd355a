"""Measures as files of targets wrote them before there was one language: refused, with what to write instead."""

from collections.abc import Mapping

from model.scenario.problems import show

EVENT_OF = {"accepted": "acceptance", "pledged": "pledge", "refused": "refusal", "accepted_week": "acceptance"}


def in_this_language(written: Mapping[str, object]) -> str:
    """Return what to write instead of a former kind of measure, an empty text where it is none."""
    for kind, event in EVENT_OF.items():
        if kind in written and kind != "accepted_week":
            return _said(kind, f'{{ events = "{event}", of = {show(written[kind])}, by = "organisations" }}')
        if kind in written:
            return _said(kind, f'{{ events = "{event}", of = [{show(written[kind])}], by = "first", to = 103 }}')
    if "cumulative" in written:
        total = f'{{ series = {show(written["cumulative"])}, by = "sum" }}'
        plus = written.get("plus")
        return _said("cumulative", total if plus is None else f"{{ sum = [{total}, {show(plus)}] }}")
    if "since" in written:
        end = f'{{ series = {show(written.get("ratio"))}, by = "end"'
        return _said("since", f"{{ ratio = [{end} }}, {end}, at = {show(written['since'])} }}] }}")
    if "countries" in written and "year" in written:
        year = show(written["year"])
        least = f"countries_with_deaths = {show(written['countries'])}"
        return _said("year", f"{{ {least}, from = {year}-01-01, to = {year}-12-31 }}")
    if isinstance(written.get("order"), list):
        of, weeks = show(written["order"]), show(written.get("weeks"))
        return _said("order", f'{{ order = "acceptance", of = {of}, reported = {weeks}, to = 103 }}')
    if "change" in written:
        attacks = f'{{ organisations = "attacks", of = [{show(written["change"])}], by = "mean", from = .., to = .. }}'
        return _said(
            "change", f"{{ ratio = [{{ sum = [{attacks}, 0.1] }}, {{ sum = [{attacks}, 0.1] }}] }}, after and before"
        )
    return ""


def _said(key: str, instead: str) -> str:
    return f"`{key}` is no longer a key; write {instead}"
