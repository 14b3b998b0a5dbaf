"""Every kind of translator under the X-ray: what is shown is what the formulas say, and what a nudge does.

Neither comes from rrn.scratch, which `tests/scratch` holds against Keras.
"""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from rrn.data.vocabulary import END, PAD, START, Words
from rrn.scratch.network import NOBODY
from rrn.scratch.surgery import Surgery
from rrn.tasks.translation import Translation
from rrn.xray import cells
from rrn.xray.look import GATES, STATES, look_with, opened
from rrn.xray.pair import Languages, known, languages, spelled, typed, written_alone
from rrn.xray.sentences import paces, score
from tests.scratch.slopes import NUDGE, same
from tests.scratch.translators import EMBEDDING, READINGS, SCORES, SOURCE, TARGET, UNITS, WIDE, drawn
from tests.xray.formulas import STEP, gates_of

EXACT = 1e-9
SLOPE, FLOOR = 1e-6, 1e-9  # of a slope by nudging: its own share, and what rounding leaves
SETTINGS = [
    *({"cell": cell, "score": score} for cell, score in product(WIDE, SCORES)),
    *({"cell": cell, "layers": 2, "reading": reading} for cell, reading in product(WIDE, READINGS)),
    {"cell": "lstm", "layers": 3, "score": "additive"},
    {"cell": "gru", "reading": "backward", "score": "none"},
]
READS, WRITES = Words(tuple("abcde"), letters=True), Words(tuple("wxyz"), letters=True)


def run_of(weights, *, cell="gru", layers=1, score="general", reading="both"):
    spec = Translation(
        cell=cell, layers=layers, attention=score, reading=reading, units=UNITS, embedding=EMBEDDING, pairs="copy"
    )
    kept = {"source": READS.to_bytes(), "target": WRITES.to_bytes()}
    return SimpleNamespace(spec=spec, weights=lambda: weights, kept=kept.__getitem__)


@pytest.fixture(params=SETTINGS, ids=lambda form: " ".join(map(str, form.values())))
def case(request):
    assert len(READS) == SOURCE and len(WRITES) == TARGET
    weights = drawn(**request.param)
    run = run_of(weights, **request.param)
    network, pair = opened(run), known(languages(run), "badce", "zyw")
    return SimpleNamespace(weights=weights, spec=run.spec, network=network, pair=pair, look=look_with(network, pair))


class Plain:
    """The formulas over one pair, step after step; every state may be nudged before anybody reads it."""

    def __init__(self, case, part="", state="h", nudges=None, read=0.0):
        self.case, self.part, self.state, self.nudges = case, part, state, nudges
        self.found: dict[str, dict[str, np.ndarray]] = {}
        spec, w, pair = case.spec, case.weights, case.pair
        many = 1 if nudges is None and np.ndim(read) < 3 else len(nudges if nudges is not None else read)
        x = np.repeat(w["embed/embeddings"][pair.x], many, axis=0) + read
        heights = range(1, spec.layers + 1)
        last = []
        for n in heights:
            ways = []
            if spec.reading != "backward":
                ways.append(self.through(f"cell_{n}", x))
            if spec.reading != "forward":
                h, ends = self.through(f"cell_{n}_back", x[:, ::-1])
                ways.append((h[:, ::-1], ends))
            x = sum(h for h, _ in ways)
            last.append([sum(parts) for parts in zip(*(ends for _, ends in ways), strict=True)])
        memory = x
        given = np.array([[START, *pair.written[0, :-1]]])
        x = np.repeat(w["embed_target/embeddings"][given], many, axis=0)
        context = []
        for n in heights:
            h, _ = self.through(f"decoder_{n}", x, last[n - 1])
            if n == 1 and spec.attention != "none":
                self.a = self.weights(h, memory)
                context = [np.einsum("bwr,bru->bwu", self.a, memory)]
            x = np.concatenate([h, *context], axis=-1)
        combined = np.tanh(x @ w["combine/kernel"] + w["combine/bias"])
        self.said = np.einsum("bwe,ve->bwv", combined, w["embed_target/embeddings"])

    def through(self, name, x, start=None):
        gates = gates_of(self.case.weights, name, self.case.spec.cell)
        h = c = np.zeros((len(x), UNITS))
        if start is not None:
            h, c = start[0], start[-1]
        happened = []
        for t in range(x.shape[1]):
            now = STEP[self.case.spec.cell](gates, x[:, t], h, c)
            if self.part == name:
                now[self.state] = now[self.state] + self.nudges[:, t]
                if self.state == "c":
                    now["h"] = now["o"] * np.tanh(now["c"])
            h, c = now["h"], now.get("c")
            happened.append(now)
        self.found[name] = {key: np.stack([now[key] for now in happened], axis=1) for key in happened[0]}
        return self.found[name]["h"], [h] if c is None else [h, c]

    def weights(self, s, m):
        w = self.case.weights
        match self.case.spec.attention:
            case "dot":
                e = np.einsum("bwu,bru->bwr", s, m)
            case "general":
                e = np.einsum("bwu,uv,brv->bwr", s, w["attention/kernel"], m)
            case _:
                asked = np.einsum("bwu,uv->bwv", s, w["attention/query"])[:, :, None]
                read = np.einsum("bru,uv->brv", m, w["attention/memory"])[:, None]
                e = np.einsum("bwrv,v->bwr", np.tanh(asked + read), w["attention/combine"])
        e = np.exp(e)
        return e / e.sum(axis=-1, keepdims=True)

    def loss(self):
        """(batch,) of the followed word."""
        pair = self.case.pair
        said = self.said[:, pair.at]
        return np.log(np.exp(said).sum(axis=-1)) - said[:, pair.written[0, pair.at]]


def every_nudge(steps, many):
    """(2·steps·many, steps, many): one number at one step, up and down."""
    one = NUDGE * np.eye(steps * many).reshape(-1, steps, many)
    return np.concatenate([one, -one])


def lengths(values, steps):
    """(steps,) of the gradient at every step, from the values after every nudge."""
    up, down = np.split(values, 2)
    return np.linalg.norm((up - down).reshape(steps, -1) / (2 * NUDGE), axis=-1)


def near(shown, nudged):
    assert shown == pytest.approx(nudged, rel=SLOPE, abs=FLOOR)


def test_every_gate_state_and_weight_shown_is_what_its_formula_gives(case):
    plain = Plain(case)
    assert set(plain.found) == set(case.look.parts) == set(case.network.parts)
    for part, happened in plain.found.items():
        assert set(happened) == {*GATES[case.spec.cell], *STATES[case.spec.cell]}
        for letter, values in happened.items():
            same(case.look.kept(part, letter), values[0], EXACT)
            assert len(values[0]) == len(case.pair.marks_of(part))
    if case.spec.attention == "none":
        assert case.look.attention is None
    else:
        same(case.look.attention, plain.a[0], EXACT)
    same(case.look.passed.said, plain.said, EXACT)
    odds = np.exp(plain.said[0]) / np.exp(plain.said[0]).sum(axis=1, keepdims=True)
    same(case.look.said, odds, EXACT)
    assert case.look.answer == odds[case.pair.at].argmax()
    each = odds[np.arange(case.pair.steps), case.pair.written[0]]
    assert case.look.log_p == pytest.approx(np.log(each).sum(), rel=EXACT)


def test_the_gradient_shown_is_what_nudging_a_state_does_to_the_loss(case):
    for part, state in product(case.look.parts, STATES[case.spec.cell]):
        steps = len(case.pair.marks_of(part))
        nudges = every_nudge(steps, UNITS)
        near(case.look.gradient_on(state, part), lengths(Plain(case, part, state, nudges).loss(), steps))
    assert len(case.look.gradient) == len(case.look.parts)


def test_saliency_is_what_nudging_a_word_that_was_read_does_to_a_written_one(case):
    steps = case.pair.x.shape[1]
    said = Plain(case, read=every_nudge(steps, EMBEDDING)).said
    for at in range(case.pair.steps):
        output = int(case.look.said[at].argmin())
        shown = case.look.saliency(at, output)
        near(shown, lengths(said[:, at, output], steps))
        assert shown.shape == (steps,) and shown.all()


def test_the_numbers_of_a_unit_are_those_of_its_layer(case):
    for part in case.look.parts:
        found = cells.values(case.look, part, 0, 1)
        assert found["h"] == case.look.kept(part, "h")[0, 1]
        start = case.look.trace(part).start[0][0, 1]
        assert found["h0"] == start and (start != 0) == part.startswith("decoder")


# What is read and written

WORDS = Languages(READS, WRITES)


def drawn_run(**form):
    run = run_of(drawn(**form), **form)
    return run, opened(run)


def test_a_pair_says_what_every_layer_reads():
    pair = known(WORDS, "bad", "zy")
    assert pair.marks == ("b", "a", "d", "⊣") and pair.words == ("z", "y", "⊣") and pair.steps == 3
    assert pair.marks_of("cell_2") == pair.marks and pair.marks_of("cell_1_back") == ("⊣", "d", "a", "b")
    assert pair.marks_of("decoder_1") == ("⊢", "z", "y")
    assert pair.at == 1 and pair.at_in("decoder_2") == 1 and pair.at_in("cell_1") is None
    assert np.array_equal(pair.y, pair.written) and not pair.numbers
    assert spelled(WORDS, pair) == "bad"


def test_of_a_typed_sentence_the_network_s_own_words_are_followed_and_nobody_knows_what_is_right():
    _, network = drawn_run()
    pair = typed(WORDS, network, " b a\nd ")
    assert pair.marks == ("b", "a", "d", "⊣") and (pair.y == NOBODY).all()
    look = look_with(network, pair)
    said = look.said.copy()
    said[:, [PAD, START, 3]] = 0
    assert said.argmax(axis=1).tolist() == pair.written[0].tolist()
    assert pair.written[0].tolist() == list(written_alone(network, pair.x))
    assert (
        look.gradient_on("h", "decoder_1")[pair.at] > 0 and not look.gradient_on("h", "decoder_1")[pair.at + 1 :].any()
    )


def test_of_an_empty_translation_the_end_is_followed():
    pair = known(WORDS, "a", "")
    assert pair.written.tolist() == [[END]] and pair.at == 0 and pair.marks_of("decoder_1") == ("⊢",)


# Surgery, and what it costs


def silent(pair):
    return {"decoder_1": Surgery(silence=tuple(range(UNITS)))}


def test_the_share_of_right_words_counts_every_word_once():
    _, network = drawn_run(score="dot")
    pairs = [known(WORDS, "bad", "zy"), known(WORDS, "ca", "wwx")]
    hits = [int((look_with(network, pair).said.argmax(axis=1) == pair.written[0]).sum()) for pair in pairs]
    assert score(network, pairs) == {"words": sum(hits) / 7}


def test_a_decoder_without_a_voice_says_the_same_to_every_sentence():
    _, network = drawn_run(score="none")
    said = [look_with(network, known(WORDS, text, "zy"), silent(None)).said for text in ("bad", "ec")]
    same(said[0], said[1], 1e-12)
    always = said[0][0].argmax()
    pairs = [known(WORDS, "bad", "zy"), known(WORDS, "ca", "wwx")]
    right = sum(int((pair.written == always).sum()) for pair in pairs) / 7
    assert score(network, pairs, silent)["words"] == pytest.approx(right)


@pytest.mark.parametrize("part", ["cell_1", "cell_1_back", "decoder_1"])
def test_an_operation_is_seen_in_the_layer_and_not_in_those_before_it(part):
    _, network = drawn_run(cell="lstm", layers=2)
    pair = known(WORDS, "badce", "zyw")
    row = np.full((len(pair.marks_of(part)), 1), np.nan)
    row[1:3] = 0.25
    before, after = look_with(network, pair), look_with(network, pair, {part: Surgery({"f": row})})
    assert (after.kept(part, "f")[1:3] == 0.25).all()
    assert np.array_equal(after.kept(part, "c")[0], before.kept(part, "c")[0])
    if part == "decoder_1":
        assert np.array_equal(after.kept("cell_2", "h"), before.kept("cell_2", "h"))
    assert not np.allclose(after.said, before.said) and after.log_p != before.log_p


def test_the_pace_of_every_layer_is_a_mean_over_sentences():
    _, network = drawn_run(layers=2)
    pairs = [known(WORDS, "badce", "zyw"), known(WORDS, "ca", "wwx")]
    one, other, both = paces(network, pairs[:1]), paces(network, pairs[1:]), paces(network, pairs)
    assert len(both) == len(network.parts) == 6
    assert both == pytest.approx([(a + b) / 2 for a, b in zip(one, other, strict=True)])
