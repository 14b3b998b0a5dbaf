"""A mixture of two waves in Keras: a stack of recurrent layers says what comes next."""

from rrn.nn.sequences import recipe
from rrn.tasks import mixture

build, run = recipe(mixture)
