"""Recall over a gap in Keras: remember, then answer."""

from rrn.nn.sequences import recipe
from rrn.tasks import recall

build, run = recipe(recall)
