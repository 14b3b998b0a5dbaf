"""What a recurrent network costs, by closed formulas. Not a task: no name that begins with _ is one."""

from rrn.spec import Cell, Cost


def recurrent(cell: Cell, inputs: int, units: int) -> int:
    """Trainable numbers of one recurrent layer."""
    match cell:
        case "rnn":
            return (inputs + units + 1) * units
        case "gru":
            return 3 * units * (inputs + units + 2)
        case "lstm":
            return 4 * units * (inputs + units + 1)


def sequences(spec, *, steps: int, inputs: int, outputs: int, examples: int) -> Cost:
    """Recurrent layers and a dense one over sequences that are drawn anew for every epoch.

    Args:
        spec: with cell, units, batch, epochs and, perhaps, layers.
        steps: of a sequence.
        examples: sequences of an epoch.
    """
    layers = getattr(spec, "layers", 1)
    reads = [inputs] + [spec.units] * (layers - 1)
    cells = sum(recurrent(spec.cell, n, spec.units) for n in reads)
    dense = (spec.units + 1) * outputs
    per_step = layers * 14 * spec.units + inputs + 3 * outputs
    tensors = 4 * (5 * (cells + dense) + spec.batch * steps * per_step)
    return Cost(cells + dense, tensors, 3.0 * spec.epochs * examples * steps * (cells + dense))
