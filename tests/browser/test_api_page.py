"""The API page: its code runs as written, and its forms show the answers of the server."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from app.config import ROOT
from tests.browser.screen import (
    THEMES,
    assert_accessible,
    assert_not_wider,
    assert_touchable,
)

LANGUAGES = ["curl", "python", "javascript"]
ROUTES = ["predict", "predict/batch", "read"]


@pytest.fixture
def api_page(page: Page) -> Page:
    page.goto("/api")
    return page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the three pictures that the code on the page names."""
    for name in ("seven.png", "three.png", "number.jpg"):
        shutil.copy(ROOT / "static" / "examples" / name, tmp_path)
    return tmp_path


def try_form(page: Page, route: str) -> Locator:
    return page.get_by_role("form", name=f"Try {route}", exact=True)


def code(page: Page, route: str, language: str) -> str:
    section = page.locator("section").filter(has=try_form(page, route))
    page.locator(f"#in-{language}").check()
    shown = section.locator(".code:visible code")
    expect(shown).to_have_count(1)
    return shown.inner_text()


def send_sample(form: Locator) -> None:
    form.get_by_role("button", name="Use a sample").click()
    expect(form.get_by_role("img").first).to_be_visible()
    form.get_by_role("button", name="Send").click()


def run(*command: str, folder: Path) -> str:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def test_the_code_for_python_runs_as_written(api_page: Page, folder: Path) -> None:
    for route, words in [
        ("predict", "7 True"),
        ("predict/batch", "3 None\n7 None"),
        ("read", "5379 True"),
    ]:
        printed = run(sys.executable, "-c", code(api_page, route, "python"), folder=folder)
        assert printed.startswith(words)


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_code_for_the_shell_runs_as_written(api_page: Page, tmp_path: Path) -> None:
    words = {"predict": '"digit":7', "predict/batch": '"digit":7', "read": '"number":"5379"'}
    for route in ROUTES:
        assert words[route] in run("sh", "-c", code(api_page, route, "curl"), folder=tmp_path)


def test_the_pictures_that_the_code_names_are_linked_and_the_code_for_browsers_reads_them(
    api_page: Page, folder: Path
) -> None:
    with api_page.expect_download() as download:
        api_page.get_by_role("link", name="number.jpg", exact=True).click()
    assert download.value.suggested_filename == "number.jpg"
    logged: list[str] = []
    api_page.on("console", lambda message: logged.append(message.text))
    for route, names, words in [
        ("predict", ["seven.png"], ["7 true"]),
        ("predict/batch", ["three.png", "seven.png"], ["3", "7"]),
        ("read", ["number.jpg"], ["5379 true"]),
    ]:
        form = try_form(api_page, route)
        form.locator("input").set_input_files([folder / name for name in names])
        script = code(api_page, route, "javascript")
        chosen = "const { files } = form.elements.image; const [file] = files;"
        logged.clear()
        form.evaluate(f"async (form) => {{ {chosen} {script} }}")
        assert logged == words


def test_samples_are_sent_by_keyboard_and_their_answers_shown(page: Page, base_url: str) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.goto("/api")
    for route, n_pictures, shown in [
        ("predict", 1, ['"digit": 7,', "more characters"]),
        ("predict/batch", 3, ['"digit": 3,', '"digit": 7,', "Format not supported"]),
        ("read", 1, ['"number": "5379",', '"box": [']),
    ]:
        form = try_form(page, route)
        form.get_by_role("button", name="Use a sample").press("Enter")
        expect(form.get_by_role("img")).to_have_count(n_pictures)
        form.get_by_role("button", name="Send").press("Enter")
        status = re.compile(r"^200 OK, [\d,]+ ms, [\d,]+ bytes$")
        expect(form.get_by_role("status")).to_have_text(status)
        answer = form.get_by_role("region")
        for words in shown:
            expect(answer).to_contain_text(words)
        expect(answer).to_contain_text(re.compile(r'"activations": \[\d\.\d+, '))
    assert [url for url in sent if not url.startswith((base_url, "data:", "blob:"))] == []


def test_a_refusal_a_lost_connection_and_what_is_not_json_are_shown_until_the_next_picture(
    api_page: Page, folder: Path
) -> None:
    form = try_form(api_page, "predict")
    status, answer = form.get_by_role("status"), form.get_by_role("region")
    form.get_by_label("Picture").set_input_files(
        {"name": "letter.png", "mimeType": "image/png", "buffer": b"Dear Ada,"}
    )
    form.get_by_role("button", name="Send").click()
    expect(status).to_contain_text("400 BAD REQUEST")
    expect(answer).to_contain_text("not a picture")
    form.get_by_label("Picture").set_input_files(folder / "seven.png")
    expect(status).to_have_text("")
    expect(answer).to_be_hidden()
    api_page.route("**/predict", lambda route: route.abort())
    form.get_by_role("button", name="Send").click()
    expect(status).to_have_text("No answer from the server.")
    api_page.route("**/predict", lambda route: route.fulfill(status=502, body="<h1>Lost</h1>"))
    form.get_by_role("button", name="Send").click()
    expect(answer).to_have_text("<h1>Lost</h1>")


def test_code_that_a_browser_refuses_to_copy_is_selected(page: Page) -> None:
    page.goto("/api")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(Error()); }")
    figure = page.locator(".code:visible").first
    figure.get_by_role("button", name="Copy").click()
    chosen = page.evaluate("() => getSelection().toString()")
    assert chosen == figure.locator("code").inner_text()


def test_code_is_copied_whole_and_the_description_is_a_link_away(page: Page, base_url: str) -> None:
    page.goto("/")
    page.locator(".masthead summary").click()
    page.get_by_role("link", name="For programs").click()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#in-curl").check()
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    picture, request = copied.split("\n")
    assert picture == f"curl -O {base_url}/static/examples/seven.png"
    assert request == f"curl -F image=@seven.png {base_url}/predict"
    page.get_by_role("link", name="openapi.json").click()
    expect(page.locator("body")).to_contain_text('"openapi":"3.1.0"')


def test_behind_a_proxy_the_code_names_the_browsers_address(page: Page, base_url: str) -> None:
    def as_through_a_proxy(route: Route) -> None:
        body = route.fetch().text().replace(base_url, "http://upstream.example:8000")
        route.fulfill(body=body, content_type="text/html")

    page.route("**/api", as_through_a_proxy)
    page.goto("/api")
    assert code(page, "read", "curl").endswith(f"{base_url}/read")
    assert "upstream.example" not in page.locator("main").inner_text()


def test_with_answers_axe_finds_nothing_and_no_width_cuts_anything(api_page: Page) -> None:
    for route in ROUTES:
        send_sample(try_form(api_page, route))
        expect(try_form(api_page, route).get_by_role("region")).to_be_visible()
    assert_accessible(api_page, *THEMES)
    assert_touchable(api_page.locator(".button:visible, .languages label, form input"))
    for language in LANGUAGES:
        api_page.locator(f"#in-{language}").check()
        assert_not_wider(api_page, 320, 800, 1440)
