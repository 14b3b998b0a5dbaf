"""Words that say which they are."""

from xml.etree import ElementTree

from rrn.figures.picture import svg


def t(key, **values):
    return " ".join([key, *map(str, values.values())])


def titled(fig) -> bool:
    """Whether a figure has a title and both its axes theirs."""
    layout = fig.layout
    return bool(layout.title.text and layout.xaxis.title.text and layout.yaxis.title.text)


def pictured(chart) -> ElementTree.Element:
    """The chart as a picture, whose parts can be looked at."""
    return ElementTree.fromstring(svg(chart, "#123456", lambda value: f"{value:g}", "what it shows"))


def texts(root: ElementTree.Element) -> list[str]:
    """Its words, in the order in which they are drawn."""
    return [each.text for each in root.iter("text") if each.text]
