"""The one place of colours of pictures made in Python. One meaning has one colour, as in the page (`static/palette.js`).

Orange is provinces and blue is rival franchises, here and on every map: nothing else may have them.
"""

CORE, INDEPENDENT, PROVINCE, RIVAL = "#1a1a1a", "#009E73", "#D55E00", "#0072B2"  # what a group is to the core
FIRST_PROVINCES = "#8f3f00"  # the provinces of the start, whatever they are called later
STATE = "#8a6d00"  # the state's side
WORLDS = ("#26365a", "#b5428b")  # the first and the second world: slate (full line), magenta (dashed)
BETTER, WORSE = "#07717f", "#7d1128"  # of a verdict: petrol, wine; always with a shape of its own
TRADE_OFF = "#cc79a7"
SLATE = WORLDS[0]  # one thing that is shown alone
REPORTED = "#6d1f5e"  # what was reported, beside what the model says
WIDE, NARROW = "#dcdcdc", "#a6a6a6"  # bands of 90% and 50%
LOW, HIGH = "#9fb0cc", "#26365a"  # the two ends of a range
POLICIES = (*WORLDS, "#3f8f5f", "#b8960c", "#7a5195", "#6fb7b2", "#8c4a2f", "#7f7f7f")  # each with a marker of its own
