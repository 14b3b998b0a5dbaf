"""A shipped model's card: what it is, what it learned from, how it was made, and what it measured."""

from collections.abc import Sequence

from rrn import measures
from rrn.events import Began, Ended, Event, Measured
from rrn.spec import Named, Spec, choices, to_dict

NGRAM = "ngram_"
FOLDERS = {"course": "rrn/data/course_texts", "written": "rrn/data/review_texts"}  # by what a name begins with
ONLY = {"also": " (learned from, not measured on · se aprende de él, no se mide con él)"}


def card(
    spec: Spec,
    events: list[Event],
    *,
    name: str,
    command: str,
    sources: Sequence[tuple[str, str]] = (),
    title: str = "",
    licence: str = "",
) -> str:
    """A page of Markdown, every line in both languages: a card is read on the spot, far from any interface.

    Args:
        spec: what was trained.
        events: all that the run told.
        name: the model's folder under models/.
        command: the line that makes it again.
        sources: (name of the file, its SHA-256), for data that is not part of the project, in the order of the fields.
        title: what the data is, in a few words.
        licence: whose it is and what may be done with it.
    """
    began = next((e for e in events if isinstance(e, Began)), None)
    ended = next((e for e in events if isinstance(e, Ended)), None)
    epochs = max((e.step for e in events if isinstance(e, Measured)), default=0)
    rows = [("Task · Tarea", f"`{to_dict(spec)['task']}`")]
    rows += [("Data · Datos", words) for words in _data(spec, sources)]
    unsaid = "not stated · sin indicar" if sources else "MIT, as the project · como el proyecto"
    rows += [("Licence of the data · Licencia de los datos", licence or unsaid)]
    rows += [("Seed · Semilla", str(spec.seed)), ("Epochs · Épocas", f"{epochs:g} / {spec.epochs}")]
    if began:
        rows += [("Parameters · Parámetros", f"{began.parameters:,}".replace(",", " "))]
        threads = "1 thread · hilo" if began.threads == 1 else f"{began.threads} threads · hilos"
        rows += [("Device · Dispositivo", f"{began.device}, {began.backend}, {threads}")]
    if ended:
        rows += [("Seconds · Segundos", f"{ended.training:.0f} (+ {ended.compiling:.0f} compiling · compilando)")]
    settings = ", ".join(f"{k} = {v}" for k, v in to_dict(spec).items() if k not in ("task", *_named(spec)))
    lines = [
        *[f"# {name}", ""],
        *([title, ""] if title else []),
        *_table("", rows),
        *["Made by · Se hizo con", "", "```sh", command, "```", ""],
        *_figures(events, spec),
        f"Settings · Ajustes: {settings}",
    ]
    return "\n".join(lines) + "\n"


def _named(spec: Spec) -> dict[str, tuple[str, ...]]:
    """The fields that name data, with the names that the course has for some."""
    return {field: allowed.names for field, allowed in choices(type(spec)).items() if isinstance(allowed, Named)}


def _data(spec: Spec, sources: Sequence[tuple[str, str]]) -> list[str]:
    """What was learned from, in the order of the fields that name it: a file, what the course has, or what is drawn."""
    drawn = f"drawn by rrn/tasks/{to_dict(spec)['task']}.py · sorteados por la tarea"
    files, found = iter(sources), []
    for field, names in _named(spec).items():
        name = getattr(spec, field)
        if name not in names:
            file, sha256 = next(files)
            found.append(f"{file}, sha256 `{sha256}`{ONLY.get(field, '')}")
        elif name != "none":
            folder = FOLDERS.get(name.partition("-")[0])
            found.append(f"`{name}` ({folder})" if folder else f"`{name}`, {drawn}")
    return found or [drawn]


def _table(head: str, rows: list[tuple[str, str]]) -> list[str]:
    return [f"| | {head} |", "| --- | --- |", *(f"| {label} | {value} |" for label, value in rows), ""]


def _figures(events: list[Event], spec: Spec) -> list[str]:
    """The last bits per character on the slice that was held out, beside what the n-grams need there."""
    last: dict[str, float] = {}
    for event in events:
        if isinstance(event, Measured):
            last |= event.values
    if "bits" not in last:
        scores = list({m.key: m for m in measures.ALL if m.key in last}.values())  # some are one number by two names
        rivals = [(f"{m.key} / {rival.name}", f"{rival.value:.3f}") for m in scores for rival in m.rivals(events)]
        return _table("", [*((f"**{m.key}**", f"**{last[m.key]:.3f}**") for m in scores), *rivals]) if scores else []
    first = getattr(spec, "hold_out_part", "last") == "first"
    share = f"{getattr(spec, 'hold_out', 0.0):.0%} "
    where = f"the {'first' if first else 'last'} {share}of the text, never trained on"
    where += f" · el {'primer' if first else 'último'} {share.replace('%', ' %')}del texto, que no vio"
    rows = [("**this network · esta red**", f"**{last['bits']:.3f}**")]
    if "uniform" in last:
        rows.append(("equal chances · todo por igual", f"{last['uniform']:.3f}"))
    rows += [
        (f"n-gram with a context of · n-grama con un contexto de {k.removeprefix(NGRAM)}", f"{v:.3f}")
        for k, v in sorted(last.items())
        if k.startswith(NGRAM)
    ]
    return [f"Bits per character · Bits por carácter ({where})", "", *_table("bits", rows)]
