"""The clips of speech: what is learned from, what is measured on, and that the two never share a speaker."""

from dataclasses import replace

import numpy as np
import pytest

from rrn.data import frames, recordings, voice
from rrn.data.recordings import Recording
from rrn.spec import Refused
from rrn.tasks import speech as task
from tests.recipes.speaking import OF_PACK, OF_SPELLED, PACK, PACKED, SMALL, SPEAKERS, SPELLED, Given, spelled

pytestmark = pytest.mark.keras


def material(spec, data=PACK):
    from rrn.recipes import spoken

    return spoken.material(spec, Given(data))


def test_clips_made_by_rules_are_of_one_to_most_symbols_and_as_noisy_as_is_asked():
    from rrn.data import spoil
    from rrn.recipes.spoken import disturbed, made

    spec = replace(SMALL, snr=10)
    found = made(spec, 200, np.random.default_rng(0))
    assert {len(clip.said) for clip in found} == {1, 2, 3} and {s for clip in found for s in clip.said} == set("ABCD")
    rng, ratios = np.random.default_rng(1), []
    for clip in found:
        noisy = disturbed(clip.sound, spec, rng)
        assert len(noisy) == len(clip.sound)
        ratios.append(20 * np.log10(spoil.loudness(clip.sound) / spoil.loudness(noisy - clip.sound)))
    assert 9.8 < min(ratios) < 12 and 28 < max(ratios) < 30.2


def test_what_is_measured_on_is_not_what_is_learned_from():
    from rrn.recipes.spoken import Heard

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(task, "UNSEEN", 50)
        what = material(SMALL)
    learned = {clip.sound.tobytes() for clip in Heard(SMALL, what.symbols, None).clips}
    assert len(what.tested) == 50 and len(learned) == SMALL.examples
    clean = replace(SMALL, snr=40)
    assert not learned & {clip.sound.tobytes() for clip in material(clean).tested}
    assert what.seen is None and what.symbols == tuple("ABCD")


@pytest.mark.parametrize("apart", range(6))
def test_speakers_that_are_measured_on_are_never_learned_from(apart, few, monkeypatch):
    """Neither by the table nor by ear: what is composed is made of sounds of those who are learned from alone."""
    from rrn.data import spoil
    from rrn.recipes.spoken import Heard

    spec = replace(OF_PACK, apart=apart, life="off")
    what = material(spec)
    seen, held = {one.speaker for one in what.seen}, {clip.speaker for clip in what.tested}
    assert seen and held and not seen & held and seen | held == set(SPEAKERS)
    assert len(what.seen) == sum(one.speaker in seen for one in PACKED)
    used = []
    faster = spoil.faster
    monkeypatch.setattr(spoil, "faster", lambda sound, times: used.append(sound) or faster(sound, times))
    for _ in Heard(spec, what.symbols, what.seen):
        pass
    learned = {one.sound.tobytes() for one in what.seen}
    there = {sound.tobytes() for sound in used} | {sound[::-1].tobytes() for sound in used}
    assert len(used) > 100 and all(one.tobytes() in learned or one[::-1].tobytes() in learned for one in used)
    assert not there & {one.sound.tobytes() for one in recordings.from_bytes(PACK) if one.speaker in held}


def test_which_speakers_are_held_out_goes_by_a_seed_of_its_own():
    from rrn.recipes.spoken import held_out

    names = [f"espeak/{n}" for n in range(20)] + [f"real/{n}" for n in range(6)]
    of = {apart: held_out(replace(OF_PACK, apart=apart), names) for apart in range(5)}
    assert of[0] == held_out(replace(OF_PACK, seed=9), names) and len({frozenset(one) for one in of.values()}) > 3
    for found in of.values():
        assert sum(name.startswith("espeak") for name in found) == 4 and sum(n.startswith("real") for n in found) == 1
    assert type(next(iter(of[0]))) is str


@pytest.mark.parametrize(
    ("machines", "people", "share", "wanted"),
    [(20, 6, 0.2, (4, 1)), (20, 6, 0.05, (1, 0)), (2, 0, 0.05, (1, 0)), (0, 6, 0.05, (0, 1)), (0, 2, 0.2, (0, 1)),
     (1, 2, 0.2, (0, 1)), (2, 1, 0.5, (1, 0)), (1, 1, 0.5, (0, 0)), (1, 0, 0.5, (0, 0)), (0, 1, 0.5, (0, 0)),
     (0, 0, 0.5, (0, 0)), (4, 4, 0.5, (2, 2))],
)  # fmt: skip
def test_somebody_is_held_out_wherever_another_is_left(machines, people, share, wanted):
    from rrn.recipes.spoken import held_out

    names = [f"espeak/{n}" for n in range(machines)] + [f"real/{n}" for n in range(people)]
    found = held_out(replace(OF_PACK, hold_out=share), names)
    assert (sum(n.startswith("espeak") for n in found), sum(n.startswith("real") for n in found)) == wanted


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (recordings.to_bytes(PACKED[:-1]), "recordings_changed"),
        (
            recordings.to_bytes([*PACKED[:-1], Recording(("es:9",), "es", "espeak/low", PACKED[0].sound)]),
            "recordings_changed",
        ),
        (recordings.to_bytes([replace(one, speaker="x") for one in PACKED]), "pack_one_speaker"),
        (b"", "recordings_changed"),
        (b"En un lugar de la Mancha", "recordings_changed"),
        (PACK[: len(PACK) // 2], "recordings_changed"),
    ],
    ids=["fewer", "more symbols", "one speaker", "empty", "text", "half"],
)
def test_a_pack_that_does_not_go_with_the_settings_is_refused(data, code):
    """A link may name any text of the visitor's, also one that did not go through the gate for packs."""
    with pytest.raises(Refused) as why:
        material(OF_PACK, data)
    assert why.value.code == code


@pytest.mark.parametrize("spec", [SMALL, replace(SMALL, codec="mp3", snr=-5), OF_PACK], ids=["rules", "codec", "pack"])
def test_an_epoch_has_every_clip_with_its_symbols_and_its_steps(spec, few):
    from rrn.recipes.spoken import Heard

    spec = replace(spec, examples=48)
    what = material(spec)
    heard = Heard(spec, what.symbols, what.seen)
    for _ in range(2):
        count, met, whole = 0, set(), len(heard)
        for length, (x, lasts), wanted in heard:
            drawn = {tuple(heard.number[s] for s in clip.said) for clip in heard.clips}
            read = {clip.tobytes() for clip in heard.read}
            assert length in heard.frames and x.shape == (spec.batch, length, spec.bands)
            assert lasts.shape == (spec.batch, 1) and wanted.shape == (spec.batch, heard.most)
            for clip, (last,), row in zip(x, lasts, wanted, strict=True):
                sizes = [n for n in range(length, 20, -1) if clip[:n].tobytes() in read]
                assert any(frames.steps(n, spec.stride) == last for n in sizes)
                met.add(clip[: max(sizes)].tobytes() if len(sizes) == 1 else clip.tobytes())
                assert tuple(row[row > 0]) in drawn and not row[np.count_nonzero(row) :].any()
            count += 1
        fit = {heard.read[n].tobytes() for members in heard.of.values() for n in members}  # silence may be there twice
        assert count == whole and (len(met) == len(fit) or len(heard.plan) > whole and len(met) > 0.5 * len(fit))


def test_a_clip_with_fewer_steps_than_its_symbols_need_is_not_learned_from():
    """No path gives it, and what it costs would drown all others."""
    from rrn.recipes.spoken import Heard
    from rrn.scratch import ctc

    spec = replace(SMALL, most=8, hop=25, stride=4, speed=0.6, overlap=0.9)
    heard = Heard(spec, voice.SYMBOLS["tones"], None)
    rows = {n for members in heard.of.values() for n in members}
    unfit = [
        n
        for n, (clip, read) in enumerate(zip(heard.clips, heard.read, strict=True))
        if not ctc.fits(frames.steps(len(read), spec.stride), [heard.number[s] for s in clip.said])
    ]
    assert len(unfit) > 20 and rows == set(range(spec.examples)) - set(unfit)


def test_epochs_have_as_many_batches_whatever_is_drawn(few):
    """The rate falls, and the curve is told, by how many there were in the first."""
    from rrn.recipes.spoken import Heard

    what, plans = material(OF_PACK), []
    heard = Heard(replace(OF_PACK, batch=4, examples=90), what.symbols, what.seen)
    for _ in range(8):
        assert sum(1 for _ in heard) == len(heard)
        plans.append(len(heard.plan))
    assert len(heard) == plans[0] and len(set(plans)) > 1


def test_spoiled_anew_at_every_epoch_and_the_same_by_the_same_seed(few):
    from rrn.recipes.spoken import Heard

    for spec in (SMALL, OF_PACK):
        spec = replace(spec, examples=40)
        what = material(spec)
        one, other = (Heard(spec, what.symbols, what.seen) for _ in range(2))
        first = [clip.tobytes() for clip in one.read]
        assert first == [clip.tobytes() for clip in other.read]
        assert all(np.array_equal(a[1][0], b[1][0]) for a, b in zip(one, other, strict=True))
        next(iter(one))
        assert not set(first) & {clip.tobytes() for clip in one.read}


def test_phones_stand_behind_the_symbols_and_what_is_not_known_is_said_so():
    from rrn.nn.ctc import UNKNOWN
    from rrn.recipes import spoken

    what = spoken.material(OF_SPELLED, Given(SPELLED))
    assert what.phones == tuple("acehinorstu")
    heard = spoken.Heard(OF_SPELLED, what.symbols, spelled(), what.phones)
    number, rows = {n: phone for phone, n in heard.phone.items()}, 0
    for size, (x, _), wanted in heard:
        assert wanted.shape == (len(x), heard.most + frames.steps(size, OF_SPELLED.stride))
        for row in wanted:
            phones = [n for n in row[heard.most :] if n != 0]
            said = [what.symbols[n - 1] for n in row[: heard.most] if n != 0]
            if phones != [UNKNOWN] and said:
                letters = {"es:1": "uno", "es:3": "tres", "es:8": "ocho"}
                rows += 1
                assert "".join(number[n] for n in phones).replace("ai", "") == "".join(letters[s] for s in said)
    assert rows > 10
