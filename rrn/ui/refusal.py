"""Why something was refused, as one sentence in the visitor's language."""

from rrn.i18n import table
from rrn.spec import Refused
from rrn.ui.words import lang, plain, t


def said(why: Refused) -> str:
    """`refused_CODE` with its values; fields and kinds of cost come as codes and are said as words."""
    values = dict(why.values)
    if "field" in values:
        values["field"] = known(f"field_{values['field']}", default=str(values["field"])).lower()
    if "what" in values:
        values["what"] = known(f"lab_cost_{values['what']}", default=str(values["what"]))
    # Words in it may be a visitor's: shown as they are, never read as Markdown.
    return t(f"refused_{why.code}", **{key: plain(v) if isinstance(v, str) else v for key, v in values.items()})


def known(key: str, default: str, **values) -> str:
    """The text of a key that may not exist, such as one made from a code out of the store."""
    return t(key, **values) if key in table(lang()) else default
