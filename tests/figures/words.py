"""Words that say which they are."""


def t(key, **values):
    return " ".join([key, *map(str, values.values())])


def titled(fig) -> bool:
    """Whether a figure has a title and both its axes theirs."""
    layout = fig.layout
    return bool(layout.title.text and layout.xaxis.title.text and layout.yaxis.title.text)
