"""A shipped model's card: what it is, what it learned from, how it was made, and what it measured."""

from collections.abc import Sequence

from rrn.events import Began, Ended, Event, Measured
from rrn.spec import Spec, to_dict

NGRAM = "ngram_"


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
        sources: (name of the file, its SHA-256), for data that is not part of the project.
        title: what the data is, in a few words.
        licence: whose it is and what may be done with it.
    """
    began = next((e for e in events if isinstance(e, Began)), None)
    ended = next((e for e in events if isinstance(e, Ended)), None)
    epochs = max((e.step for e in events if isinstance(e, Measured)), default=0)
    lines = [f"# {name}", ""]
    if title:
        lines += [title, ""]
    lines += ["| | |", "| --- | --- |"]

    for file, sha256 in sources:
        lines += _row("Data · Datos", f"{file}, sha256 `{sha256}`")
    if not sources:
        lines += _row("Data · Datos", f"`{getattr(spec, 'text', '')}` (rrn/data/course)")
    lines += _row("Licence of the data · Licencia de los datos", licence or "not stated · sin indicar")
    lines += _row("Seed · Semilla", str(spec.seed))
    lines += _row("Epochs · Épocas", f"{epochs:g} / {spec.epochs}")
    if began:
        lines += _row("Parameters · Parámetros", f"{began.parameters:,}".replace(",", " "))
        lines += _row("Device · Dispositivo", f"{began.device}, {began.backend}, {began.threads} threads · hilos")
    if ended:
        lines += _row("Seconds · Segundos", f"{ended.training:.0f} (+ {ended.compiling:.0f} compiling · compilando)")
    lines += ["", "Made by · Se hizo con", "", "```sh", command, "```", ""]
    lines += _figures(events, hold_out=getattr(spec, "hold_out", None))
    settings = ", ".join(f"{k} = {v}" for k, v in to_dict(spec).items() if k not in ("task", "text"))
    return "\n".join([*lines, f"Settings · Ajustes: {settings}", ""])


def _row(label: str, value: str) -> list[str]:
    return [f"| {label} | {value} |"]


def _figures(events: list[Event], *, hold_out: float | None) -> list[str]:
    """The last bits per character on the slice that was held out, beside what the n-grams need there."""
    last: dict[str, float] = {}
    for event in events:
        if isinstance(event, Measured):
            last |= event.values
    if "bits" not in last:
        return []
    slice_ = f"the last {hold_out:.0%}, never trained on · el último {hold_out:.0%}, que no vio" if hold_out else ""
    rows = [("**this network · esta red**", f"**{last['bits']:.3f}**")]
    if "uniform" in last:
        rows.append(("equal chances · todo por igual", f"{last['uniform']:.3f}"))
    rows += [
        (f"n-gram, {k.removeprefix(NGRAM)} characters of context · caracteres de contexto", f"{v:.3f}")
        for k, v in sorted(last.items())
        if k.startswith(NGRAM)
    ]
    head = [f"Bits per character · Bits por carácter ({slice_})", "", "| | bits |", "| --- | --- |"]
    return [*head, *(f"| {label} | {bits} |" for label, bits in rows), ""]
