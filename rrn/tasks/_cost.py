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
    """One recurrent layer and a dense one over sequences that are drawn anew for every epoch.

    Args:
        spec: with cell, units, batch and epochs.
        steps: of a sequence.
        examples: sequences of an epoch.
    """
    cells = recurrent(spec.cell, inputs, spec.units)
    dense = (spec.units + 1) * outputs
    per_step = 14 * spec.units + inputs + 3 * outputs
    tensors = 4 * (5 * (cells + dense) + spec.batch * steps * per_step)
    return Cost(cells + dense, tensors, 3.0 * spec.epochs * examples * steps * (cells + dense))
