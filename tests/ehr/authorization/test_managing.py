"""Who has access, seen and ended by the person who gave it."""

from tests.support.browser import Browser, read_page
from tests.support.oauth import Application


def test_a_person_ends_what_was_allowed(symmetric: Application) -> None:
    tokens = symmetric.launch()
    page = symmetric.browser.ask("/auth/manage")
    assert "Demo with a secret" in page.text
    form = read_page(page)
    wrong = symmetric.browser.ask(form.action, form={**form.hidden, "csrf": "wrong"})
    assert wrong.status == 403
    assert symmetric.read(tokens["access_token"], "/Patient").status == 200
    after = symmetric.browser.submit(page)
    assert "No application has access" in after.text
    assert symmetric.read(tokens["access_token"], "/Patient").status == 401
    assert symmetric.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"


def test_nobody_ends_what_another_allowed(symmetric: Application) -> None:
    tokens = symmetric.launch("dora")
    allowed = read_page(symmetric.browser.ask("/auth/manage")).hidden["authorization"]
    other = Application(symmetric.app, symmetric.demo, "demo-public", symmetric.clock)
    other.launch("emil", scope="openid")
    form = read_page(other.browser.ask("/auth/manage"))
    assert form.hidden["authorization"] != allowed
    other.browser.ask(form.action, form={**form.hidden, "authorization": allowed})
    assert symmetric.read(tokens["access_token"], "/Patient").status == 200


def test_who_is_not_signed_in_is_asked_to(symmetric: Application) -> None:
    browser = Browser(symmetric.app)
    page = browser.follow(browser.ask("/auth/manage"))
    assert 'name="password"' in page.text
    after = browser.submit(page, username="dora", password=symmetric.password("dora"))
    assert "No application has access" in after.text
