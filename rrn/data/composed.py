"""Clips put together from a pack of recordings: one speaker says one symbol, several with gaps, or nothing."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rrn.data import spoil
from rrn.data.recordings import Recording
from rrn.data.sound import RATE

# With half as many sayings without a symbol, a network heard one of its words in a third more of those tested.
SHARES = {
    "alone": 0.28,
    "joined": 0.20,
    "row": 0.08,
    "other": 0.30,
    "among": 0.04,
    "backwards": 0.04,
    "empty": 0.06,
}
KINDS = tuple(SHARES)
REAL = 0.4  # share of the clips by people where there are any; the rest is by machines
MOST = 7  # symbols of a clip
LONGEST = 5.5  # seconds
GAP = (0.02, 0.7)  # seconds between two words


class Composer:
    """Draws clips that were never recorded out of some that were.

    Args:
        recordings: of any speakers.
        others: share of the clips that are sayings without a symbol, in place of that in SHARES.
        real: how the names of people begin, as against machines'.
    """

    def __init__(
        self,
        recordings: Sequence[Recording],
        rng: np.random.Generator,
        others: float = SHARES["other"],
        real: str = "real/",
    ):
        self.rng = rng
        rest = (1 - others) / (1 - SHARES["other"])
        self.shares = [others if kind == "other" else rest * share for kind, share in SHARES.items()]
        self.of: dict[tuple[str, str], dict[str, list[Recording]]] = {}
        self.everything = [one for one in recordings if len(one.sound)]
        for one in self.everything:
            kind = "other" if not one.said else "alone" if len(one.said) == 1 else "row"
            self.of.setdefault((one.language, one.speaker), {}).setdefault(kind, []).append(one)
        people = [key for key in self.of if key[1].startswith(real)]
        machines = [key for key in self.of if not key[1].startswith(real)]
        self.groups = [group for group in (people, machines) if group]

    def draw(self, kind: str = "") -> tuple[np.ndarray, tuple[str, ...], tuple[str, ...] | None]:
        """A clip, (samples,) at RATE, what is said in it, and its phones, None where they are not known.

        Args:
            kind: one of SHARES, else by chance.
        """
        rng = self.rng
        kind = kind or str(rng.choice(KINDS, p=self.shares))
        if kind == "empty":
            return self.nothing(), (), ()
        group = self.groups[0] if len(self.groups) == 1 or rng.random() < REAL else self.groups[1]
        clips = self.of[group[rng.integers(len(group))]]
        if "other" not in clips and kind in ("other", "among"):  # people, and whoever else is known by symbols alone
            kind = "alone"
        if "row" not in clips and kind == "row":
            kind = "joined"
        if "alone" not in clips:  # nothing to put together: as it was recorded
            kind = next(iter(clips))
        match kind:
            case "alone" | "row" | "other":
                chosen = [self._one(clips[kind])]
            case "backwards":  # no words, from the throats of people too
                chosen = [replace(self._one(clips["alone"]), said=(), phones=()) for _ in range(rng.integers(1, 4))]
                chosen = [replace(one, sound=one.sound[::-1]) for one in chosen]
            case "joined":
                chosen = [self._one(clips["alone"]) for _ in range(rng.integers(2, MOST + 1))]
            case "among":
                chosen = [self._one(clips["other"]), self._one(clips["alone"])]
                rng.shuffle(chosen)
        times = float(rng.uniform(0.82, 1.22))  # of one speaker, so that all words of a clip come from one throat
        rough = rng.random() < 0.5  # whether words differ in loudness
        parts: list[np.ndarray] = [self.pause(0.0, 0.4)]
        said: list[str] = []
        phones: list[str] = []
        known = True
        for one in chosen:
            word = spoil.faster(one.sound, times)
            level = 0.1 * 10 ** rng.normal(0, 0.15 if rough else 0.03)
            word = word * (level / max(spoil.loudness(word), spoil.QUIETEST))
            if said and sum(map(len, parts)) + len(word) > LONGEST * RATE:
                break
            parts += [word.astype(np.float32), self.pause(*GAP)]
            said += one.said
            phones += one.phones
            known = known and bool(one.phones)
        parts[-1] = self.pause(0.0, 0.4)
        return np.concatenate(parts), tuple(said), tuple(phones) if known else None

    def _one(self, of: list[Recording]) -> Recording:
        return of[self.rng.integers(len(of))]

    def pause(self, least: float, most: float) -> np.ndarray:
        """Silence of some seconds."""
        return np.zeros(round(float(self.rng.uniform(least, most)) * RATE), np.float32)

    def nothing(self) -> np.ndarray:
        """What holds no speech: silence, noise, clicks, tones and chords."""
        rng, samples = self.rng, round(float(self.rng.uniform(0.3, 4.0)) * RATE)
        at = np.arange(samples) / RATE
        match rng.integers(5):
            case 0:
                return np.zeros(samples, np.float32)
            case 1:
                return 0.1 * spoil.noise(samples, rng, str(rng.choice(list(spoil.COLOURS))))
            case 2:  # clicks and knocks
                found = np.zeros(samples, np.float32)
                for place in rng.integers(0, samples, size=rng.integers(1, 12)):
                    knock = rng.standard_normal(400) * np.exp(-np.arange(400) / rng.uniform(3, 80))
                    found[place : place + 400] += knock[: samples - place].astype(np.float32)
                return 0.2 * found
            case 3:
                return self.music(samples)
            case _:  # a tone that slides or trembles
                pitch = rng.uniform(80, 2500) * np.exp(
                    rng.uniform(-0.5, 0.5) * at + 0.02 * np.sin(at * rng.uniform(3, 40))
                )
                return (0.2 * np.sin(2 * np.pi * np.cumsum(pitch) / RATE)).astype(np.float32)

    def music(self, samples: int) -> np.ndarray:
        """Notes of a scale, each with overtones that fade, sometimes several at once."""
        rng = self.rng
        found = np.zeros(samples, np.float32)
        scale = 110 * 2 ** rng.uniform(0, 1.5) * 2 ** (np.array([0, 2, 4, 5, 7, 9, 11, 12, 14, 16]) / 12)
        beat = round(float(rng.uniform(0.1, 0.5)) * RATE)
        fades, overtones = rng.uniform(0.05, 1.0), rng.integers(1, 9)
        for start in range(0, samples, beat):
            for pitch in rng.choice(scale, size=rng.integers(1, 4)):
                at = np.arange(min(samples - start, 3 * beat)) / RATE
                for k in range(1, overtones + 1):
                    if k * pitch < RATE / 2:
                        note = np.sin(2 * np.pi * k * pitch * at + rng.uniform(0, 6)) * np.exp(-at / fades) / k
                        found[start : start + len(at)] += note.astype(np.float32)
        return 0.1 * found

    def behind(self, samples: int) -> np.ndarray:
        """Sounds that go on behind a voice: two others who speak, or music."""
        if self.rng.random() < 0.3:
            return self.music(samples)
        found = np.zeros(samples, np.float32)
        for _ in range(2):
            at = 0
            while at < samples:
                one = self._one(self.everything).sound
                found[at : at + len(one)] += one[: samples - at]
                at += len(one) + int(self.rng.integers(0, RATE // 2))
        return found
