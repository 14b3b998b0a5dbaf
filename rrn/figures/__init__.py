"""Events in, Plotly figure out. Words come in as a function `t`; neither Streamlit nor Keras is known here."""

from rrn.figures.curves import gradient_norm, learning
from rrn.figures.feeling import score_by_word
from rrn.figures.heard import blanks_by_epoch, confusion, ler_by_speaker, spikes_by_epoch
from rrn.figures.pareto import pareto
from rrn.figures.reach import gradient_reach, reach_by_epoch
from rrn.figures.recommending import hits_by_position
from rrn.figures.translating import attention_matrix, beam_tree, exact_by_size
from rrn.figures.trials import (
    forgetting_gradient,
    gain_eigenvalues,
    gain_gradient,
    gain_states,
    repeated_lengths,
    singular_values,
)
from rrn.figures.unmasking import alarms_by_disguise, f1_by_disguise
from rrn.figures.writing import candidates, certainty

__all__ = [
    "alarms_by_disguise",
    "attention_matrix",
    "beam_tree",
    "blanks_by_epoch",
    "candidates",
    "certainty",
    "confusion",
    "exact_by_size",
    "f1_by_disguise",
    "forgetting_gradient",
    "gain_eigenvalues",
    "gain_gradient",
    "gain_states",
    "gradient_norm",
    "gradient_reach",
    "hits_by_position",
    "learning",
    "ler_by_speaker",
    "pareto",
    "reach_by_epoch",
    "repeated_lengths",
    "score_by_word",
    "singular_values",
    "spikes_by_epoch",
]
