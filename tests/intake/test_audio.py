import struct

import numpy as np
import pytest
import soundfile
import soxr

from rrn.data.sound import RATE
from rrn.intake.audio import LONGEST, MOST, Sound, read
from rrn.intake.wav import CHANNELS, HIGH, LOW
from rrn.spec import Refused
from tests.intake.sounds import CODINGS, chunk, encoded, form, pages, shorts, tone, wav

TONE = tone()
PCM = shorts(TONE)
LOSSY = ("VORBIS", "OPUS", "MPEG_LAYER_III")
ROUGH = ("PCM_U8", "PCM_S8", "ALAW", "ULAW")


def refusal(data):
    with pytest.raises(Refused) as caught:
        read(data)
    return caught.value


def pitch(samples):
    """The loudest frequency, in hertz."""
    return np.abs(np.fft.rfft(samples * np.hanning(len(samples)))).argmax() * RATE / len(samples)


@pytest.mark.parametrize(("kind", "coding"), CODINGS)
@pytest.mark.parametrize("channels", [1, 2])
def test_every_coding_gives_the_same_tone(kind, coding, channels):
    found = read(encoded(np.stack([TONE] * channels, axis=1), kind, coding))
    assert (found.rate, found.channels, found.notes) == (16_000, channels, ())
    assert found.samples.dtype == np.float32 and found.seconds == pytest.approx(0.5, abs=0.08)
    assert pitch(found.samples) == pytest.approx(440, abs=4)
    if coding not in LOSSY:
        wanted = soxr.resample(TONE, 16_000, RATE)
        assert np.abs(found.samples - wanted)[40:-40].max() < (0.02 if coding in ROUGH else 1e-4)


def test_what_it_was_is_told():
    found = read(encoded(tone(rate=44_100), "OGG", "VORBIS", 44_100))
    assert (found.format, found.rate, found.channels, found.seconds) == ("Ogg Vorbis", 44_100, 1, 0.5)
    names = [read(encoded(TONE, *coding)).format for coding in CODINGS]
    assert names == ["WAV"] * 9 + ["FLAC"] * 3 + ["Ogg Vorbis", "Ogg Opus", "MP3"]


@pytest.mark.parametrize("rate", [LOW, 8000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_001, HIGH])
def test_a_tone_stays_where_it_is_and_what_cannot_be_heard_at_8_khz_is_gone(rate):
    low = read(encoded(tone(1.0, rate, 1000), rate=rate)).samples
    assert len(low) == pytest.approx(RATE, abs=1)
    assert pitch(low) == pytest.approx(1000, abs=1)
    assert np.abs(low[200:-200]).max() == pytest.approx(0.5, abs=0.005)
    if rate >= 11_025:
        high = read(encoded(tone(1.0, rate, 5000), rate=rate)).samples
        assert np.abs(high[200:-200]).max() < 5e-4


def test_what_has_the_right_rate_is_left_as_it_is():
    sound = np.random.default_rng(0).uniform(-1, 1, 8000)
    assert np.abs(read(encoded(sound, coding="DOUBLE", rate=RATE)).samples - sound).max() < 1e-6


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\0\0\0\x20ftypM4A " + bytes(100), "M4A/AAC"),
        (b"\0\0\0\x20ftypisom" + bytes(100), "M4A/AAC"),
        (b"\xff\xf1\x50\x80" + bytes(100), "AAC"),
        (b"\x1a\x45\xdf\xa3" + bytes(100), "WebM"),
        (wav(form(), chunk(b"data", PCM), name=b"RIFX"), "RIFX"),
        (encoded(TONE, "AIFF"), "AIFF"),
        (encoded(TONE, "CAF"), "CAF"),
        (encoded(TONE, "AU"), "AU"),
        (encoded(TONE, "RF64"), "RF64"),
    ],
)
def test_other_formats_are_called_by_their_name(data, name):
    why = refusal(data)
    assert (why.code, why.values) == ("audio_format", {"name": name})


@pytest.mark.parametrize(
    "data",
    [
        b"Hola, soy un texto que se llama voz.wav." * 20,
        "Hola.".encode("utf-16") * 20,
        b"RIFF\0\0\0\0WEBPVP8 " + bytes(100),
        b"ID3\x04\0\0\0\0\0\x0a" + bytes(5000),
        b"ID3" + encoded(TONE, "AIFF"),
        b"ID3\x04\0\0\0\0\0\0" + encoded(TONE, "AIFF"),
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        bytes(5000),
        b"\xff",
    ],
)
def test_what_is_no_sound_is_told_by_what_it_holds(data):
    assert refusal(data).code == "audio_not_audio"


@pytest.mark.parametrize(
    "data", [b"RIFF", b"OggS", b"fLaC", b"ID3", b"\xff\xfb\x90", b"RIFF\0\0\0\0WAVE", b"OggS" * 30]
)
def test_a_beginning_alone_is_refused(data):
    assert refusal(data).code in ("audio_not_audio", "audio_unreadable", "audio_codec", "audio_wav_broken")


def test_nothing_and_too_much():
    assert refusal(b"").code == "audio_empty"
    why = refusal(encoded(TONE) + bytes(MOST))
    assert (why.code, why.values) == ("audio_too_large", {"most": 20, "megabytes": 20.0})
    assert refusal(encoded(np.zeros(0))).code == "audio_empty"
    assert read(encoded(TONE) + bytes(MOST - 20_000)).seconds == 0.5


@pytest.mark.parametrize(("samples", "rate"), [(1, 16_000), (399, 16_000), (4799, 192_000)])
def test_less_than_25_ms_are_too_short(samples, rate):
    why = refusal(encoded(tone(1, rate)[:samples], rate=rate))
    assert why.code == "audio_too_short" and why.values["least"] == 25
    assert read(encoded(tone(1, rate)[: round(0.025 * rate)], rate=rate)).seconds == 0.025


def test_eight_channels_at_192_khz():
    found = read(encoded(np.stack([tone(0.5, HIGH)] + [np.zeros(HIGH // 2)] * 7, axis=1), rate=HIGH))
    assert (found.channels, found.rate, found.notes) == (8, HIGH, ())
    assert np.abs(found.samples).max() == pytest.approx(0.5 / 8, abs=0.002)


def test_too_many_channels_and_impossible_rates():
    why = refusal(encoded(np.zeros((2000, 9))))
    assert (why.code, why.values) == ("audio_channels", {"channels": 9, "most": CHANNELS})
    for rate in (LOW - 1, HIGH + 1, 2**31 - 1):
        assert refusal(wav(form(rate=rate), chunk(b"data", PCM))).code == "audio_rate"
    assert refusal(encoded(TONE, "FLAC", rate=2000)).code == "audio_rate"


def test_after_a_minute_it_ends():
    for seconds, notes in ((LONGEST, ()), (LONGEST + 1, ("audio_first_minute",))):
        found = read(encoded(np.tile(tone(1, RATE), seconds), rate=RATE))
        assert (found.seconds, len(found.samples), found.notes) == (LONGEST, LONGEST * RATE, notes)


@pytest.mark.parametrize("loud", [0.0, 1e-310, 1e-42, 3e-5])
def test_silence_is_said_and_left(loud):
    found = read(encoded(np.full(8000, loud) * (-1) ** np.arange(8000), coding="DOUBLE"))
    assert found.notes == ("audio_silent",) and np.abs(found.samples).max() < 1e-4


@pytest.mark.parametrize("loud", [2.0, 32_768.0, 1e20, 3e38])
@pytest.mark.parametrize("channels", [1, 8])
def test_peaks_of_any_size_are_scaled(loud, channels):
    found = read(encoded(np.stack([tone(loud=loud)] * channels, axis=1), coding="FLOAT"))
    assert found.notes == ("audio_scaled",)
    assert np.abs(found.samples).max() == pytest.approx(1, abs=1e-3) and pitch(found.samples) == pytest.approx(
        440, abs=2
    )


def test_a_clipped_sound_is_left_as_it_is():
    found = read(encoded(np.clip(tone(loud=4), -1, 1)))
    assert found.notes == () and 0.9 < np.abs(found.samples).max() <= 1


@pytest.mark.parametrize("offset", [0.3, -0.45])
def test_an_offset_is_taken_away(offset):
    found = read(encoded(TONE + offset, coding="FLOAT"))
    assert found.notes == ("audio_offset",)
    assert np.abs(found.samples - read(encoded(TONE)).samples).max() < 2e-3
    assert read(encoded(np.full(8000, offset))).notes == ("audio_offset", "audio_silent")


def test_channels_that_cancel_each_other_are_not_added_up():
    for channels in ([TONE, -TONE], [0 * TONE, TONE, -TONE, 0 * TONE], [TONE, -0.95 * TONE]):
        found = read(encoded(np.stack(channels, axis=1)))
        assert found.notes == ("audio_one_channel",)
        assert np.abs(found.samples).max() == pytest.approx(0.5, abs=0.01)
    assert read(encoded(np.zeros((8000, 2)))).notes == ("audio_silent",)


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_a_few_samples_that_are_no_numbers_are_mended_and_many_are_not(odd):
    sound = TONE.copy()
    sound[::200] = odd
    found = read(encoded(sound, coding="FLOAT"))
    assert found.notes == ("audio_repaired",) and np.isfinite(found.samples).all()
    sound[::100] = odd
    assert refusal(encoded(sound, coding="FLOAT")).code == "audio_not_numbers"
    assert refusal(encoded(np.full(4000, 1e300), coding="DOUBLE")).code == "audio_not_numbers"


@pytest.mark.parametrize(
    ("tag", "bits", "codec"),
    [(2, 4, "MS ADPCM"), (0x11, 4, "IMA ADPCM"), (0x31, 0, "GSM 6.10"), (0x55, 0, "MP3"), (0x1234, 16, "0x1234")],
)
def test_codings_that_are_not_read_are_refused_before_the_library_sees_them(monkeypatch, tag, bits, codec):
    monkeypatch.setattr(soundfile, "SoundFile", None)
    for more in (b"", b"\x16\0" + bytes(6) + struct.pack("<H", tag) + bytes(14)):
        head = form(0xFFFE if more else tag, bits=bits, more=more)
        assert refusal(wav(head, chunk(b"data", PCM))).values == {"codec": codec}


@pytest.mark.parametrize("coding", ["IMA_ADPCM", "MS_ADPCM", "GSM610"])
def test_what_the_library_writes_compressed_is_refused(coding):
    assert refusal(encoded(tone(rate=8000), "WAV", coding, 8000)).code == "audio_codec"


@pytest.mark.parametrize(("first", "codec"), [(b"Speex   1.2", "Speex"), (b"\x80theora", "Theora"), (b"what", "Ogg")])
def test_ogg_may_hold_other_things(first, codec):
    data = b"OggS\0\2" + bytes(20) + bytes([1, len(first)]) + first
    assert refusal(data).values == {"codec": codec}


@pytest.mark.parametrize(
    "head",
    [
        form(bits=0),
        form(bits=12, align=5),
        form(bits=64),
        form(3, bits=16),
        form(6, bits=16),
        form(channels=0, align=2),
        form(channels=3, align=2),
        form(bits=65_535),
    ],
)
def test_impossible_numbers_of_bits_are_refused(head):
    assert refusal(wav(head, chunk(b"data", PCM))).code in ("audio_bits", "audio_channels")


def test_the_bytes_of_a_sample_count_where_not_all_bits_are_used():
    for bits, width, extra in ((12, 2, b""), (20, 3, bytes(1)), (24, 4, bytes(2))):
        data = b"".join(extra + PCM[at : at + 2] for at in range(0, len(PCM), 2))
        assert np.abs(read(wav(form(bits=bits, align=width), chunk(b"data", data))).samples).max() > 0.4


def mended():
    plain = chunk(b"data", PCM)
    bent = PCM[:-101]
    yield "length 0", wav(form(), plain, size=0), ()
    yield "odd length", wav(form(), plain, size=12_345), ()
    yield "length beyond", wav(form(), plain, size=2**32 - 1), ()
    yield "data beyond", wav(form(), chunk(b"data", PCM, 10**9)), ("audio_cut",)
    yield "data without end", wav(form(), chunk(b"data", PCM, 2**32 - 1)), ()
    yield "never filled in", wav(form(), chunk(b"data", PCM, 0), size=0), ()
    yield "half a sample", wav(form(), chunk(b"data", bent)), ()
    yield "two data", wav(form(), plain, plain), ("audio_second_data",)
    yield "format last", wav(plain, form()), ()
    yield "two formats", wav(form(), form(rate=1), plain), ()
    yield "a list before", wav(chunk(b"LIST", b"INFOIART\x03\0\0\0Ana"), form(), plain), ()
    yield "junk behind", wav(form(), plain) + b"TAG" + bytes(range(256)), ()
    yield "4,000 chunks", wav(form(), chunk(b"junk", b"x") * 4000, plain), ()
    yield "hostile lengths", wav(chunk(b"cue ", b"\xff" * 24), chunk(b"smpl", b"\xff" * 36), form(), plain), ()


@pytest.mark.parametrize(("data", "notes"), [pytest.param(*case[1:], id=case[0]) for case in mended()])
def test_a_wav_with_an_odd_frame_is_read(data, notes):
    found = read(data)
    assert found.notes == notes and pitch(found.samples) == pytest.approx(440, abs=2)


@pytest.mark.parametrize(
    "data",
    [
        wav(form(), chunk(b"junk", b"") * 5000, chunk(b"data", PCM)),
        wav(form()),
        wav(chunk(b"data", PCM)),
        wav(chunk(b"fmt ", b"\1\0\1\0"), chunk(b"data", PCM)),
        wav(chunk(b"LIST", PCM, 2**32 - 1), form(), chunk(b"data", PCM)),
    ],
)
def test_a_wav_that_lacks_a_part_is_refused(data):
    assert refusal(data).code == "audio_wav_broken"


@pytest.mark.parametrize(
    ("kind", "coding", "left"),
    [("WAV", "PCM_16", 0.3), ("FLAC", "PCM_16", 0.3), ("OGG", "VORBIS", 0.6), ("OGG", "OPUS", 0.6),
     ("MP3", "MPEG_LAYER_III", 0.3)],
)  # fmt: skip
def test_of_a_file_that_is_cut_short_the_beginning_is_used(kind, coding, left):
    whole = encoded(tone(4) + 0.01 * np.random.default_rng(0).normal(size=64_000), kind, coding)
    found = read(whole[: int(len(whole) * left)])
    assert found.notes == ("audio_cut",) and 0.2 < found.seconds < 4
    assert pitch(found.samples) == pytest.approx(440, abs=4)


def test_of_a_file_that_is_cut_near_its_beginning_nothing_is_left():
    for coding in CODINGS:
        assert refusal(encoded(TONE, *coding)[:120]).code.startswith("audio_")


def test_an_ogg_without_pages_of_sound_is_empty_or_unreadable():
    first, second, *_ = pages(encoded(TONE, "OGG", "VORBIS"))
    assert refusal(first + second).code in ("audio_empty", "audio_unreadable")


@pytest.mark.parametrize("frames", [0, 2**36 - 1])
def test_a_flac_need_not_know_its_length(frames):
    data = bytearray(encoded(TONE, "FLAC"))
    data[21] = data[21] & 0xF0 | frames >> 32
    data[22:26] = struct.pack(">I", frames & 0xFFFFFFFF)
    found = read(bytes(data))
    assert found.seconds == 0.5 and found.notes == (("audio_cut",) if frames else ())


def test_junk_and_tags_around_an_mp3_do_not_matter():
    plain = encoded(tone(2), "MP3", "MPEG_LAYER_III")
    wanted = read(plain)
    tag = b"ID3\x04\0\0" + bytes([0, 0, 2, 0]) + b"TIT2" + b"\x7f" * 4 + b"\xff" * 248
    lying = b"ID3\x04\0\0" + b"\x7f" * 4 + b"APIC" + b"\x7f" * 60
    for data in (tag + plain, lying + plain, tag + bytes(900) + plain, plain + b"TAG" + bytes(125)):
        assert np.array_equal(read(data).samples, wanted.samples)
    for junk in (bytes(9000), b"\xff" * 999, np.random.default_rng(0).bytes(30_000)):
        found = read(plain + junk)
        assert found.seconds == pytest.approx(wanted.seconds, abs=0.2)
        assert np.array_equal(found.samples[:15_000], wanted.samples[:15_000])


def test_a_tag_before_a_flac_is_passed_over():
    assert read(b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + encoded(TONE, "FLAC")).format == "FLAC"


def test_a_sound_says_no_more_than_it_has():
    found = read(encoded(TONE))
    assert isinstance(found, Sound) and len(found.samples) == 4000
