"""How well and how fast a strong recogniser hears: speakers that it never learned from, formats, rates, noises.

    python benchmarks/speech.py ear --pack words.zip > table.md

Prints Markdown for the model's card. The clips are those of the speakers of the pack that the model's spec holds out:
as recorded, joined to rows with gaps, and sayings without a digit; noise, music and silence are made here.
"""

import argparse
import io
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # as in the resident worker

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np  # noqa: E402
import soundfile  # noqa: E402
import soxr  # noqa: E402

from rrn import shipped  # noqa: E402
from rrn.data import recordings, spoil  # noqa: E402
from rrn.data.composed import Composer  # noqa: E402
from rrn.data.recordings import Recording  # noqa: E402
from rrn.data.sound import RATE  # noqa: E402
from rrn.intake import audio  # noqa: E402
from rrn.nn.listener import Listener, Said, language_of  # noqa: E402
from rrn.recipes import speech as recipe  # noqa: E402
from rrn.recipes import spoken  # noqa: E402
from rrn.tasks import speech as task  # noqa: E402

ROWS = 30  # of three to six words, of every speaker and language
EMPTY = 200  # clips without speech
SOME = 150  # clips that go through every format
TIMED = 20
SHORT, LONG = 0.7, 1.2  # seconds of a saying: mostly of one word, of several
BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0001)

Clip = tuple[np.ndarray, tuple[str, ...]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--pack", required=True)
    asked = parser.parse_args()
    model = shipped.open(asked.model)
    listener = recipe.opened(model.spec, model.weights(), model.kept)
    pack = recordings.from_bytes(Path(asked.pack).read_bytes())
    held = spoken.held_out(model.spec, recordings.speakers(pack))
    heard = [one for one in pack if one.speaker in held]
    rng = np.random.default_rng(9)
    rows = {key: rows_of(of, rng) for key, of in grouped(heard).items()}

    head(
        "speakers never learned from · hablantes de los que no aprendió",
        "single digits · sueltos",
        "in rows · en fila",
        "with the language given · con la lengua dicha",
    )
    for (language, speaker), joined in rows.items():
        alone = [(one.sound, one.said) for one in heard if (one.language, one.speaker) == (language, speaker)
                 and len(one.said) == 1]  # fmt: skip
        found = [error(listener, model.spec, alone), error(listener, model.spec, joined),
                 error(listener, model.spec, alone + joined, language)]  # fmt: skip
        print(f"| {speaker}, {language} | " + " | ".join(f"{100 * each:.1f} %" for each in found) + " |")

    everything = [clip for joined in rows.values() for clip in joined]
    some = [everything[n] for n in rng.permutation(len(everything))[:SOME]]
    head("how it was recorded · cómo se grabó", "digit error rate · tasa de error")
    for name, change in {**formats(), **noises(rng)}.items():
        changed = [(change(sound), said) for sound, said in some]
        print(f"| {name} | {100 * error(listener, model.spec, changed):.1f} % |")

    head("nothing to write down · nada que escribir", "n", "with an invented digit · con un dígito inventado")
    composer = Composer(heard, rng)
    sayings = [(one.sound, ()) for one in heard if not one.said]
    kinds = {
        "sayings without a digit · frases sin dígitos": sayings,
        f"of these, under {SHORT} s · de ellas, de menos de {decimal(SHORT)} s": [
            one for one in sayings if len(one[0]) < SHORT * RATE
        ],
        f"of these, over {LONG} s · de ellas, de más de {decimal(LONG)} s": [
            one for one in sayings if len(one[0]) > LONG * RATE
        ],
        "the same in a room with noise · las mismas en una sala con ruido": [
            (spoil.life(sound, composer.behind, rng), ()) for sound, _ in sayings
        ],
        "digits backwards · dígitos al revés": [composer.draw("backwards")[:2] for _ in range(EMPTY)],
        "noise, knocks, tones, music, silence · ruido, golpes, tonos, música, silencio": [
            (composer.nothing(), ()) for _ in range(EMPTY)
        ],
    }
    for name, clips in kinds.items():
        false = np.mean([len(said.labels) > 0 for said in listen(listener, model.spec, clips)])
        print(f"| {name} | {len(clips)} | {100 * false:.1f} % |")

    head("more than digits · más que dígitos", "n", "with its digit · con su dígito")
    talks = {(one.language, one.speaker) for one in heard if not one.said}  # who also says what is no digit
    both = Composer([one for one in heard if (one.language, one.speaker) in talks], rng)
    among = [clip for clip in (both.draw("among")[:2] for _ in range(EMPTY)) if len(clip[1]) == 1]
    told = [{listener.symbols[n - 1] for n in said.labels} for said in listen(listener, model.spec, among)]
    share = np.mean([set(right) <= found for found, (_, right) in zip(told, among, strict=True)])
    print(f"| a digit before or after a saying · un dígito antes o después de una frase | {len(among)} | "
          f"{100 * share:.1f} % |")  # fmt: skip

    head("probability told · probabilidad que dice", "n", "right · aciertos")
    reliability(listener, model.spec, everything + [(spoil.life(s, composer.behind, rng), w) for s, w in everything])
    if speller := listener.speller:
        head("phones of synthetic voices · fonos de voces sintéticas", "n", "phone error rate · tasa de error de fonos")
        for language in ("es", "en"):
            for words, has_any in (("sayings without a digit · frases sin dígitos", False), ("digits · dígitos", True)):
                kind = [one for one in heard if one.phones and one.language == language and bool(one.said) == has_any]
                found = [speller.heard(speller.log_p(task.features(model.spec, one.sound))) for one in kind]
                rate = task.score(found, [one.phones for one in kind])["ler"]
                print(f"| {language}: {words} | {len(kind)} | {100 * rate:.1f} % |")

    clip = np.concatenate([sound for sound, _ in some])[: 5 * RATE]
    speed = [seconds(lambda: listen(listener, model.spec, [(clip, ())])) for _ in range(TIMED)]
    print(f"\n5 s of sound in {1000 * median(speed):.0f} ms on one core, after decoding (median of {TIMED}) · "
          f"5 s de sonido en {1000 * median(speed):.0f} ms en un núcleo, ya decodificado")  # fmt: skip


def head(*columns: str) -> None:
    print("\n| " + " | ".join(columns) + " |\n| --- |" + " --: |" * (len(columns) - 1))


def decimal(number: float) -> str:
    """As it is written in Spanish."""
    return str(number).replace(".", ",")


def grouped(heard: Sequence[Recording]) -> dict[tuple[str, str], list[Recording]]:
    found: dict[tuple[str, str], list[Recording]] = {}
    for one in sorted(heard, key=lambda one: (one.language, one.speaker)):
        found.setdefault((one.language, one.speaker), []).append(one)
    return found


def rows_of(clips: Sequence[Recording], rng: np.random.Generator) -> list[Clip]:
    """Rows of three to six digits of one speaker with natural gaps, and the rows that were spoken as such."""
    alone = [one for one in clips if len(one.said) == 1]
    found = [(one.sound, one.said) for one in clips if 3 <= len(one.said) <= 6]
    for _ in range(ROWS):
        chosen = [alone[n] for n in rng.integers(0, len(alone), size=rng.integers(3, 7))]
        parts = [
            part for one in chosen for part in (one.sound, np.zeros(int(rng.uniform(0.08, 0.5) * RATE), np.float32))
        ]
        found.append((np.concatenate(parts), tuple(symbol for one in chosen for symbol in one.said)))
    return found


def listen(listener: Listener, spec, clips: Sequence[Clip], language: str = "auto") -> list[Said]:
    views, frames = recipe.hearings(listener, spec, [sound for sound, _ in clips])
    return [listener.said(p, f, language) for p, f in zip(views, frames, strict=True)]


def error(listener: Listener, spec, clips: Sequence[Clip], language: str = "auto") -> float:
    """Edits per digit that was said; a digit in the wrong language counts as right."""
    said = [[digit(listener.symbols[n - 1]) for n in one.labels] for one in listen(listener, spec, clips, language)]
    return task.score(said, [[digit(symbol) for symbol in right] for _, right in clips])["ler"]


def digit(symbol: str) -> str:
    return symbol.removeprefix(f"{language_of(symbol)}:")


def formats() -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """Packed as files of a kind and read by the gate again."""
    kinds = {
        "WAV 8 kHz, 16 bit": ("WAV", "PCM_16", 8000, 1),
        "WAV 8 kHz, 8 bit": ("WAV", "PCM_U8", 8000, 1),
        "WAV 16 kHz": ("WAV", "PCM_16", 16000, 1),
        "WAV 44.1 kHz, 24 bit, stereo": ("WAV", "PCM_24", 44100, 2),
        "WAV µ-law": ("WAV", "ULAW", 8000, 1),
        "FLAC 48 kHz": ("FLAC", "PCM_16", 48000, 1),
        "MP3 44.1 kHz": ("MP3", "MPEG_LAYER_III", 44100, 1),
        "MP3 8 kHz": ("MP3", "MPEG_LAYER_III", 8000, 1),
        "Ogg Vorbis 22.05 kHz": ("OGG", "VORBIS", 22050, 1),
        "Ogg Opus 48 kHz, stereo": ("OGG", "OPUS", 48000, 2),
    }
    return {name: lambda sound, kind=kind: through(sound, *kind) for name, kind in kinds.items()}


def through(sound: np.ndarray, kind: str, sub: str, rate: int, channels: int) -> np.ndarray:
    scaled = 0.7 * sound / max(float(np.abs(sound).max()), 1e-6)
    wave = soxr.resample(scaled, RATE, rate) if rate != RATE else scaled
    packed = io.BytesIO()
    soundfile.write(packed, np.stack([wave] * channels, axis=1), rate, format=kind, subtype=sub)
    return audio.read(packed.getvalue()).samples


def noises(rng: np.random.Generator) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    found: dict[str, Callable[[np.ndarray], np.ndarray]] = {}
    for ratio in (20, 10, 5, 0):
        found[f"white noise, SNR {ratio} dB · ruido blanco"] = lambda sound, ratio=ratio: spoil.with_noise(
            sound, spoil.noise(len(sound), rng), ratio
        )
    found["pink noise, SNR 10 dB · ruido rosa"] = lambda sound: spoil.with_noise(
        sound, spoil.noise(len(sound), rng, "pink"), 10
    )
    found["room, echo 0.4 s · sala, eco 0,4 s"] = lambda sound: spoil.heard_in(sound, spoil.Room(0.4, 0.6), rng)
    found["telephone, 300 to 3000 Hz · teléfono"] = lambda sound: spoil.heard_in(
        sound, spoil.Room(low=300, high=3000), rng
    )
    found["20 % faster · más rápido"] = lambda sound: spoil.faster(sound, 1.2)
    found["20 % slower · más lento"] = lambda sound: spoil.faster(sound, 1 / 1.2)
    return found


def reliability(listener: Listener, spec, clips: Sequence[Clip]) -> None:
    """Of the words told with a probability in each range, how many are right; and the mean distance of the two."""
    told, right = [], []
    for said, (_, wanted) in zip(listen(listener, spec, clips), clips, strict=True):
        words = [listener.symbols[n - 1] for n in said.labels]
        right += [a == b for a, b in task.aligned(words, wanted) if a is not None]
        told += said.confidence.tolist()
    p, hits, gap = np.array(told), np.array(right), 0.0
    for low, high in zip(BINS[:-1], BINS[1:], strict=True):
        inside = (p >= low) & (p < high)
        if inside.any():
            gap += abs(hits[inside].sum() - p[inside].sum())
            print(f"| {low:.2f} – {min(high, 1):.2f} | {inside.sum()} | {hits[inside].mean():.3f} |")
    print(f"| ECE | {len(p)} | {gap / len(p):.3f} |")


def seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
