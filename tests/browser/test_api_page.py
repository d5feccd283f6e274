"""The API page: its code runs as written, and its forms show the answers of the server."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from app.config import ROOT
from static import client
from tests.browser.accessibility import assert_accessible

LANGUAGES = ["curl", "python", "client", "javascript"]
ROUTES = ["predict", "predict/batch", "read"]


@pytest.fixture
def api_page(page: Page) -> Page:
    page.goto("/api")
    return page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with what the code on the page names: three pictures and the client."""
    for name in ("seven.png", "three.png", "number.jpg"):
        shutil.copy(ROOT / "static" / "examples" / name, tmp_path)
    shutil.copy(client.__file__, tmp_path)
    return tmp_path


def try_form(page: Page, route: str) -> Locator:
    return page.get_by_role("form", name=f"Try {route}", exact=True)


def code(page: Page, route: str, language: str) -> str:
    """Return the code that the page shows for a route in a language."""
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
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=30, check=True
    ).stdout


@pytest.mark.parametrize(
    ("route", "words"),
    [("predict", "7 True"), ("predict/batch", "3 None\n7 None"), ("read", "5379 True")],
)
def test_the_code_for_python_runs_as_written(
    route: str, words: str, api_page: Page, folder: Path
) -> None:
    assert (
        run(sys.executable, "-c", code(api_page, route, "python"), folder=folder).strip() == words
    )


@pytest.mark.parametrize(
    ("route", "words"),
    [("predict", "7 True"), ("predict/batch", "3\n7"), ("read", "5379 True\n5 [")],
)
def test_the_code_with_the_client_runs_as_written(
    route: str, words: str, api_page: Page, folder: Path
) -> None:
    printed = run(sys.executable, "-c", code(api_page, route, "client"), folder=folder)
    assert printed.startswith(words)


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize(
    ("route", "words"),
    [("predict", '"digit":7'), ("predict/batch", '"digit":7'), ("read", '"number":"5379"')],
)
def test_the_code_for_the_shell_runs_as_written_in_an_empty_folder(
    route: str, words: str, api_page: Page, tmp_path: Path
) -> None:
    assert words in run("sh", "-c", code(api_page, route, "curl"), folder=tmp_path)


def test_the_pictures_that_the_code_names_are_linked(api_page: Page, folder: Path) -> None:
    for name in ("seven.png", "three.png", "number.jpg"):
        with api_page.expect_download() as download:
            api_page.get_by_role("link", name=name, exact=True).click()
        assert download.value.suggested_filename == name
        assert download.value.path().read_bytes() == (folder / name).read_bytes()


@pytest.mark.parametrize(
    ("route", "words"),
    [("predict", ["7 true"]), ("predict/batch", ["3", "7"]), ("read", ["5379 true"])],
)
def test_the_code_for_browsers_runs_as_written(
    route: str, words: list[str], api_page: Page, folder: Path
) -> None:
    examples = {"predict/batch": ["three.png", "seven.png"], "read": ["number.jpg"]}
    names = examples.get(route, ["seven.png"])
    form = try_form(api_page, route)
    form.locator("input").set_input_files([folder / name for name in names])
    logged: list[str] = []
    api_page.on("console", lambda message: logged.append(message.text))
    script = code(api_page, route, "javascript")
    chosen = "const { files } = form.elements.image; const [file] = files;"
    form.evaluate(f"async (form) => {{ {chosen} {script} }}")
    assert logged == words


@pytest.mark.parametrize(
    ("route", "shown"),
    [
        ("predict", ['"digit": 7,', "more characters"]),
        ("predict/batch", ['"digit": 1,', '"digit": 2,', '"digit": 3,', "No digit found"]),
        ("read", ['"number": "2073",', '"box": [']),
    ],
)
def test_a_sample_is_sent_by_keyboard_alone_and_its_answer_shown(
    route: str, shown: list[str], api_page: Page
) -> None:
    form = try_form(api_page, route)
    form.get_by_role("button", name="Use a sample").press("Enter")
    expect(form.get_by_role("img")).to_have_count(4 if route == "predict/batch" else 1)
    form.get_by_role("button", name="Send").press("Enter")
    expect(form.get_by_role("status")).to_have_text(re.compile(r"^200 OK, \d+ ms, [\d,]+ bytes$"))
    answer = form.get_by_role("region")
    for words in shown:
        expect(answer).to_contain_text(words)
    expect(answer).to_contain_text(re.compile(r'"activations": \[\d\.\d+, '))


def test_a_refusal_is_shown_until_another_picture_is_chosen(api_page: Page, folder: Path) -> None:
    form = try_form(api_page, "predict")
    form.get_by_label("Picture").set_input_files(
        {"name": "letter.png", "mimeType": "image/png", "buffer": b"Dear Ada,"}
    )
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("status")).to_contain_text("400 BAD REQUEST")
    expect(form.get_by_role("region")).to_contain_text("not a picture")
    form.get_by_label("Picture").set_input_files(folder / "seven.png")
    expect(form.get_by_role("status")).to_have_text("")
    expect(form.get_by_role("region")).to_be_hidden()


def test_a_lost_connection_is_shown(api_page: Page) -> None:
    api_page.route("**/predict", lambda route: route.abort())
    form = try_form(api_page, "predict")
    send_sample(form)
    expect(form.get_by_role("status")).to_contain_text("No answer from the server.")


def test_an_answer_that_is_not_json_is_shown_as_it_is(api_page: Page) -> None:
    api_page.route("**/predict", lambda route: route.fulfill(status=502, body="<h1>Lost</h1>"))
    form = try_form(api_page, "predict")
    send_sample(form)
    expect(form.get_by_role("region")).to_have_text("<h1>Lost</h1>")


def test_code_is_copied_whole(api_page: Page, base_url: str) -> None:
    api_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    api_page.locator("#in-curl").check()
    api_page.get_by_role("button", name="Copy").first.click()
    expect(api_page.get_by_role("button", name="Copied")).to_be_visible()
    copied = api_page.evaluate("navigator.clipboard.readText()")
    picture, request = copied.split("\n")
    assert picture == f"curl -O {base_url}/static/examples/seven.png"
    assert request == f"curl -F image=@seven.png {base_url}/predict"


def test_behind_a_proxy_the_code_names_the_address_in_the_browser(
    page: Page, base_url: str
) -> None:
    def as_through_a_proxy(route: Route) -> None:
        body = route.fetch().text().replace(base_url, "http://upstream.example:8000")
        route.fulfill(body=body, content_type="text/html")

    page.route("**/api", as_through_a_proxy)
    page.goto("/api")
    assert code(page, "read", "curl").endswith(f"{base_url}/read")
    assert "upstream.example" not in page.locator("main").inner_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_before_and_after_an_answer(
    api_page: Page, theme: Literal["light", "dark"]
) -> None:
    api_page.emulate_media(color_scheme=theme)
    assert_accessible(api_page)
    for route in ROUTES:
        send_sample(try_form(api_page, route))
        expect(try_form(api_page, route).get_by_role("region")).to_be_visible()
    assert_accessible(api_page)


@pytest.mark.parametrize("width", [320, 800, 1440])
def test_nothing_is_wider_than_the_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.goto("/api")
    for route in ROUTES:
        send_sample(try_form(page, route))
        expect(try_form(page, route).get_by_role("region")).to_be_visible()
    for language in LANGUAGES:
        page.locator(f"#in-{language}").check()
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_every_control_is_at_least_44_pixels_high(api_page: Page) -> None:
    for control in api_page.locator(".button:visible, .languages label, .controls input").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44, control


def test_a_visit_sends_no_request_elsewhere_and_logs_no_error(
    api_page: Page, base_url: str
) -> None:
    sent: list[str] = []
    logged: list[str] = []
    api_page.on("request", lambda request: sent.append(request.url))
    api_page.on("console", lambda message: logged.append(message.text))
    api_page.reload()
    send_sample(try_form(api_page, "predict"))
    expect(try_form(api_page, "predict").get_by_role("region")).to_be_visible()
    assert logged == []
    assert [url for url in sent if not url.startswith((base_url, "data:", "blob:"))] == []


def test_without_javascript_the_code_is_there_and_the_form_sends(
    plain_page: Page, folder: Path
) -> None:
    plain_page.goto("/api")
    for language in LANGUAGES:
        assert (
            "predict/batch" in code(plain_page, "predict/batch", language) or language == "client"
        )
    expect(plain_page.get_by_role("button", name="Use a sample")).to_have_count(0)
    form = try_form(plain_page, "read")
    form.get_by_label("Picture").set_input_files(folder / "number.jpg")
    form.get_by_role("button", name="Send").click()
    expect(plain_page.locator("body")).to_contain_text('"number":"5379"')


def test_the_drawing_page_links_to_the_api_page_and_this_to_the_description(page: Page) -> None:
    page.goto("/")
    page.locator(".masthead summary").click()
    page.get_by_role("link", name="For programs").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The API")
    page.get_by_role("link", name="openapi.json").click()
    expect(page.locator("body")).to_contain_text('"openapi":"3.1.0"')
