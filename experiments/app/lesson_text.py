"""The words of a lesson's page: the idea, the answer, the goals that were reached, links to Explore."""

from html import escape

from experiments.app.lesson import Lesson
from experiments.app.lesson_check import WON, Found
from experiments.app.lesson_parts import Answer
from experiments.app.links import link
from experiments.app.setting import Setting
from experiments.measures.numbers import number


def lesson_html(lesson: Lesson) -> str:
    """Return the idea and the question of a lesson."""
    idea = "".join(f"<p>{escape(each)}</p>" for each in lesson.idea)
    worlds = f"First world: {escape(lesson.first.title)}. Second: {escape(lesson.second.title)}."
    return (
        f"<h2>{escape(lesson.title)}</h2>{idea}<p class='ink-soft'>After: {escape(lesson.source)}. Some {lesson.minutes} "
        f"minutes.</p><h3>1. Predict</h3><p>{escape(lesson.prediction.question)}</p><p class='ink-soft'>{worlds}</p>"
    )


def answer_html(lesson: Lesson, guess: Answer, seen: list[Found], drawn: str = "") -> str:
    """Return the guess, the model's answer by name, numbers, what speaks against a wrong guess, and why the answer is right.

    Where runs do not give the answer that the lesson declares, no explanation is given, since it would explain something
    else.
    """
    prediction, first = lesson.prediction, seen[0]
    words = prediction.words
    lines = [f"Your prediction: “{escape(words[guess])}”."]
    if not first.holds:
        lines.append("<b>These runs do not show what this lesson was written for, so it explains nothing here.</b>")
    else:
        right = guess == prediction.answer
        lines.append(f"The model's answer: <b>“{escape(words[prediction.answer])}”</b>. "
                     f"{'As you predicted.' if right else 'Not as you predicted.'}")  # fmt: skip
    lines += [escape(each) for each in (drawn, f"{first.words}.") if each]
    if first.holds:
        if guess != prediction.answer:
            lines.append(f"<b>What speaks against your answer:</b> {escape(prediction.wrong[guess])}")
        lines.append(f"<b>Why:</b> {escape(prediction.explanation)}")
    also = "".join(f"<li>{escape(each.words)}.</li>" for each in seen[1:])
    more = f"<p>What else these runs show:</p><ul>{also}</ul>" if also else ""
    return f"<h3>2. What the model does</h3>{''.join(f'<p>{each}</p>' for each in lines)}{more}"


def goals_html(lesson: Lesson, reached: list[float], points: int, best: int) -> str:
    """Return the score of an attempt, and of each goal what was reached and what is asked for."""
    rows = "".join(f"<li>{escape(each)}</li>" for each in goal_words(lesson, reached))
    won = (
        "<b>Won.</b> All goals are reached."
        if points >= WON
        else "Your score is that of the goal that is reached least."
    )
    return (
        f"<p class='ink-score'><b>{points}</b> of {WON} · best so far {best}. {won}</p><ul>{rows}</ul>"
        f"<p class='ink-soft'>Means of {lesson.seeds} seeds.</p>"
    )


def goal_words(lesson: Lesson, reached: list[float]) -> list[str]:
    """Return of each goal what was reached and what is asked for, in words."""
    challenge = lesson.challenge
    titles = {knob.key: knob.title for knob in challenge.knobs}
    rows = []
    for goal, value in zip(challenge.goals, reached, strict=True):
        title = goal.measure.label if goal.measure is not None else titles[goal.knob or ""]
        bound = "at least" if goal.best > goal.worst else "at most"
        done = "reached" if goal.score(value) >= WON else "not reached"
        rows.append(f"{title}: {number(value)}; asked for: {bound} {number(goal.best)} ({done})")
    return rows


def explore_html(setting: Setting, words: str) -> str:
    """Return a link that opens worlds in Explore, in a page of its own so that the lesson stays."""
    return f'<p><a class="ink-link" href="?{escape(link(setting))}" target="_blank">{escape(words)}</a></p>'
