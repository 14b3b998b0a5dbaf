"""The gate for recordings: bytes in, one channel at RATE out, with notes of what was mended.

Whoever may be handed anything calls `rrn.intake.decoder.decode` instead, which does this in a process of its own:
`python -m rrn.intake.audio`.
"""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np

from rrn.data.sound import RATE
from rrn.intake import wav
from rrn.intake.first_bytes import known
from rrn.spec import Refused

MOST = 20_000_000  # bytes
LONGEST = 60  # seconds
LEAST = 0.025  # seconds
BLOCK = 4096  # frames read at once; a small file may hold hours
STRANGE = 0.01  # of the samples, that are no numbers and may be mended
SILENT = 1e-4  # amplitude; of 16 bits the lowest two
OFFSET = 0.05  # of the peak
CANCELLED = 0.1  # of one channel; a single voice in eight leaves more
SMALL = 2.0**-64  # the filter reckons in float32, and the largest of them must not overflow in it
OVERSHOOT = 1.5  # amplitude; lossy formats may go a little over 1

# What libsndfile may have found: format and coding, and what we call it.
READ = (
    {("WAV", coding): "WAV" for coding in "PCM_U8 PCM_16 PCM_24 PCM_32 FLOAT DOUBLE ALAW ULAW".split()}
    | {("FLAC", coding): "FLAC" for coding in "PCM_S8 PCM_16 PCM_24".split()}
    | {("OGG", "VORBIS"): "Ogg Vorbis", ("OGG", "OPUS"): "Ogg Opus", ("MP3", "MPEG_LAYER_III"): "MP3"}
)


@dataclass(frozen=True, eq=False)
class Sound:
    """A recording as it is heard here.

    `notes` are codes of what was mended: audio_cut, audio_second_data, audio_first_minute, audio_repaired,
    audio_one_channel, audio_offset, audio_scaled, audio_silent.

    Args:
        samples: (samples,) float32 at RATE, in [-1, 1].
        seconds: of the file that are used.
        rate: samples per second in the file.
        channels: in the file.
        format: "WAV", "FLAC", "Ogg Vorbis", "Ogg Opus" or "MP3".
    """

    samples: np.ndarray
    seconds: float
    rate: int
    channels: int
    format: str
    notes: tuple[str, ...] = ()


def read(data: bytes) -> Sound:
    """The sound of a file in WAV, FLAC, Ogg (Vorbis or Opus) or MP3, whatever its name says; at most its first minute.

    Raises:
        Refused: audio_too_large, audio_empty, audio_format, audio_not_audio, audio_codec, audio_wav_broken,
            audio_bits, audio_channels, audio_rate, audio_too_short, audio_not_numbers, audio_unreadable.
    """
    check_size(data)
    data, notes = known(data)
    with _opened(data) as file:
        wav.check_shape(file.channels, file.samplerate)
        two, frames, more = _heard(file)
        notes += tuple(note for note in more if note not in notes)
        samples, mended = _mended(two)
        name = READ[file.format, file.subtype]
        return Sound(samples, frames / file.samplerate, file.samplerate, file.channels, name, notes + mended)


def check_size(data: bytes) -> None:
    if not data:
        raise Refused("audio_empty")
    if len(data) > MOST:
        raise Refused("audio_too_large", most=MOST // 10**6, megabytes=round(len(data) / 1e6, 1))


def _opened(data: bytes) -> Any:
    import soundfile  # here: a web process that only hands files on need not load it

    class Straight(soundfile.SoundFile):
        """A file that is read from its beginning to its end."""

        def seekable(self):
            # soundfile would else believe the frame count, and seek after every block.
            return False

    try:
        file = Straight(io.BytesIO(data))
    except soundfile.LibsndfileError:
        raise Refused("audio_unreadable") from None
    if (file.format, file.subtype) not in READ:
        file.close()
        raise Refused("audio_codec", codec=f"{file.format} {file.subtype}")
    return file


def _heard(file: Any) -> tuple[np.ndarray, int, tuple[str, ...]]:
    """The mean of all channels and one of them, (samples, 2) at RATE; the frames read; notes."""
    import soundfile
    import soxr

    stream = soxr.ResampleStream(file.samplerate, RATE, 2, dtype="float64")
    notes: tuple[str, ...] = ()
    parts: list[np.ndarray] = []
    frames, strange, base, one = 0, 0, np.zeros(2), None
    most = LONGEST * file.samplerate
    while frames < most:
        try:
            block = file.read(min(BLOCK, most - frames), dtype="float32", always_2d=True)
        except soundfile.LibsndfileError:
            if not frames:
                raise Refused("audio_unreadable") from None
            notes += ("audio_cut",)
            break
        if not len(block):
            break
        frames += len(block)
        odd = ~np.isfinite(block)
        if odd.any():
            strange += int(odd.sum())
            block[odd] = 0
        if one is None and block.any():
            one = int(np.abs(block).max(axis=0).argmax())
        two = np.stack([block.mean(axis=1, dtype=np.float64), block[:, one or 0]], axis=1)
        # An offset would be a click at both ends, where the filter meets nothing.
        base = base if parts else two.mean(axis=0)
        parts.append(stream.resample_chunk(SMALL * (two - base)))
    if not frames:
        raise Refused("audio_empty")
    if frames < LEAST * file.samplerate:
        raise Refused("audio_too_short", milliseconds=1000 * frames / file.samplerate, least=round(1000 * LEAST))
    if strange >= STRANGE * frames * file.channels:
        raise Refused("audio_not_numbers")
    parts.append(stream.resample_chunk(np.zeros((0, 2)), last=True))
    notes += ("audio_repaired",) * bool(strange)
    return np.concatenate(parts) / SMALL + base, frames, notes + _ending(file, frames, notes)


def _ending(file: Any, frames: int, notes: tuple[str, ...]) -> tuple[str, ...]:
    """Whether there was more than a minute, or less than promised."""
    import soundfile

    if "audio_cut" in notes:
        return ()
    if frames == LONGEST * file.samplerate:
        try:
            return ("audio_first_minute",) * len(file.read(1))
        except soundfile.LibsndfileError:
            return ()
    # Where the header leaves it open, the count is the largest number there is; an MP3 may miss a frame or two.
    missing = file.frames - frames
    return ("audio_cut",) * (file.samplerate < 5 * missing and file.frames < 2**62)


def _mended(two: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """(samples,) float32 in [-1, 1] of the mean and of one channel, and what had to be done."""
    notes: tuple[str, ...] = ()
    mean, one = two.T
    sound = mean
    if mean.std() < CANCELLED * one.std() and np.abs(one).max() > SILENT:
        sound = one
        notes += ("audio_one_channel",)
    offset = sound.mean()
    if abs(offset) > max(OFFSET * np.abs(sound).max(), SILENT):
        sound = sound - offset
        notes += ("audio_offset",)
    peak = np.abs(sound).max()
    if peak > OVERSHOOT:
        notes += ("audio_scaled",)
    if peak < SILENT:
        notes += ("audio_silent",)
    return np.clip(sound / max(peak, 1.0), -1, 1).astype(np.float32), notes


if __name__ == "__main__":
    from rrn.intake.light import serve

    serve()
