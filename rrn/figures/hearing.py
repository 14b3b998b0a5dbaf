"""A sound on the screen: its wave, how loud every band is, and what a network says at each step, over the same time."""

from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from rrn.data import sound as sounds
from rrn.data.frames import BLANK
from rrn.data.sound import FLOOR, LOWEST, RATE
from rrn.figures.chart import Words
from rrn.figures.style import COLOUR, STONE, escaped, frame
from rrn.scratch import decoding

COLUMNS = 800  # that a picture may have; more cannot be seen
HERTZ = (125, 250, 500, 1000, 2000, 3500)  # that are written on the axis of bands
UPPER, LOWER = (0.42, 1.0), (0.0, 0.36)  # of the height, for two pictures above the same seconds
FAINT = 0.05  # probability below which a symbol is not drawn
CLEAR = 0.3  # probability from which a spike has its symbol above it
NAMED = 60  # spikes that have their symbol above them


class Heard(NamedTuple):
    """What a network makes of a sound.

    Args:
        log_p: (steps, 1 + symbols), the blank first.
        symbols: without the blank; "es:3" says of which language one is.
        first, each: the second in the middle of the first step, and from step to step.
        language: the one that is heard, which its symbols need not tell.
    """

    log_p: np.ndarray
    symbols: tuple[str, ...]
    first: float
    each: float
    language: str = ""

    def second(self, step):
        """In the middle of a step."""
        return self.first + self.each * step

    def name(self, number: int) -> str:
        """A symbol as it is written: with its language, where that is another than the one that is heard."""
        if number == BLANK:
            return "–"
        symbol = self.symbols[number - 1]
        return called(symbol.removeprefix(f"{self.language}:") if self.language else symbol)


def called(symbol: str) -> str:
    language, colon, plain = symbol.rpartition(":")
    return f"{plain} {language}" if colon else symbol


def envelope(sound: np.ndarray, columns: int = COLUMNS) -> tuple[np.ndarray, np.ndarray]:
    """(seconds, amplitudes): of every column the lowest and the highest sample, by turns."""
    count = max(1, min(columns, len(sound)))
    edges = np.linspace(0, len(sound), count + 1).astype(int)[:-1]
    if not len(sound):
        return np.zeros(0), np.zeros(0)
    both = np.stack([np.minimum.reduceat(sound, edges), np.maximum.reduceat(sound, edges)], axis=1)
    return np.repeat(edges / RATE, 2), both.ravel()


def thinned(frames: np.ndarray, columns: int = COLUMNS) -> tuple[np.ndarray, int]:
    """(columns at most, …), of neighbours the larger one, and how many frames became one."""
    each = -(-len(frames) // columns) or 1
    return np.maximum.reduceat(frames, np.arange(0, len(frames), each)), each


def wave(sound: np.ndarray, window: int, hop: int, bands: int, t: Words) -> go.Figure:
    """The wave, and under it how loud every band is: what is looked at, seen in time and seen in pitch."""
    seconds, amplitudes = envelope(sound)
    line = dict(type="scatter", x=seconds, y=amplitudes.astype(np.float32), yaxis="y2", mode="lines",
                line=dict(color=STONE, width=1), hoverinfo="skip")  # fmt: skip
    heat, y = _bands(sound, window, hop, bands, t)
    most = max(0.01, float(np.abs(sound).max(initial=0.0)))
    beside = dict(domain=(0.72, 1.0), range=(-most, most), nticks=3, zeroline=False, showgrid=False, tickfont_size=12,
                  title=dict(text=t("fig_wave_amplitude"), font_size=12, standoff=8))  # fmt: skip
    layout = frame(340, t("fig_wave_title"), _seconds(sound, t), y | dict(domain=(0.0, 0.66)), right=48,
                   yaxis2=beside, hovermode="closest")  # fmt: skip
    return go.Figure([heat | _bar(0.33, 0.66), line], layout)


def spikes(sound: np.ndarray, window: int, hop: int, bands: int, heard: Heard, cell: str, t: Words) -> go.Figure:
    """How loud every band is, as the network reads it, and under it the probability of every symbol at each step."""
    heat, y = _bands(sound, window, hop, bands, t)
    top = y | dict(
        domain=UPPER, zeroline=False, tickfont_size=12, title=dict(text=y["title"], font_size=12, standoff=8)
    )
    seconds = heard.second(np.arange(len(heard.log_p)))
    lines, names = posterior(heard, seconds, COLOUR[cell], t)
    low = dict(title=t("fig_spikes_p"), range=(0, 1.12), tickvals=(0, 0.5, 1), domain=LOWER)
    layout = frame(420, t("fig_spikes_title"), _seconds(sound, t), low, right=48, yaxis2=top, hovermode="closest",
                   annotations=names)  # fmt: skip
    return go.Figure([heat | dict(yaxis="y2") | _bar(0.71, 0.58), *lines], layout)


def posterior(heard: Heard, x: np.ndarray, colour: str, t: Words) -> tuple[list[dict], list[dict]]:
    """The lines of all symbols that are ever probable, the blank in grey, and the names above their spikes."""
    p = np.exp(heard.log_p)
    blank = _line(x, p[:, BLANK], t("fig_blank"), dict(color=STONE, dash="dash", width=1.5))
    seen = [n for n in range(1, p.shape[1]) if p[:, n].max(initial=0.0) > FAINT]
    lines = [_line(x, p[:, n], escaped(heard.name(n)), dict(color=colour, width=2)) for n in seen]
    names = [
        dict(x=float(x[step]), y=float(p[step, symbol]), text=escaped(heard.name(symbol)), yanchor="bottom",
             showarrow=False, font_size=13)
        for step, symbol in peaks(heard.log_p)[:NAMED]
        if p[step, symbol] > CLEAR
    ]  # fmt: skip
    return [blank, *lines], names


def peaks(log_p: np.ndarray) -> list[tuple[int, int]]:
    """(step, symbol) of everything that the best path writes, where it is most probable."""
    path = log_p.argmax(axis=1)
    found = []
    for read in decoding.read(path):
        if read.what == "kept":
            end = read.step + 1
            while end < len(path) and path[end] == read.symbol:
                end += 1
            found.append((read.step + int(log_p[read.step : end, read.symbol].argmax()), read.symbol))
    return found


def triangles(window: int, bands: int, t: Words) -> go.Figure:
    """The weights of the frequencies in each band: narrow below and wide above, as for the ear."""
    weights = sounds.filters(bands, sounds.size(window))
    hertz = np.arange(weights.shape[1]) * RATE / sounds.size(window)
    lines = []
    for n, band in enumerate(weights):
        at = np.flatnonzero(band)
        at = np.arange(max(0, at[0] - 1), min(len(band), at[-1] + 2))
        look = dict(color=STONE if n % 2 else COLOUR["lstm"], width=1.5)
        lines.append(_line(hertz[at], band[at], t("fig_band", n=n + 1), look))
    x = dict(title=t("fig_hertz"), range=(0, RATE / 2), nticks=6)
    return go.Figure(lines, frame(240, t("fig_triangles_title"), x, dict(title=t("fig_weight"), range=(0, 1.02)),
                                  hovermode="closest"))  # fmt: skip


def _line(x, y, name: str, look: dict[str, Any]) -> dict[str, Any]:
    return dict(type="scatter", x=np.asarray(x, np.float32), y=np.asarray(y, np.float32), mode="lines", name=name,
                line=look, hovertemplate=f"{name}: %{{y:.2f}} · %{{x:.2f}}<extra></extra>")  # fmt: skip


def _bands(sound, window, hop, bands, t) -> tuple[dict, dict]:
    """How loud every band is, as a heatmap, and its axis in hertz, evenly spaced in mel."""
    found, each = thinned(sounds.log_mel(sound, window, hop, bands))
    centres = np.round(sounds.edges(bands)[1:-1]).astype(int)
    heat = dict(
        type="heatmap",
        z=np.round(found.T).astype(np.int8),
        x0=(sounds.length(window) / 2 + (each - 1) * sounds.length(hop) / 2) / RATE,
        dx=each * sounds.length(hop) / RATE,
        y=list(range(bands)),
        customdata=np.repeat(centres[:, None], len(found), axis=1).astype(np.int16),
        hovertemplate="%{x:.2f} s · %{customdata} Hz: %{z} dB<extra></extra>",
        zmin=-FLOOR,
        zmax=0,
    )
    step = float(sounds.mel(RATE / 2) - sounds.mel(LOWEST)) / (bands + 1)
    places = [(float(sounds.mel(hertz)) - float(sounds.mel(LOWEST))) / step - 1 for hertz in HERTZ]
    kept = [(place, hertz) for place, hertz in zip(places, HERTZ, strict=True) if place > -0.5]
    axis = dict(title=t("fig_hertz_mel"), tickvals=[place for place, _ in kept],
                ticktext=[str(hertz) for _, hertz in kept], range=(-0.5, bands - 0.5),
                showgrid=False)  # fmt: skip
    return heat, axis


def _bar(middle: float, length: float) -> dict[str, Any]:
    """The scale of the colours, beside the picture that it belongs to."""
    return dict(colorbar=dict(thickness=8, outlinewidth=0, ypad=0, y=middle, len=length, tickvals=(-60, -30, 0),
                              ticktext=("−60", "−30", "0 dB")))  # fmt: skip


def _seconds(sound, t) -> dict[str, Any]:
    return dict(title=t("fig_seconds"), range=(0, max(0.1, len(sound) / RATE)), nticks=8)
