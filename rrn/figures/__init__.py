"""Events in, Plotly figure out. Words come in as a function `t`; neither Streamlit nor Keras is known here."""

from rrn.figures import dynamics
from rrn.figures.curves import gradient_norm, learning
from rrn.figures.reach import gradient_reach
from rrn.figures.writing import candidates, certainty

__all__ = ["candidates", "certainty", "dynamics", "gradient_norm", "gradient_reach", "learning"]
