"""Texts under the X-ray: what is shown is what the reader of texts and the formulas say, before and after surgery."""

import json
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from rrn.data import labelled, opinions, reviews, wording
from rrn.data.wording import Wording
from rrn.scratch import network as net
from rrn.scratch.network import NOBODY, opened_from
from rrn.scratch.surgery import Surgery
from rrn.spec import CELLS, Refused
from rrn.tasks import sentiment as task
from rrn.tasks.sentiment import Sentiment
from rrn.xray import texts
from rrn.xray.look import look_with
from rrn.xray.pace import autocorrelation_time
from rrn.xray.units import review_rules
from tests.nn.readers import drawn, log_odds, vector
from tests.scratch.slopes import NUDGE, same
from tests.xray.formulas import STEP, gates_of

TABLE = "".join(f"{label}\tnumber {n} {said}\n" for n in range(150)
                for label, said in (("spam", "is a bargain"), ("ham", "was a pleasure")))  # fmt: skip
KINDS = [
    *({"cell": cell, "layers": layers} for cell, layers in product(CELLS, (1, 2, 3))),
    {"texts": "written-es", "grams": 1000, "words": 500},
    {"texts": "written-es", "reads": "letters", "longest": 120, "cell": "lstm"},
    {"texts": "messages-en", "reads": "letters", "longest": 80},
    {"texts": "reviews-en", "reads": "letters", "longest": 120},
]


def run_of(names=labelled.NAMES, **fields):
    """A run with weights that nobody trained."""
    spec = Sentiment(units=6, **fields)
    if task.generated(spec) and spec.reads == "words":
        known = opinions.words(task.RULES[spec.texts])
        words = Wording(known, len(known))
    else:
        read, spelled = [text for _, text in reviews.seen()[:300]], spec.reads == "letters"
        rows = task.CHARACTERS if spelled else spec.words
        words = wording.learned(read, rows, grams=0 if spelled else spec.grams, spelled=spelled)
    weights = drawn(len(words), spec.cell, spec.layers)
    kept = {"wording": words.to_bytes(), "names": json.dumps(names).encode()}
    return SimpleNamespace(spec=spec, weights=lambda: weights, kept=kept.__getitem__)


def opened(run):
    network = opened_from(run.weights(), run.spec.cell)
    return network, texts.language(run, network)


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: " ".join(map(str, kind.values())))
def patient(request):
    run = run_of(**request.param)
    network, language = opened(run)
    held = texts.unseen(run, language)
    return SimpleNamespace(run=run, network=network, language=language, held=held, weights=run.weights())


def numbers(language, specimen):
    """The second road from what is written under a step to what was looked up."""
    cut = language.words.cut("".join(specimen.marks) if language.words.spelled else " ".join(specimen.marks))
    return [language.words.numbers(word.read) for word in cut]


def test_every_held_out_text_is_read_as_long_as_it_is_and_asked_at_its_end(patient):
    assert len(patient.held) == texts.MANY
    for one, _ in patient.held:
        assert one.steps == len(one.marks) == one.at + 1 <= patient.language.longest
        assert one.x.shape == (1, one.steps, 5) and one.y[0, -1] in (0, 1) and (one.y[0, :-1] == NOBODY).all()
        assert one.answers == ("-", "+") and not one.numbers
        wanted = np.array([vector(patient.weights, each) for each in numbers(patient.language, one)])
        same(one.x[0], wanted, 1e-12)
    assert {int(one.y[0, -1]) for one, _ in patient.held} == {0, 1}
    assert any(ordered for _, ordered in patient.held) == task.generated(patient.run.spec)


def test_the_probability_after_every_word_is_the_one_of_the_formulas(patient):
    for one, _ in patient.held[:5]:
        look = look_with(patient.network, one)
        wanted = log_odds(patient.weights, patient.run.spec.cell, one.x[0])
        assert look.said[:, 1] == pytest.approx(1 / (1 + np.exp(-wanted)), abs=1e-12)
        assert look.answer == int(wanted[-1] > 0) and look.layers == patient.run.spec.layers


def test_saliency_and_gradients_are_what_a_nudge_does(patient):
    one, cell = patient.held[0].specimen, patient.run.spec.cell
    look = look_with(patient.network, one)
    wanted = int(one.y[0, -1])

    def said(x):
        return net.forward(patient.network, x[None]).said[0, -1]

    found = np.zeros((one.steps, 5))
    for at in np.ndindex(found.shape):
        up, down = one.x[0].copy(), one.x[0].copy()
        up[at], down[at] = up[at] + NUDGE, down[at] - NUDGE
        found[at] = (said(up)[wanted] - said(down)[wanted]) / (2 * NUDGE)
    shown = look.saliency(one.at, wanted)
    assert shown == pytest.approx(np.linalg.norm(found, axis=1), rel=1e-4, abs=1e-8) and shown.any()
    if cell == "gru" and look.layers == 1:  # on the last state, by hand: ∂L/∂h = W (p − y)
        p = look.said[-1] - np.eye(2)[wanted]
        same(look.gradient_on("h", 0)[-1:], np.linalg.norm(patient.weights["out/kernel"] @ p)[None], 1e-9)


def test_the_score_is_that_of_every_text_read_alone(patient):
    shares, ordered = [float(one.y[0, -1]) for one, _ in patient.held], [ordered for _, ordered in patient.held]
    ends = np.array([log_odds(patient.weights, patient.run.spec.cell, one.x[0])[-1] for one, _ in patient.held])
    found = texts.score(patient.network, patient.held)
    assert found == pytest.approx(task.score((1 / (1 + np.exp(-ends))).tolist(), shares, ordered))
    assert ("ordered" in found) == any(ordered) and found == texts.score(patient.network, patient.held, texts.untouched)


def test_what_is_done_to_a_layer_is_done_over_every_text_s_own_steps(patient):
    """A gate that is forced to its end, and a unit that is silenced, beside a network without the unit's weights."""
    part, asked = patient.run.spec.layers - 1, []
    deaf = {name: w.copy() for name, w in patient.weights.items()}
    deaf[f"cell_{part + 1}/recurrent_kernel"][2] = deaf["out/kernel"][2] = 0

    def surgery(steps):
        asked.append(steps)
        return {part: Surgery(silence=(2,))}

    found = texts.score(patient.network, patient.held, surgery)
    assert asked == [one.steps for one, _ in patient.held]
    assert found == texts.score(opened_from(deaf, patient.run.spec.cell), patient.held)


def test_the_pace_is_a_mean_over_texts(patient):
    times = []
    for one, _ in patient.held:
        x, layer = one.x[0], 1
        while f"cell_{layer}/kernel" in patient.weights:
            gates = gates_of(patient.weights, f"cell_{layer}", patient.run.spec.cell)
            h = c = np.zeros(6)
            states = []
            for now in x:
                made = STEP[patient.run.spec.cell](gates, now, h, c)
                h, c = made["h"], made.get("c")
                states.append(h)
            x, layer = np.array(states), layer + 1
            times.append(autocorrelation_time(x[None]))
    wanted = np.reshape(times, (len(patient.held), -1)).mean(axis=0)
    assert texts.paces(patient.network, patient.held) == pytest.approx(wanted)


# Which texts are read


def test_of_what_is_made_by_rules_the_held_out_ones_are_read_in_their_order():
    for name in ("reviews-es", "reviews-en"):
        run = run_of(texts=name, seed=3)
        _, language = opened(run)
        made = opinions.unseen(task.RULES[name], task.UNSEEN, 3)[: texts.MANY]
        held = texts.unseen(run, language)
        assert [(texts.spelled(language, one), bool(one.y[0, -1]), ordered) for one, ordered in held] == made


def test_of_a_table_what_was_held_out_is_read_by_its_owner_alone():
    run = run_of(texts="f" * 64, lines=300, hold_out=0.3, seed=2, names=("ham", "spam"))
    _, language = opened(run)
    assert texts.unseen(run, language) == []
    rows = labelled.labelled(labelled.rows(TABLE))
    held = {text: share for share, text in labelled.split(rows, 0.3, 2)[1]}
    found = texts.unseen(run, language, TABLE)
    assert len(found) == texts.MANY and not any(ordered for _, ordered in found)
    for one, _ in found:
        assert held[texts.spelled(language, one)] == one.y[0, -1] and one.answers == ("ham", "spam")


def test_what_is_longer_than_what_was_learned_from_is_left_out():
    run = run_of(texts="written-es", longest=15)
    found = texts.unseen(run, opened(run)[1])
    assert 10 < len(found) and max(one.steps for one, _ in found) <= 15


# What is typed


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "sequence_empty"),
        (" \n\u200b", "sequence_empty"),
        ("\ud83d", "sequence_empty"),
        ("no " * 18, "sequence_too_long"),
    ],
    ids=ascii,
)
def test_what_cannot_be_read_is_refused_and_says_why(text, code):
    with pytest.raises(Refused) as why:
        texts.typed(opened(run_of())[1], text)
    assert why.value.code == code
    if code == "sequence_too_long":
        assert why.value.values == {"most": opinions.LONGEST["es"], "steps": 18}


def test_a_typed_text_has_no_right_answer_and_reads_as_it_is_spelled():
    for run in (run_of(), run_of(reads="letters", longest=80)):
        network, language = opened(run)
        one = texts.typed(language, "La comida  NO es <mala>, ¿y el dragón? 🙂")
        assert (one.y == NOBODY).all() and one.at == one.steps - 1
        again = texts.typed(language, texts.spelled(language, one))
        assert np.array_equal(again.x, one.x) and again.marks == one.marks
        look = look_with(network, one)
        assert np.isfinite(look.said).all() and look.gradient[0].all()
        assert look.specimen.followed(look.answer)[0, -1] == look.answer


def test_a_very_long_word_is_not_shown_whole():
    (mark,) = texts.typed(opened(run_of())[1], "x" * 3000).marks
    assert mark == "x" * texts.MARK


def test_a_unit_may_follow_the_place_and_how_often_it_was_denied():
    found = review_rules(("La", "comida", "NO", "es", "nada", "mala", "no"))
    assert found["place"].tolist() == list(range(7)) and found["denials"].tolist() == [0, 0, 1, 1, 1, 1, 2]
