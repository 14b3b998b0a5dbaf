"""Sessions: the rule in what is drawn, the score beside a loop, the ceiling beside a simulation."""

from dataclasses import replace

import numpy as np
import pytest

from rrn.tasks import sessions
from rrn.tasks.sessions import AT, INPUTS, LIKELY, LONGEST, PAD, SHORTEST, STYLES, Sessions

SPEC = Sessions()


def style(band):
    return band % len(STYLES)


def test_names_are_apart_also_without_capitals():
    assert len({name.casefold() for name in sessions.NAMES}) == INPUTS and all(map(str.isalpha, sessions.NAMES))


def test_popularity_follows_zipf_where_taste_alone_decides():
    drawn = sessions.draw(replace(SPEC, noise=1.0), 20_000, np.random.default_rng(0))
    counts = np.bincount(drawn[drawn != PAD], minlength=INPUTS).astype(float)
    # Bands of one style compare with each other; across styles, the favour shifts all of a style alike.
    for first in range(len(STYLES)):
        own = counts[first :: len(STYLES)]
        wanted = 1 / (np.arange(first, INPUTS, len(STYLES)) + 1)
        assert own / own[0] == pytest.approx(wanted / wanted[0], rel=0.1)


def test_sessions_have_the_lengths_that_are_said():
    drawn = sessions.draw(SPEC, 3000, np.random.default_rng(0))
    lengths = (drawn != PAD).sum(axis=1)
    assert set(lengths) == set(range(SHORTEST, LONGEST + 1))
    assert all((row[:n] != PAD).all() for row, n in zip(drawn, lengths, strict=True))


@pytest.mark.parametrize("order", [1, 2])
def test_without_noise_the_styles_of_so_many_bands_decide_and_no_more(order):
    """What follows is counted by the styles before it: three bands each, as likely as the rule says."""
    drawn = sessions.draw(replace(SPEC, order=order, noise=0.0), 8000, np.random.default_rng(1))
    found: dict = {}
    for row in drawn:
        row = row[row != PAD]
        for at in range(2, len(row)):
            found.setdefault(tuple(style(row[at - order : at])), []).append(row[at])
    assert len(found) == len(STYLES) ** order
    for after in found.values():
        shares = sorted(np.bincount(after) / len(after), reverse=True)[:4]
        assert len(set(after)) == 3
        if len(after) > 500:
            assert shares[:3] == pytest.approx(LIKELY, abs=0.08)


def test_with_order_two_the_band_before_the_last_makes_a_difference():
    rule = sessions.world(2).rule
    assert np.allclose(rule.sum(axis=-1), 1)
    assert not np.allclose(rule[0], rule[1]) and np.allclose(rule[0], rule[len(STYLES)])
    assert np.allclose(sessions.world(1).rule[0], sessions.world(1).rule[1])


def test_what_is_learned_is_never_what_is_measured_and_both_stay_the_same():
    (x, y), (x_new, _) = sessions.learned(SPEC), sessions.test(SPEC)
    assert len(x) == SPEC.sessions and len(x_new) == sessions.UNSEEN
    again, _ = sessions.learned(SPEC)
    other, _ = sessions.test(SPEC, np.random.default_rng(5))
    assert np.array_equal(x, again) and np.array_equal(x_new, other)
    assert not np.array_equal(x[: len(x_new)], x_new)
    assert np.array_equal(sessions.logged(SPEC)[:, 1:], y)
    few, _ = sessions.test(replace(SPEC, sessions=100))
    assert np.array_equal(few, x_new)  # more to learn from does not change what is measured on


def test_nothing_is_read_after_the_last_band_that_is_asked_for():
    x, y = sessions.examples(SPEC, 200, np.random.default_rng(2))
    assert ((x == PAD) == (y == PAD)).all() and np.array_equal(x[:, 1:][y[:, 1:] != PAD], y[:, :-1][y[:, 1:] != PAD])


def scored_by_hand(said, y):
    hits, reciprocal, places = [], [], {}
    for row, wanted in zip(said, y, strict=True):
        for step in range(1, len(wanted)):
            if wanted[step] == PAD:
                continue
            order = sorted(range(INPUTS), key=lambda band, step=step, row=row: (-row[step, band], band))
            place = order.index(wanted[step]) + 1
            hits.append(place <= AT)
            reciprocal.append(1 / place)
            places.setdefault(step + 2, []).append(place <= AT)
    found = {"recall_at_5": np.mean(hits), "mrr": np.mean(reciprocal)}
    return found | {f"hits_{place}": np.mean(each) for place, each in places.items()}


def test_the_score_is_that_of_a_loop_also_where_there_are_ties():
    x, y = sessions.examples(SPEC, 60, np.random.default_rng(3))
    rng = np.random.default_rng(4)
    for said in (rng.normal(size=(*y.shape, INPUTS)), rng.integers(4, size=(*y.shape, INPUTS)).astype(float)):
        assert sessions.score(said, x, y) == pytest.approx(scored_by_hand(said, y))


def test_whoever_names_what_follows_has_all_and_a_place_too_low_has_none():
    x, y = sessions.examples(SPEC, 60, np.random.default_rng(3))
    right = np.eye(INPUTS)[np.maximum(y, 0)]
    assert {round(value, 9) for value in sessions.score(right, x, y).values()} == {1.0}
    worst = sessions.score(-right, x, y)
    assert worst["recall_at_5"] == 0 and worst["mrr"] == pytest.approx(1 / INPUTS)


def test_the_ceiling_is_the_distribution_that_a_simulation_finds():
    """Among very many sessions, those that begin alike: what follows them, beside what is said to follow."""
    spec = replace(SPEC, noise=0.5)
    drawn = sessions.draw(spec, 120_000, np.random.default_rng(6))
    begins, counts = np.unique(drawn[:, :3], axis=0, return_counts=True)
    for begin in begins[np.argsort(-counts)[:4]]:
        follows = drawn[(drawn[:, :3] == begin).all(axis=1), 3]
        follows = follows[follows != PAD]
        shares = np.bincount(follows, minlength=INPUTS) / len(follows)
        assert len(follows) > 500
        assert np.abs(shares - sessions.known(spec, begin[None])[0, -1]).max() < 4 * 0.5 / np.sqrt(len(follows))


def test_the_ceiling_infers_whose_session_it_is():
    """A visitor who keeps picking one style where taste alone decides is believed to prefer it."""
    spec = replace(SPEC, noise=1.0)
    tango = np.array([[5, 11, 17, 5, 11, 17]])
    p = sessions.known(spec, tango)[0]
    share = p[:, style(np.arange(INPUTS)) == STYLES.index("tango")].sum(axis=1)
    assert (np.diff(share) > 0).all() and share[-1] == pytest.approx(
        sessions.world(2).taste[5, 5 :: len(STYLES)].sum(), abs=0.01
    )


@pytest.mark.parametrize("fields", [{}, {"order": 1}, {"sessions": 300}, {"noise": 0.0}])
def test_nobody_ranks_better_than_whoever_knows_the_rule(fields):
    found = sessions.rivals(replace(SPEC, **fields))
    for measure in ("recall_at_5", "mrr"):
        own = {name.split("/")[1]: value for name, value in found.items() if name.startswith(f"{measure}/")}
        assert set(own) == {"ceiling", "popularity", "markov_1", "markov_2", "neighbours"}
        assert all(value <= own["ceiling"] + 0.01 for value in own.values())
        assert own["popularity"] == min(own.values())


def test_two_bands_tell_more_than_one_only_where_two_decide():
    two, one = (sessions.rivals(replace(SPEC, order=order)) for order in (2, 1))
    assert two["recall_at_5/markov_2"] > two["recall_at_5/markov_1"] + 0.1
    assert one["recall_at_5/markov_1"] > one["recall_at_5/markov_2"]


def test_noise_lowers_the_ceiling():
    ceilings = [
        sessions.rivals(replace(SPEC, noise=noise, sessions=100))["recall_at_5/ceiling"] for noise in (0, 0.3, 0.6)
    ]
    assert ceilings[0] == 1.0 and ceilings[0] > ceilings[1] > ceilings[2]


def test_counting_the_sessions_that_are_measured_on_would_beat_the_ceiling():
    """What the quiz says: a pair seen once foretells what followed it."""
    from rrn.data import recommenders

    x, y = sessions.learned(SPEC)
    cheat = recommenders.markov(sessions.logged(SPEC), INPUTS, 2)
    assert sessions.score(cheat(x), x, y)["recall_at_5"] > sessions.score(sessions.known(SPEC, x), x, y)["recall_at_5"]


def test_what_has_to_be_remembered_is_the_style_before_the_last():
    x = np.array([[0, 7, 2, 2]])  # rock, jazz, folk, folk
    told = sessions.remembers(x)
    assert told["before_rock"].tolist() == [[0, 1, 0, 0]] and told["before_jazz"].tolist() == [[0, 0, 1, 0]]
    assert told["before_folk"].tolist() == [[0, 0, 0, 1]] and not told["before_tango"].any()


def test_after_what_no_rule_allows_the_ceiling_still_says_what_the_rule_does():
    """A learner may compose what was never drawn."""
    spec = replace(SPEC, noise=0.0)
    rule = sessions.world(spec.order).rule
    never = int(np.flatnonzero(rule[3, 1] == 0)[0])
    p = sessions.known(spec, np.array([[3, 1, never, 5]]))
    assert np.allclose(p.sum(axis=-1), 1) and np.allclose(p[0, -1], rule[never, 5])
