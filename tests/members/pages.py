"""Reading an answer as a browser does: white space inside and around tags does not count."""

import re


def flat(response):
    """The page of a response on one line, tags without inner breaks."""
    page = re.sub(r"\s+", " ", response.content.decode())
    page = re.sub(r"\s*(/?>)", r"\1", page)
    return re.sub(r">\s+<", "><", page)
