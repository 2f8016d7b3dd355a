"""What `inkspot claims` does and prints: counts of verdicts, then what is contradicted, undetermined, supported."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.text import Text

from experiments.batch.errors import StoreError
from experiments.claims.arms import rival_words
from experiments.claims.judge import DrawShare, Finding, Judgement, Verdict
from experiments.claims.ledger import Claim, load_both, load_ledger
from experiments.claims.otherwise import count_words, ways
from experiments.claims.page_words import evidence
from experiments.claims.plan import Extent, Plan
from experiments.claims.run import JudgedClaims, at_first_look, at_last_look, judge_claims, runs_left
from experiments.claims.verdicts import overall
from experiments.cli.screen import console
from experiments.cli.watch import watched
from experiments.measures.numbers import amount, number
from experiments.measures.statistics import LEVEL
from experiments.points.draws import fitted_words
from experiments.report.words import DISCLAIMER

QUICK = Extent(seeds=4, draws=2)
ENSEMBLE_DRAWS = 12  # members of an ensemble in a quick look
RULED = Extent(seeds=None, draws=40, rivals=True, off=True, by_rule=True)
ORDER: tuple[Verdict, ...] = ("contradicted", "negligible", "undetermined", "supported")
STYLES = {"contradicted": "bold red", "negligible": "magenta", "undetermined": "yellow", "supported": "green"}
SIGNS = {"lower": "lower", "higher": "higher", "equal": "no difference", "interior_maximum": "highest in between",
         "trade_off": "a trade-off"}  # fmt: skip


@dataclass(frozen=True)
class Options:
    """The options of the command."""

    ids: list[str]
    seeds: int | None
    draws: int | None
    quick: bool
    rivals: bool | None
    jobs: int
    ledger: Path | None
    out: Path | None
    fresh: bool
    ensemble: str = ""
    otherwise: bool = False
    verdicts: Path | None = None

    @property
    def extent(self) -> Extent:
        """The extent of the test: as asked, otherwise by the ledger's rules or that of the quick mode."""
        quick = replace(QUICK, draws=ENSEMBLE_DRAWS) if self.ensemble else QUICK
        default = quick if self.quick else RULED
        return Extent(
            seeds=default.seeds if self.seeds is None else self.seeds,
            draws=default.draws if self.draws is None else self.draws,
            rivals=default.rivals if self.rivals is None else self.rivals,
            off=default.off,
            ensemble=self.ensemble,
            by_rule=default.by_rule and self.seeds is None,
            otherwise=self.otherwise,
        )

    @property
    def folder(self) -> Path:
        """Where values are kept: one folder a ledger, so that claims and modes share runs."""
        return self.out or Path("results") / (f"claims-{self.ledger.stem}" if self.ledger else "claims")

    def tables(self, claims: Collection[str]) -> Path:
        """Where verdicts are written: those of single claims in a folder of their own, beside those of the ledger."""
        if self.verdicts:
            return self.verdicts
        return self.folder if not self.ids else self.folder / "-".join([*claims][:4] + ["more"] * (len(claims) > 4))


def judge_and_print(options: Options, command: Sequence[str]) -> int:
    """Judge the claims that are asked for, print the verdicts; return the number of failed runs."""
    ids = ",".join(options.ids).split(",") if options.ids else None
    claims = load_both(options.ledger, ids) if options.ledger else load_ledger(None, ids)
    screen = console()
    _announce(screen, claims, options)
    with watched(screen, options.folder, command) as watch:
        judged_claims = judge_claims(
            claims,
            options.extent,
            options.folder,
            options.jobs,
            watch,
            options.fresh,
            command,
            options.tables(claims),
        )
    judged = list(judged_claims.judgements.values())
    if len(judged) == 1:
        _one(screen, judged[0])
    else:
        _overview(screen, judged)
    _how_to_read(screen, judged, options)
    _files(screen, judged_claims)
    screen.print(DISCLAIMER, style="dim")
    return watch.progress.failed


def _announce(screen: Console, claims: dict[str, Claim], options: Options) -> None:
    extent = options.extent
    seeds = "seeds by the ledger's stopping rule" if extent.by_rule else f"{extent.seeds} paired seeds"
    rivals = "with" if extent.rivals else "without"
    words = (
        f"{len(claims)} {'claim' if len(claims) == 1 else 'claims'}: {seeds}, {extent.draws} "
        f"{'members of the ensemble' if extent.ensemble else 'draws of the parameters'}, "
    )
    screen.print(f"{words}{rivals} rival findings; {options.jobs} {'process' if options.jobs == 1 else 'processes'}")
    if options.quick:
        screen.print("Quick look: its verdicts are provisional.", style="bold")
    screen.print(_estimate(claims, options), style="dim", soft_wrap=True)
    if extent.ensemble:
        screen.print(fitted_words(extent.ensemble), style="dim", soft_wrap=True)


def _estimate(claims: dict[str, Claim], options: Options) -> str:
    """Say how many runs there will be at the least and at the most, how many are not stored, and how long these take."""
    extent, folder = options.extent, Path("nowhere") if options.fresh else options.folder
    first = at_first_look(claims) if extent.by_rule else claims
    last = at_last_look(claims, claims) if extent.by_rule else claims
    longest = Plan(last, extent)
    plans = Plan(first, extent, longest), longest
    try:
        (least, few, low), (most, many, high) = (runs_left(each, folder) for each in plans)
    except StoreError:  # whoever opens the folder says so
        return "the stored runs cannot be read"
    runs = f"{least} runs" if least == most else f"{least} to {most} runs, as many as the stopping rule asks for"
    if few < least or many < most:
        runs += f", of which {few} are not stored" if few == many else f", of which {few} to {many} are not stored"
    if not high >= 0:
        return f"{runs}; the time is estimated once the first are made"
    hours = " to ".join(dict.fromkeys(f"{each / options.jobs / 3600:.1f}" for each in (low, high)))
    return f"{runs}; about {hours} hours, by the time that stored runs took"


def _overview(screen: Console, judged: list[Judgement]) -> None:
    counts = Counter(judgement.verdict for judgement in judged)
    screen.print("\n" + ", ".join(f"{counts[verdict]} {verdict}" for verdict in ORDER), style="bold")
    screen.print(count_words(judged), soft_wrap=True)
    for verdict in ORDER:
        members = [judgement for judgement in judged if judgement.verdict == verdict]
        if members:
            screen.print(f"\n{verdict.capitalize()}", style=STYLES[verdict])
        for judgement in members:
            title = judgement.claim.title + marked(judgement)
            screen.print(Text(f"{judgement.claim.id:4} ", style="cyan").append(title, style="default"))
            screen.print(f"       {judgement.reason}", style="dim", soft_wrap=True)
            for position, finding in enumerate(judgement.findings):
                screen.print(f"       {_line(finding, judgement.draws[position : position + 1])}", soft_wrap=True)


def marked(judgement: Judgement) -> str:
    """Return the mark beside a verdict that the model's form leaves no choice about."""
    return " (by construction)" if judgement.by_construction else ""


def _line(finding: Finding, draws: Sequence[DrawShare] = ()) -> str:
    """Return an outcome in a line: effect with interval and unit, what was expected, evidence, share of draws."""
    effect = f"{amount(finding.mean, finding.unit, signed=True)} [{number(finding.low)}, {number(finding.high)}]"
    if finding.pairs and not np.any(finding.statistic):
        effect = f"the same in all {finding.pairs} pairs"
    line = f"{finding.name}: {effect}; expected {SIGNS[finding.outcome.expected]}: {finding.verdict}"
    return line + "".join(f"; {_share(share)}" for share in draws)


def _share(share: DrawShare) -> str:
    measured = share.count - share.failed
    words = f"holds in {share.holds} of {measured} draws"
    extra = [
        f"{count} {what}"
        for count, what in ((share.reversed_, "reversed"), (share.nothing, "nothing happens"))
        if count
    ]
    return words + (f" ({', '.join(extra)})" if extra else "")


def _one(screen: Console, judgement: Judgement) -> None:
    """Print everything about one claim."""
    claim = judgement.claim
    screen.print(f"\n{claim.id}  {claim.title}", style="bold")
    screen.print(claim.statement)
    for label, text in (("in the essay", claim.section), ("find by", f'"{claim.find_by}"' * bool(claim.find_by)),
                        ("source", claim.source), ("why this experiment", claim.why)):  # fmt: skip
        if text:
            screen.print(f"{label}: {text}", style="dim")
    screen.print(f"\nExperiment: {claim.scenario}, policy {claim.policy or 'of the scenario'}, {claim.weeks} weeks")
    for place, overrides in ({"all arms": claim.settings} | claim.all_arms).items():
        if overrides or place != "all arms":
            words = ", ".join(f"{key} = {value}" for key, value in overrides.items()) or "as it is"
            screen.print(f"  {place}: {words}", soft_wrap=True)
    screen.print(f"\nVerdict: {judgement.verdict}{marked(judgement)}", style=STYLES[judgement.verdict])
    screen.print(f"  Why: {judgement.reason}", soft_wrap=True)
    if judgement.by_construction:
        screen.print(f"  By construction: {judgement.by_construction}", soft_wrap=True)
    for way in ways(judgement):
        screen.print(f"  It comes out otherwise: {way.words}", soft_wrap=True)
    for position, finding in enumerate(judgement.findings):
        screen.print(f"  {_line(finding, judgement.draws[position : position + 1])}", soft_wrap=True)
        means = ", ".join(f"{arm} {number(mean)}" for arm, mean in finding.arm_means.items())
        screen.print(
            f"    {evidence(finding)}; means: {means}; smallest relevant effect "
            f"{amount(finding.smallest, finding.unit)}", style="dim", soft_wrap=True,
        )  # fmt: skip
    conditions = {
        f"with {rival_words(name)}": (judgement.rival_verdicts[name], found) for name, found in judgement.under.items()
    }
    if judgement.off_verdict:
        conditions["with its mechanisms off"] = (judgement.off_verdict, judgement.off)
    conditions |= {f"at {place}": (overall(found), found) for place, found in judgement.elsewhere.items()}
    for words, (verdict, findings) in conditions.items():
        screen.print(f"\n{words}: {verdict}")
        for finding in findings:
            screen.print(f"  {_line(finding)}", soft_wrap=True)
    screen.print("\nWhat would change the verdict", style="bold")
    for sentence in judgement.changes:
        screen.print(f"  {sentence}", soft_wrap=True)


def _how_to_read(screen: Console, judged: list[Judgement], options: Options) -> None:
    tests = sum(len(judgement.findings) for judgement in judged)
    screen.print(
        f"\nEffects are mean paired differences with 95% intervals (Student's t). A verdict needs an adjusted p below "
        f"{1 - LEVEL:.2f}: Benjamini-Hochberg over the {tests} outcomes judged together, false discovery rate 5%.",
        style="dim",
    )
    defects = [judgement.claim.id for judgement in judged if judgement.off_verdict == "supported"]
    if defects:
        screen.print(f"Supported even with their own mechanisms off: {', '.join(defects)}.", style="bold red")
    if options.quick:
        screen.print(
            f"Quick look: {options.extent.seeds} seeds and {options.extent.draws} draws leave much undetermined, and its "
            "verdicts are provisional. Without --quick the ledger's rules hold: seeds until each outcome is precise or "
            "settled, 40 draws, all rival findings, mechanisms off; it can be stopped and resumed.",
        )
    if len(judged) > 1:
        if not options.otherwise:
            screen.print(
                "Only rival findings were asked whether verdicts can come out otherwise; --otherwise also asks the ranges."
            )
        screen.print(f"More of one claim: inkspot claims {judged[0].claim.id}")
    for judgement in judged:
        for line in judgement.failures[:3]:
            screen.print(f"Failed: {judgement.claim.id}, {line}", soft_wrap=True)


def _files(screen: Console, judged_claims: JudgedClaims) -> None:
    from experiments.claims.page import write_page

    page = write_page(judged_claims, judged_claims.out)
    screen.print(f"\nThe ledger, with plots and assumptions: {page}", style="bold", soft_wrap=True)
    screen.print(
        f"Also in {judged_claims.out}: verdicts.csv, verdicts.parquet, draws.parquet, points.parquet", soft_wrap=True
    )
