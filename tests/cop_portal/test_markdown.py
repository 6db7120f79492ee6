"""CommonMark becomes HTML that is safe to show."""

import pytest

from cop_portal.markdown import render


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("## كيف نعمل", "<h2>كيف نعمل</h2>\n"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>\n"),
        ("- **جهة** واحدة\n", "<ul>\n<li><strong>جهة</strong> واحدة</li>\n</ul>\n"),
        ("3. three", '<ol start="3">\n<li>three</li>\n</ol>\n'),
        (
            "[us](https://cop.example/ar/)",
            '<p><a href="https://cop.example/ar/" rel="nofollow noopener">us</a></p>\n',
        ),
        ("", ""),
    ],
)
def test_the_usual_marks(source, html):
    assert render(source) == html


def test_a_table_is_kept():
    html = render("| a | b |\n|---|---|\n| 1 | 2 |")

    assert html.startswith("<table>")
    assert "<td>2</td>" in html


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        '<a href="https://x" onclick="alert(1)">x</a>',
        "![x](https://elsewhere.example/pixel.png)",
        '<iframe src="https://elsewhere.example"></iframe>',
        "<style>body{display:none}</style>",
    ],
)
def test_nothing_that_runs_or_loads_comes_through(source):
    html = render(source)

    for tag in ("<script", "<img", "<iframe", "<style", '<a href="javascript', '<a href="data'):
        assert tag not in html
    assert 'onclick="' not in html or "&lt;a" in html


def test_the_page_keeps_its_one_first_heading():
    assert "<h1" not in render("# Title")
