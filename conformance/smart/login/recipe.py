"""
Decide what a person would do on a page of an authorization server: the form recipe.

It finds the usual fields by itself: a password field makes a login, a choice with the patient's id
makes a patient picker, a button that allows makes a consent. Names given in a recipe win.
"""

import re
from dataclasses import dataclass

from conformance.smart.login.pages import Field, Form, read_forms

_ALLOW = re.compile(r"\b(allow|approve|authori[sz]e|accept|agree|continue|grant|confirm|yes|ok)\b")
_DENY = re.compile(r"\b(deny|cancel|reject|decline|refuse|no|abort|back|log ?out)\b")
_SECOND_FACTOR = re.compile(r"otp|mfa|totp|one.?time|second.?factor|verification.?code|2fa")
_USER = re.compile(r"user|login|mail|account|ident", re.IGNORECASE)
_TYPED = frozenset({"text", "email", "tel", "textarea", ""})


class StuckError(Exception):
    """
    The login goes no further; the text is one sentence for a person.

    `code` tells why, in the words of outcomes: `no-credentials` (not accepted, or none given),
    `needs-human` (a page that no recipe knows), `refused` (the server answers with an error), or
    what kept a page from being had.
    """

    def __init__(self, text: str, code: str = "needs-human") -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """
    What the person would enter, as credentials' aliases, and names of fields where guessing fails.

    `refused_scopes` are words that are unticked on a consent page, `patient` is the id to pick.
    """

    username: str = ""
    password: str = ""
    username_field: str = ""
    password_field: str = ""
    approve_field: str = ""
    patient: str = ""
    refused_scopes: tuple[str, ...] = ()
    deny: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A filled form: where it goes, how, its fields, and what kind of page it answers."""

    action: str
    method: str
    fields: tuple[tuple[str, str], ...]
    kind: str


def fill(page: str, recipe: Recipe, *, logins: int) -> Submission:
    """
    Return what a person would submit on a page.

    `logins` counts the logins that were submitted before. Raises StuckError with the sentence to
    show: wrong password, a second factor, or a page that holds no known form.
    """
    forms = read_forms(page)
    for form in forms:
        if form.of_type("password"):
            if logins:
                raise StuckError(
                    "The login page came back: name or password were not accepted.",
                    "no-credentials",
                )
            return _login(form, recipe)
    for form in forms:
        names = " ".join(entry.name for entry in form.fields)
        if _SECOND_FACTOR.search(names.lower()):
            raise StuckError("The login asks for a second factor, which no recipe can give.")
    for form in forms:
        if (named := _name_alone(form, recipe)) is not None:
            return named
    for form in forms:
        if (choice := _patient_choice(form, recipe)) is not None:
            return choice
    for form in forms:
        if form.of_type("submit"):
            return _consent(form, recipe)
    raise StuckError("The login comes to a page without a form that the recipe knows.")


def _login(form: Form, recipe: Recipe) -> Submission:
    if not (recipe.username and recipe.password):
        raise StuckError(
            "The page asks for a name and a password, and none were given.", "no-credentials"
        )
    typed = [entry for entry in form.fields if entry.type in _TYPED and entry.name]
    named = [e for e in typed if e.name == recipe.username_field] or [
        e for e in typed if _USER.search(e.name)
    ]
    user = next(iter(named or typed), None)
    wanted = recipe.password_field
    secret = next((e for e in form.of_type("password") if wanted in ("", e.name)), None)
    if secret is None:
        raise StuckError("The login form lacks a field for the password.")
    # Where the name was asked for on a page before, there is no field for it any more.
    values = {user.name: recipe.username} if user else {}
    values[secret.name] = recipe.password
    return _submission(form, "login", values, _button(form, recipe))


def _name_alone(form: Form, recipe: Recipe) -> Submission | None:
    """Fill a form that asks for the name alone, and for the password on the page after it."""
    empty = [e for e in form.fields if e.type in _TYPED and e.name and not e.value]
    named = [e for e in empty if e.name == recipe.username_field or _USER.search(e.name)]
    if len(named) != 1 or not recipe.username:
        return None
    return _submission(form, "name", {named[0].name: recipe.username}, _button(form, recipe))


def _patient_choice(form: Form, recipe: Recipe) -> Submission | None:
    """Fill a form in which one of several patients is chosen; None for any other form."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for entry in form.of_type("radio"):
        groups.setdefault(entry.name, []).append((entry.value, entry.text))
    for entry in form.of_type("select"):
        groups[entry.name] = entry.options
    buttons: dict[str, list[tuple[str, str]]] = {}
    for entry in form.of_type("submit"):
        if entry.name:
            buttons.setdefault(entry.name, []).append((entry.value, entry.text))
    groups |= {name: held for name, held in buttons.items() if "patient" in name.lower()}
    for name, choices in groups.items():
        exact = [value for value, _ in choices if recipe.patient and value == recipe.patient]
        loose = [v for v, text in choices if recipe.patient and recipe.patient in f"{v} {text}"]
        about_patients = "patient" in name.lower()
        values = exact or loose or ([v for v, _ in choices if v] if about_patients else [])
        if values and (exact or loose or about_patients):
            if recipe.patient and not (exact or loose):
                raise StuckError("The patient that was asked for is not among those to choose.")
            button = None if name in buttons else _button(form, recipe)
            return _submission(form, "patient", {name: values[0]}, button)
    return None


def _consent(form: Form, recipe: Recipe) -> Submission:
    return _submission(form, "consent", {}, _button(form, recipe), recipe.refused_scopes)


def _button(form: Form, recipe: Recipe) -> Field | None:
    """Return the button to press: the named one, one that allows (or denies), else the first."""
    buttons = form.of_type("submit", "image")
    if recipe.approve_field:
        named = [b for b in buttons if recipe.approve_field in (b.name, b.value, b.text)]
        if named:
            return named[0]
    wanted, unwanted = (_DENY, _ALLOW) if recipe.deny else (_ALLOW, _DENY)
    fitting = [b for b in buttons if wanted.search(_words(b))]
    others = [b for b in buttons if not unwanted.search(_words(b))]
    return next(iter(fitting or others or buttons), None)


def _words(button: Field) -> str:
    return f"{button.text} {button.value}".lower()


def _submission(
    form: Form,
    kind: str,
    values: dict[str, str],
    button: Field | None,
    unticked: tuple[str, ...] = (),
) -> Submission:
    fields: list[tuple[str, str]] = []
    for entry in form.fields:
        if not entry.name or entry.type in ("submit", "image", "button", "reset", "file"):
            continue
        if entry.type in ("checkbox", "radio"):
            if entry.name in values:
                if entry.value == values[entry.name]:
                    fields.append((entry.name, entry.value))
            elif entry.chosen and not any(word in entry.value.split() for word in unticked):
                fields.append((entry.name, entry.value))
        else:
            fields.append((entry.name, values.get(entry.name, entry.value)))
    held = {name for name, _ in fields}
    fields += [(name, value) for name, value in values.items() if name not in held]
    if button is not None and button.name and button.name not in values:
        fields.append((button.name, button.value))
    return Submission(action=form.action, method=form.method, fields=tuple(fields), kind=kind)
