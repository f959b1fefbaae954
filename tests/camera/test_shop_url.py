"""The shop's address in the app, against urllib."""

import re
from urllib.parse import quote, unquote_to_bytes, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.camera.driver import Ask, text

pytestmark = pytest.mark.native

SEARCH = "https://www.cdiscount.com/search/10/{query}.html"
URL_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")


def test_the_query_is_percent_encoded_as_urllib_does_it(ask_core: Ask) -> None:
    queries = ["", "TÉLÉPHONIE - GPS", "a/b?c#d%e+f&g", "日本 🛒", '\t"\\*/']

    @given(st.text(max_size=20))
    def draw(query: str) -> None:
        queries.append(query)

    draw()
    answers = ask_core(
        "urls", b"".join(text(SEARCH) + text(q) for q in queries)
    )

    for query in queries:
        expected = SEARCH.replace("{query}", quote(query, safe="-._~"))
        assert answers.text() == expected
    assert answers.ended


def test_what_may_not_stand_in_a_url_is_encoded_in_the_template(
    ask_core: Ask,
) -> None:
    templates = ['https://s.example/"é\\ {x}/{query}?a=%C3%A9&b=[1]#f']

    @given(st.text(max_size=20))
    def draw(tail: str) -> None:
        templates.append("https://s.example/{query}" + tail)

    draw()
    answers = ask_core("urls", b"".join(text(t) + text("q") for t in templates))

    for template in templates:
        url = answers.text()
        assert URL_CHARACTERS.fullmatch(url)
        assert urlsplit(url).hostname == "s.example"
        assert unquote_to_bytes(url) == unquote_to_bytes(
            template.replace("{query}", "q", 1)
        )
    assert answers.ended
