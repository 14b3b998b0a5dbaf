"""Classic results of encoder and decoder in small, one seed each and loose bounds."""

import numpy as np
import pytest

from rrn.events import Captured
from rrn.tasks.translation import Translation
from tests.recipes.test_translation import numbers, trained

pytestmark = [pytest.mark.keras, pytest.mark.slow, pytest.mark.timeout(1200)]

SPELLED = {"epochs": 20, "batch": 64}  # of sequences that are turned round or copied


def by_length(**fields) -> np.ndarray:
    """(epochs, longest + 1) of the held-out sequences of every length, the share that is written without a mistake."""
    _, told = trained(Translation(**SPELLED | fields))
    return np.array([e.values for e in told if isinstance(e, Captured) and e.name == "exact_by_size"])


def test_an_encoder_and_decoder_adds_two_numbers():
    """Zaremba & Sutskever 2014, in the way of Keras' example of addition."""
    # As there, an LSTM of 128 units reads the sum backwards and another one writes it, without attention, by Adam.
    # Compared is the share of sums that are right in every digit, of pairs of numbers that were learned from in neither
    # order. The example tells 99 % of its digits, of 50,000 sums of three digits; here are 4,000 of two digits.
    settings = {"cell": "lstm", "units": 128, "attention": "none", "reading": "backward"}
    _, told = trained(Translation(pairs="sums", epochs=60, batch=64, rate=5e-3, **settings))
    assert numbers(told)["exact"] > 0.95


def test_attention_turns_long_sequences_round_where_one_state_does_not():
    """Bahdanau et al. 2015, figure 2, in small: learned from lengths 2 to 8, compared at 8."""
    with_it, without = (by_length(pairs="reversal", attention=kind)[-1][8] for kind in ("general", "none"))
    print(f"exact at length 8: {with_it:.2f} with attention, {without:.2f} without")
    assert with_it >= without + 0.1


def test_without_attention_a_sequence_is_best_read_backwards():
    """Sutskever et al. 2014, section 3.3: what is read last is written first. The mean over the lengths up to 8."""
    reached, ends = {}, {}
    for reading in ("forward", "backward"):
        curve = np.nanmean(by_length(pairs="copy", attention="none", reading=reading)[:, :9], axis=1)
        reached[reading] = next((epoch for epoch, share in enumerate(curve, 1) if share >= 0.95), np.inf)
        ends[reading] = curve[-1]
    print(f"95 % after epochs {reached}, at the end {ends}")
    assert reached["backward"] < reached["forward"] or ends["backward"] > ends["forward"] + 0.05
