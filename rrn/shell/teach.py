"""teach: a strong model of sentiment, from texts that were judged by people and many more that were not.

Teachers learn from what was judged: a few networks and a linear model. What they say, as a mean, of everyday sentences
is what the model that ships learns from besides. Source: distillation, Hinton et al. 2015; an ensemble into one,
Buciluă et al. 2006.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click
import numpy as np

from rrn.shell import file
from rrn.shell.lines import LANGUAGES
from rrn.shell.speaking import Speaking
from rrn.shell.words import t
from rrn.spec import Refused, Spec

CLEAR = 1.0  # of a rating from -4 to 4: those nearer to 0 are learned from and not measured on
STEEP = 1.5  # log-odds that a rating of 1 stands for
SENTENCES = 40_000  # that teachers judge
MOST = 24  # words of such a sentence
SURE = 6.0  # log-odds at most of what one teacher says

# Much is hidden and dropped: the texts are few, and a network learns them by heart.
STUDENT: dict[str, Any] = dict(
    units=96, embedding=64, words=10_000, grams=24_000, longest=45, dropout=0.5, hidden=0.4, epochs=10, batch=64,
    rate=3e-3, hold_out=0.08, calibration="temperature",
)  # fmt: skip
LANGUAGE: dict[str, dict[str, Any]] = {"en": dict(epochs=11, average=4), "es": dict(units=64, epochs=12)}


def teach(lang: str, pairs: str, ratings: str | None, teachers: int, save_as: str, licence: str, title: str) -> None:
    """Teachers first, then the model; every one of them is a run of its own."""
    from rrn import shipped, store
    from rrn.data import reviews
    from rrn.shell import train
    from rrn.tasks.sentiment import Sentiment

    if lang not in LANGUAGES:
        raise Refused("not_a_choice", field="lang", allowed=LANGUAGES)
    if not shipped.NAME.fullmatch(save_as):  # before hours of training, not after them
        raise Refused("bad_name", name=save_as)
    if lang == "en" and ratings is None:
        raise click.UsageError(t("cli_teach_ratings"))
    sources = [file.read(path) for path in ((ratings, pairs) if lang == "en" else (pairs,)) if path]
    spec = Sentiment(**(STUDENT | LANGUAGE[lang]))
    if lang == "es":
        known, near = reviews.seen(), ""
        spec = teacher = replace(spec, texts="written-es", lines=len(known))
    else:
        known, table, near = read(sources[0], lambda text: rated(text, spec), "cli_teach_rated")
        spec = replace(spec, texts=store.put(table.encode(), train.OWNER), lines=lines(table))
        # A teacher's own seed parts its texts in another way; what the model is measured on is not among them.
        own = "".join(f"{one.share:.4f}\t{one.text}\n" for one in known)
        teacher = replace(spec, texts=store.put(own.encode(), train.OWNER), lines=len(known))
    some = read(sources[-1], lambda text: sentences(text, lang), "cli_teach_sentences")
    # Where nobody teaches, the sentences stay without a label, and are there for guessing their next words alone.
    said = [linear_odds(known, some)] if teachers else [np.zeros(len(some))]
    for n in range(1, teachers + 1):
        run = finished(replace(teacher, seed=spec.seed + n, guess=0))
        said.append(odds(run, some))
        click.echo(t("cli_taught", n=n, teachers=teachers, run=run.id), err=True)
    judged = np.mean(np.clip(said, -SURE, SURE), axis=0)
    more = near + "".join(f"{share(d):.4f}\t{text}\n" for d, text in zip(judged, some, strict=True))
    spec = replace(spec, also=store.put(more.encode(), train.OWNER), more=lines(more))
    run = finished(spec)
    click.echo(run.id)
    train.ship(save_as, run, run.events(), sources, title=title, licence=licence)


def read(source: file.File, parse: Callable[[str], Any], words: str) -> Any:
    """What a file holds; a click.UsageError says what was expected of it where it holds something else."""
    try:
        return parse(source.data.decode())
    except (ValueError, IndexError, OverflowError, ZeroDivisionError):
        raise click.UsageError(t(words, name=source.path)) from None


def share(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def lines(table: str) -> int:
    from rrn.data import labelled

    return len(labelled.rows(table))


def rated(text: str, spec):
    """(texts that are learned from, table of the clearly rated with their documents, table of the others).

    Columns: domain, document, rating from -4 to 4, text. What is unclear and of a held-out document is left out.
    """
    from rrn.data import labelled
    from rrn.data.labelled import Labelled

    rows = [line.split("\t") for line in text.splitlines()]
    if any(not -4 <= float(row[2]) <= 4 for row in rows):
        raise ValueError("a rating lies outside -4 to 4")
    found = [(share(STEEP * float(rating)), " ".join(said.split()), whose) for _, whose, rating, said in rows]
    clear = [one for one in found if abs(math.log(one[0] / (1 - one[0]))) >= CLEAR * STEEP - 1e-9]
    table = "".join(f"{p:.4f}\t{said}\t{whose}\n" for p, said, whose in clear)
    made = labelled.labelled(labelled.rows(table))
    seen, held = labelled.split(made, spec.hold_out, spec.seed, labelled.documents(table))
    out = {one.text for one in held}
    whose_out, of_clear = {whose for _, said, whose in clear if said in out}, set(clear)
    near = [(p, said) for p, said, whose in found if (p, said, whose) not in of_clear and whose not in whose_out]
    seen += [Labelled(p, said) for p, said in near]
    return seen, table, "".join(f"{p:.4f}\t{said}\n" for p, said in near)


def sentences(text: str, lang: str) -> list[str]:
    """Everyday sentences out of a table of pairs, English in its first column and Spanish in its second, evenly."""
    column = LANGUAGES.index(lang)
    rows = [line.split("\t") for line in text.splitlines()]
    found = list(dict.fromkeys(" ".join(row[column].split()) for row in rows if len(row) > column))
    short = [one for one in found if one and len(one.split()) <= MOST]
    if not short:
        raise ValueError("no sentence in that column")
    return [short[int(n)] for n in np.linspace(0, len(short) - 1, min(len(short), SENTENCES)).round()]


def finished(spec: Spec):
    """A run of this spec, waited for."""
    from rrn import jobs
    from rrn.shell.train import OWNER, wait

    run = jobs.start(spec, OWNER)
    wait(run, spec)
    if run.state != "done":
        raise click.ClickException(t("cli_teach_failed", run=run.id, state=run.state))
    return run


def odds(run, some: list[str]) -> np.ndarray:
    """(sentences,) log-odds that a run gives them."""
    from rrn import jobs
    from rrn.events import Measured
    from rrn.tasks.sentiment import Judge

    heard = jobs.ask(Judge(), run=run.id, data="\n".join(some).encode(), patient=True)
    positive = np.array([event.values["positive"] for event in heard if isinstance(event, Measured)])
    positive = np.clip(positive, 1e-4, 1 - 1e-4)
    return np.log(positive / (1 - positive))


def linear_odds(known, some: list[str]) -> np.ndarray:
    from rrn.data import linear

    return linear.fitted([one.text for one in known], [one.share for one in known])(some)


TEACH = Speaking(
    "teach",
    callback=teach,
    help="cli_teach",
    params=[
        click.Option(["--lang"], required=True, metavar="en|es", help="cli_lang"),
        click.Option(["--pairs"], required=True, metavar="FILE", help="cli_teach_pairs"),
        click.Option(["--ratings"], metavar="FILE", help="cli_teach_ratings_file"),
        click.Option(["--teachers"], type=click.IntRange(0, 8), default=2, metavar="0…8", help="cli_teach_teachers"),
        click.Option(["--as", "save_as"], required=True, metavar="NAME", help="cli_as"),
        click.Option(["--title"], default="", metavar="TEXT", help="cli_title"),
        click.Option(["--licence"], default="", metavar="TEXT", help="cli_licence"),
    ],
)
