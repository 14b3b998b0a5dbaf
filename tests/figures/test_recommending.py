"""Hits along a session, as they were told."""

from rrn import figures
from rrn.events import Measured
from rrn.figures.recommending import hits
from rrn.figures.style import COLOUR, STONE
from rrn.tasks.sessions import Sessions
from tests.figures.words import t

EVENTS = [
    Measured(0, {"recall_at_5/ceiling": 0.9, "recall_at_5/popularity": 0.3, "recall_at_5/markov_1": 0.7,
                 "recall_at_5/markov_2": 0.6, "hits_3/markov_1": 0.65, "hits_10/markov_1": 0.75,
                 "hits_3/markov_2": 0.6, "hits_3/ceiling": 0.9, "hits_3": 0.1, "hits_10": 0.2}),
    Measured(0.5, {"loss": 3.0}),
    Measured(1, {"recall_at_5": 0.5, "hits_10": 0.55, "hits_3": 0.45, "hits_4": float("nan")}),
]  # fmt: skip


def test_hits_are_the_newest_in_the_order_of_the_session():
    assert list(hits(EVENTS).items()) == [(3, 0.45), (10, 0.55)]
    assert hits(EVENTS, "markov_1") == {3: 0.65, 10: 0.75} and hits(EVENTS, "nobody") == {} == hits([])


def test_the_network_is_drawn_beside_the_best_rival_and_the_ceiling():
    chart = figures.hits_by_position.chart({Sessions(): EVENTS}, t)
    found = {line.name: line for line in chart.lines}
    assert set(found) == {"field_cell_gru", "rival_markov_1", "rival_ceiling"}  # popularity told no hits
    assert found["field_cell_gru"].colour == COLOUR["gru"] and found["field_cell_gru"].y == [0.45, 0.55]
    assert {line.colour for name, line in found.items() if name.startswith("rival_")} == {STONE}
    assert chart.x_range == (3.0, 10.0) and chart.y_range[0] <= 0.45
    assert chart.finding == "fig_hits_alt field_cell_gru 3 10 0.45 0.55"
