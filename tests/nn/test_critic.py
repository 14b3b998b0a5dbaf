"""What a critic makes of texts: short, long and strange ones, and one of them taken apart."""

import numpy as np
import pytest

from rrn.data import reviews, wording
from rrn.data.bag import Bag
from rrn.data.wording import Wording
from rrn.nn.critic import TRUSTED, Critic
from rrn.nn.reader import Reader, odds
from rrn.spec import CELLS
from tests.nn.readers import drawn, log_odds, vector

SPANISH = "la el de que y no es muy pero con . , comida buena servicio lento sin por está"
KNOWN = tuple(SPANISH.split())
BAG = Bag({"buena": 2.0, "lento": -1.5}, 0.25)
TEXT = "La comida no es buena, pero el camarero es muy amable."


def critic(cell="gru", layers=1, grams=0, longest=20, spelled=False, symbols=KNOWN):
    words = Wording(tuple("abcdefghilmnopqrstuvyz ,.é") if spelled else symbols, 40, grams, spelled)
    return Critic(cell, drawn(len(words), cell, layers), words, BAG, longest, ("-", "+"))


def alone(of: Critic, read):
    """What is thought of one text, read by nobody else's side and by no critic."""
    return float(odds(Reader(of.cell, of.weights).read(of.wording.encode([read], len(read))))[0, -1])


def read(of, text):
    return [word.read for word in of.wording.cut(text)]


def test_of_nothing_it_says_that_it_does_not_know():
    of = critic()
    for text in ("", "  \n", "\u200b\ufe0f"):
        (judged,) = of.judge([text])
        assert judged.network == judged.bag == judged.known == judged.words == judged.parts == 0 and not judged.foreign
        assert of.explain(text).words == [] and of.explain(text).running.shape == (0,)


@pytest.mark.parametrize("cell", CELLS)
def test_texts_of_all_lengths_are_judged_as_if_each_were_alone(cell):
    of = critic(cell, layers=2)
    texts = ["la comida es buena", "", "no", TEXT, "muy lento , muy lento , muy lento", "buena ."]
    for text, judged in zip(texts, of.judge(texts), strict=True):
        words = read(of, text)
        assert judged.words == len(words) and judged.parts == bool(words)
        if words:
            assert judged.known > TRUSTED
            assert judged.network == pytest.approx(alone(of, words), abs=1e-5)
            assert judged.bag == pytest.approx(BAG.bias + sum(BAG.weights.get(word, 0) for word in words))


def test_many_texts_are_judged_in_their_order(monkeypatch):
    from rrn.nn import critic as module

    of = critic()
    texts = [text for _, text in reviews.unseen()[:40]] + ["", "la"]
    whole = of.judge(texts)
    monkeypatch.setattr(module, "TOGETHER", 3)
    for one, other in zip(of.judge(texts), whole, strict=True):
        assert one.network == pytest.approx(other.network, abs=1e-5) and one.words == other.words


def test_what_the_network_says_alone_is_what_it_says_among_the_rest():
    found = critic(longest=4)
    texts = ["", "no", "bueno", "no era bueno. era malo y caro y malo.", "xyz qwe"]
    assert found.networks(texts).tolist() == [one.network for one in found.judge(texts)]


def test_a_long_text_is_judged_in_parts_that_end_with_a_sentence_and_weigh_as_much_as_they_are_long():
    of = critic(longest=10)
    sentence = ["la", "comida", "es", "muy", "buena", "."]  # ends in the second half of a part
    endless = ["el", "servicio", "es"] * 5
    (judged,) = of.judge([" ".join(sentence * 2 + endless)])
    parts = [sentence, sentence, endless[:10], endless[10:]]
    wanted = sum(len(part) * alone(of, part) for part in parts) / sum(map(len, parts))
    assert judged.parts == 4 and judged.words == 27 and judged.network == pytest.approx(wanted, abs=1e-5)


def test_what_it_hardly_knows_a_word_of_moves_it_less():
    of = critic()
    for text, share in (("la comida", 1.0), ("la zzz qqq xxx", 0.25), ("zzz qqq ! 7", 0.0), ("la zzz", 0.5)):
        (judged,) = of.judge([text])
        assert judged.known == pytest.approx(share)
        assert judged.network == pytest.approx(alone(of, read(of, text)) * min(1, share / TRUSTED), abs=1e-5)


def test_another_language_is_noticed():
    of = critic()
    assert of.wording.language == "es"
    lines = [
        "The food is not bad but the service was slow for the price",
        "La comida no es mala y el servicio de la casa",
        "ok",
    ]
    assert [judged.foreign for judged in of.judge(lines)] == [True, False, False]
    assert critic(spelled=True).wording.language is None and not critic(spelled=True).judge(lines)[0].foreign


def test_every_word_of_one_text_is_found_where_it_stands():
    of = critic()
    found = of.explain(TEXT)
    assert [TEXT[word.start : word.end].lower() for word in found.words] == read(of, TEXT)
    assert found.running[-1] == pytest.approx(of.judge([TEXT])[0].network, abs=1e-5)
    assert all(
        len(each) == len(found.words) for each in (found.running, found.missed, found.pull, found.bag, found.denied)
    )
    assert found.bag.tolist() == [BAG.weights.get(word.read, 0.0) for word in found.words]


@pytest.mark.parametrize(("cell", "grams"), [("rnn", 0), ("gru", 200), ("lstm", 0)])
def test_a_word_is_missed_and_denied_as_when_the_changed_text_is_read(cell, grams):
    of = critic(cell, grams=grams)
    words, found = read(of, TEXT), of.explain(TEXT)
    whole = alone(of, words)
    for n in range(len(words)):
        assert found.missed[n] == pytest.approx(whole - alone(of, words[:n] + words[n + 1 :]), abs=1e-4)
        assert found.denied[n] == pytest.approx(alone(of, [*words[:n], "no", *words[n:]]), abs=1e-4)
        assert found.running[n] == pytest.approx(alone(of, words[: n + 1]), abs=1e-4)


def test_without_its_only_word_a_text_is_as_likely_this_as_that():
    of = critic()
    found = of.explain("buena")
    assert found.missed[0] == pytest.approx(alone(of, ["buena"]), abs=1e-5)


def test_in_english_it_denies_in_english():
    of = critic(symbols=tuple("the food is not good a of and it that was".split()))
    assert of.wording.language == "en"
    assert of.explain("the food is good").denied[3] == pytest.approx(
        alone(of, "the food is not good".split()), abs=1e-5
    )


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("layers", "grams"), [(1, 0), (2, 300)])
def test_a_word_s_pull_is_what_stretching_its_vector_does(cell, layers, grams):
    of = critic(cell, layers, grams)
    words, nudge = read(of, TEXT), 1e-5
    x = np.array([vector(of.weights, of.wording.numbers(word)) for word in words])
    found = of.pull(words)
    for n in range(len(words)):
        up, down = (log_odds(of.weights, cell, np.where(np.arange(len(x))[:, None] == n, x * (1 + by), x))[-1]
                    for by in (nudge, -nudge))  # fmt: skip
        assert found[n] == pytest.approx((up - down) / (2 * nudge), rel=1e-3, abs=1e-6)


def test_of_a_long_text_its_first_part_is_taken_apart():
    of = critic(longest=10)
    text = "la comida es muy buena . el servicio es lento , muy lento"
    assert [word.read for word in of.explain(text).words] == text.split()[:6]


@pytest.mark.parametrize("spelled", [False, True])
@pytest.mark.parametrize(
    "text", ["\ud83d", "a\ud83db la", "مرحبا 🙂🙂🙂", "x" * 3000, "\u200b", "l'été № ½", "¿¡"], ids=ascii
)
def test_whatever_is_typed_is_judged(text, spelled):
    of = critic(spelled=spelled, grams=0 if spelled else 100)
    (judged,), found = of.judge([text]), of.explain(text)
    assert np.isfinite([judged.network, judged.bag, judged.known]).all()
    for values in (found.running, found.missed, found.pull, found.bag, found.denied):
        assert len(values) == len(found.words) and np.isfinite(values).all()


def test_letters_are_read_one_by_one():
    of = critic(spelled=True, longest=30)
    assert [word.read for word in of.explain("La  é").words] == ["l", "a", " ", "é"]
    (judged,) = of.judge([TEXT])
    assert judged.parts == 2 and judged.words == len(wording.letters(TEXT))
