"""The numbers of one unit at one step, by the letters of its cell's formulas."""

from rrn.xray.look import GATES, STATES, Look, Part


def values(look: Look, part: Part, step: int, unit: int) -> dict[str, float]:
    """Gates, the states before (h0, c0) and after (h, c); for a simple cell also Wx, what is read with its bias, and
    Wh, what comes from the state. Steps and units are counted from 0.
    """
    trace, kind = look.trace(part), look.network.cell
    found = {}
    for state in STATES[kind]:
        kept = trace.kept[state][0]
        first = trace.start[0 if state == "h" else 1][0]
        found[f"{state}0"] = float((kept[step - 1] if step else first)[unit])
        found[state] = float(kept[step, unit])
    found |= {gate: float(trace.kept[gate][0, step, unit]) for gate in GATES[kind]}
    if kind == "rnn":
        weights = trace.weights
        before = trace.kept["h"][0, step - 1] if step else trace.start[0][0]
        found["Wh"] = float(before @ weights["Wh"][:, unit])
        found["Wx"] = float(trace.x[0, step] @ weights["Wx"][:, unit] + weights["b"][unit])
    return found
