"""Words that every screen and every report says."""

DISCLAIMER = (
    "Inkspot is a laboratory for assumptions about organisations and populations: it shows when a policy works, does "
    "nothing or backfires in the model. It is not a forecast and describes no operation."
)
