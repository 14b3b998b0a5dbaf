"""Events in, Plotly figure out. Words come in as a function `t`; neither Streamlit nor Keras is known here."""

from rrn.figures.curves import gradient_norm, learning
from rrn.figures.reach import gradient_reach
from rrn.figures.trials import forgetting_gradient, gain_eigenvalues, gain_gradient, gain_states
from rrn.figures.writing import candidates, certainty

__all__ = [
    "candidates",
    "certainty",
    "forgetting_gradient",
    "gain_eigenvalues",
    "gain_gradient",
    "gain_states",
    "gradient_norm",
    "gradient_reach",
    "learning",
]
