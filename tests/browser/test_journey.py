"""Somebody trains on a text of their own, stops, reloads, finds the run, writes with it, shares and deletes it."""

import re

LAB = "5-1-modelado-lenguaje"
TEXT = "\n".join(
    f"El río {n} baja frío del monte {n * 7 % 31}, y la barca de {n * 13 % 17} remos espera en la orilla."
    for n in range(400)
)


def part(page, name):
    return page.locator(f".st-key-{LAB}-bits-{name}")


def test_train_stop_reload_write_share_delete(visitor, server):
    page = visitor("es")
    page.goto(f"{server.url}/{LAB}?lang=es&epochs=60&units=64")
    page.locator("h1").first.wait_for()

    part(page, "source").get_by_text("El tuyo").click()
    page.get_by_label("Tu texto, desde 200 caracteres").fill(TEXT)
    page.get_by_role("button", name="Usar este texto").click()
    page.get_by_text("Empieza así:").wait_for()

    part(page, "train").get_by_role("button").click()
    page.locator(".rrn-chart").first.wait_for()
    page.get_by_text(re.compile(r"Época ([2-9]|[1-5]\d) de 60")).first.wait_for()  # it has learned something
    part(page, "stop").get_by_role("button").click()
    page.get_by_text("Lo paraste").first.wait_for()
    page.wait_for_function("() => location.search.includes('run=')")
    run = re.search("run=([0-9a-f]{32})", page.url).group(1)

    page.reload()
    page.get_by_text("Lo paraste").first.wait_for()
    assert run in page.url
    part(page, "runs-picked").wait_for()

    part(page, "writing-go").get_by_role("button").click()
    page.get_by_text("caracteres en").first.wait_for()

    other = visitor("en", "dark", 390)
    other.goto(page.url.replace("lang=es", "lang=en"))
    other.get_by_text("It was stopped at").first.wait_for()
    assert part(other, "stop").count() == 0 and part(other, "runs-delete").count() == 0
    assert TEXT[:60] not in other.locator("body").inner_text()

    part(page, "runs-wipe").wait_for(state="detached")
    page.get_by_role("button", name="Borrar todo lo mío").click()
    part(page, "runs-wipe").get_by_role("button").click()
    page.get_by_text("Aquí aparecerá lo que entrenes.").first.wait_for()
    other.reload()
    other.locator("h1").first.wait_for()
    other.get_by_text("It was stopped at").first.wait_for(state="detached")
