"""Events in, Plotly figure out. Words come in as a function `t`; neither Streamlit nor Keras is known here."""

from rrn.figures.curves import bits_per_character, gradient_norm
from rrn.figures.writing import candidates, certainty

__all__ = ["bits_per_character", "candidates", "certainty", "gradient_norm"]
