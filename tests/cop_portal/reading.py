"""Reading a page as a browser does: white space inside and around tags does not count."""

import re


def flat(html):
    one_line = re.sub(r"\s+", " ", html)
    return re.sub(r"\s*(<[^>]*?)\s*(/?>)\s*", r"\1\2", one_line).strip()
