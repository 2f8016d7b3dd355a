"""What is wrong between the keys of a design's table [design]: seeds, weeks, conditions to stop, a model of one's own."""

from experiments.batch.ends import parse_condition
from experiments.batch.errors import UserError
from experiments.batch.own_model import model_name
from experiments.sweep.design import Head, Stopping
from experiments.sweep.reading import Reading


def check_head(reading: Reading, head: Head, stopping: Stopping | None) -> None:
    """Note what is wrong with seeds, weeks of outcomes, conditions and model."""
    precise = stopping is not None and stopping.rule == "precision"
    if head.seeds and "replicates" in reading.tables["design"]:
        reading.say(("design", "replicates"), "`seeds` lists the replicates: leave one of the two out", head.replicates)
    if head.seeds and precise:
        reading.say(
            ("design", "seeds"), '`rule = "precision"` chooses seeds itself: leave one of the two out', head.seeds
        )
    for key, values in (("seeds", head.seeds), ("at", head.at)):
        for position, value in enumerate(values or ()):
            if value in (values or ())[:position]:
                reading.say(("design", key, position), f"{value} is there twice", value)
    for position, words in enumerate(head.stop or ()):
        try:
            parse_condition(words)
        except UserError as error:
            reading.say(("design", "stop", position), str(error), words)
    if head.stop and precise:
        words = "runs that may stop early have unlike lengths, whose mean cannot be known to a precision: leave one out"
        reading.say(("design", "stop"), words, head.stop)
    try:
        model_name(head.model)
    except UserError as error:
        reading.say(("design", "model"), str(error), head.model)
