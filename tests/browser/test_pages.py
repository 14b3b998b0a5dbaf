"""Every page that is found, in a real browser: no error, no sideways scroll, no broken accessibility rule."""

from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = ["", *sorted(p.stem for p in (Path(__file__).parents[2] / "pages").rglob("*.py"))]
GRID = list(product(("es", "en"), ("light", "dark"), (1280, 390)))
# Language, theme and width take turns from page to page; `make test-all` visits the whole grid.
TURNS = [(page, *GRID[(3 * n) % len(GRID)]) for n, page in enumerate(PAGES)]
ALL = [(page, *look) for page in PAGES for look in GRID]

# Streamlit's own, by rule and what it lies in: lists in the drawer, formulas and tables that scroll, the uploader's
# hidden input.
ALLOWED = {
    "list": "[data-testid=stSidebarNav]",
    "listitem": "[data-testid=stSidebarNav]",
    "scrollable-region-focusable": ".stMarkdown, [data-testid=stTable]",
    "presentation-role-conflict": "[data-testid=stFileUploader]",
}
INSIDE = "([node, outer]) => !!document.querySelector(node)?.closest(outer)"


def look_at(page, server, path, language):
    page.goto(f"{server.url}/{path}?lang={language}")
    page.locator("h1").first.wait_for()
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_timeout(500)


def broken_rules(page) -> list[str]:
    found = []
    for rule in Axe().run(page).response["violations"]:
        for node in rule["nodes"]:
            allowed = ALLOWED.get(rule["id"])
            if not (allowed and page.evaluate(INSIDE, [node["target"][0], allowed])):
                found.append(f"{rule['impact']} {rule['id']}: {node['target']} {node['html'][:160]}")
    return found


def check(page, server, path, language, width):
    look_at(page, server, path, language)
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.locator("h1").count() == 1
    page.wait_for_function(
        "language => document.documentElement.lang === language && location.search.includes(`lang=${language}`)",
        arg=language,
    )
    # What scrolls is a part of the page, not the document.
    assert page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth") <= width
    assert broken_rules(page) == []


@pytest.mark.parametrize(("path", "language", "theme", "width"), TURNS)
def test_page_opens_clean(reader, server, path, language, theme, width):
    check(reader(theme, width), server, path, language, width)


@pytest.mark.slow
@pytest.mark.parametrize(("path", "language", "theme", "width"), ALL)
def test_page_opens_clean_in_every_look(reader, server, path, language, theme, width):
    check(reader(theme, width), server, path, language, width)


def test_deep_link_on_a_fresh_process_opens_the_right_page(visitor, fresh_server):
    page = visitor("es")
    page.goto(f"{fresh_server.url}/5-1-modelado-lenguaje?lang=en&units=64&cell=gru")
    page.locator("h1").first.wait_for()
    assert page.locator("h1").first.inner_text() == "Language modelling and generation"
    slider = page.locator(".st-key-5-1-modelado-lenguaje-bits-units").get_by_role("slider")
    slider.wait_for()
    assert slider.input_value() == "64"
    page.wait_for_function("() => location.search.includes('units=64') && location.search.includes('cell=gru')")


def test_language_follows_the_browser_then_the_switch(visitor, server):
    page = visitor("en")
    page.goto(server.url)
    page.locator("h1").first.wait_for()
    page.wait_for_function("() => document.documentElement.lang === 'en'")
    page.locator(".st-key-lang").get_by_text("ES", exact=True).click()
    page.wait_for_function("() => document.documentElement.lang === 'es' && location.search.includes('lang=es')")


def test_hostile_link_becomes_a_notice_and_a_working_page(visitor, server):
    page = visitor("en")
    page.goto(
        f"{server.url}/5-1-modelado-lenguaje?lang=en&units=1000000000&epochs=1e6&rate=NaN"
        "&cell=%3Cscript%3Ealert(1)%3C/script%3E&nonsense=1&run=0000"
    )
    page.locator("h1").first.wait_for()
    slider = page.locator(".st-key-5-1-modelado-lenguaje-bits-units").get_by_role("slider")
    slider.wait_for()
    assert slider.input_value() == "512"
    assert page.locator("[data-testid=stAlert]").count() >= 1
    assert page.locator("[data-testid=stException]").count() == 0


def test_a_trial_keeps_the_address_in_step(visitor, server):
    page = visitor("es")
    page.goto(f"{server.url}/3-1-rnn-simple?lang=es")
    slider = page.locator(".st-key-3-1-rnn-simple-gain-trial-gain").get_by_role("slider")
    slider.wait_for()
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('gain.gain=1.05')")
    page.reload()
    slider.wait_for()
    assert slider.get_attribute("aria-valuetext") == "1,05"
