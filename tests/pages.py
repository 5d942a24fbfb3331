"""Somebody before a browser without JavaScript: the pages as they meet them, and what they send."""

import re
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts import kept
from accounts.acting import ActingFor

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_UNREAD = {"script", "style", "svg"}
_ENDED_BY = {"option": {"option", "optgroup"}, "optgroup": {"optgroup"}}
"""Tags that may be left open, by those that end them."""


def on_one_line(source: str) -> str:
    """The source of a page without what only lays it out: line breaks, indents and blanks beside its tags."""
    return re.sub(r" ?> ?", ">", re.sub(r" ?<", "<", re.sub(r"[ \t\n\r\f]+", " ", source)))


class Page(HTMLParser):
    """The main part of a page; a piece of one, as htmx gets it, is read whole.

    Attributes:
        status: Of the answer.
        url: Where it is, after whatever redirects there were.
        text: What can be read, with single spaces.
        buttons: Labels of the buttons that can be pressed and reached by keyboard.
        links: Target by label.
        forms: What each form would send, by its target; buttons are left out.
        fields: The same of every field of the page, whether in a form or not.
        ticked: Values of the boxes that are ticked.
        images: Addresses of the pictures.
        errors: Message by the id of its field.
        notes: Warnings and information by the id of their field, with the word that says which they are.
        unfolded: The ids of the parts that stand open (<details open>).
        choices: What each select offers: labels by the label of their group, "" for none.
    """

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.status = response.status_code
        self.url: str = getattr(response, "request", {}).get("PATH_INFO", "")
        self.buttons: list[str] = []
        self.links: dict[str, str] = {}
        self.forms: dict[str, dict[str, str]] = {}
        self.fields: dict[str, str] = {}
        self.ticked: set[str] = set()
        self.images: list[str] = []
        self.errors: dict[str, str] = {}
        self.notes: dict[str, str] = {}
        self.unfolded: set[str] = set()
        self.choices: dict[str, dict[str, list[str]]] = {}
        self._whole: list[str] = []
        self._path: list[str] = []
        self._open: list[tuple[str, str, list[str]]] = []
        self._form: dict[str, str] | None = None
        self._select = ""
        self._group = ""
        self._option: dict[str, str] = {}
        source = response.content.decode()
        self._all = "<main" not in source
        self.feed(source)
        self.close()
        self.text = " ".join("".join(self._whole).split())

    @property
    def _inside(self) -> bool:
        return (self._all or "main" in self._path) and "template" not in self._path

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end_before(tag)
        if tag not in _VOID:
            self._path.append(tag)
        if not self._inside:
            return
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = self.forms.setdefault(given.get("action", ""), {})
        elif tag == "input":
            self._input(given)
        elif tag in ("select", "optgroup", "option"):
            self._choice(tag, given)
        elif tag == "details" and "open" in given:
            self.unfolded.add(given.get("id", ""))
        elif tag == "img":
            self.images.append(given["src"])
        elif tag in ("button", "a", "textarea") or (tag == "ul" and given.get("id", "").endswith(("_error", "_notes"))):
            shown = not {"disabled", "hidden"} & given.keys() and given.get("aria-hidden") != "true"
            about = {
                "button": given.get("aria-label", ""),
                "a": given.get("href", ""),
                "textarea": given.get("name", ""),
            }
            if shown or tag != "button":
                self._open.append((tag, about.get(tag, given.get("id", "")), []))

    def _end_before(self, tag: str) -> None:
        while self._path and tag in _ENDED_BY.get(self._path[-1], ()):
            self.handle_endtag(self._path[-1])

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        while self._path and self._path[-1] in _ENDED_BY and self._path[-1] != tag:
            self.handle_endtag(self._path[-1])
        while self._path and self._path.pop() != tag:
            pass
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "optgroup":
            self._group = ""
        elif self._open and self._open[-1][0] == tag:
            self._close(*self._open.pop())

    def handle_data(self, data: str) -> None:
        if not self._inside or _UNREAD & set(self._path):
            return
        for _tag, _about, texts in self._open:
            texts.append(data)
        if "textarea" not in self._path and "option" not in self._path:
            self._whole.append(data + " ")

    def _close(self, tag: str, about: str, texts: list[str]) -> None:
        text = "".join(texts)
        words = " ".join(text.split())
        if tag == "button":
            self.buttons.append(about or words)
        elif tag == "a":
            self.links[words] = about
        elif tag == "textarea":
            self._write(about, text.removeprefix("\n"))
        elif tag == "option":
            self._offer(words)
        elif about.endswith("_notes"):
            self.notes[about.removesuffix("_notes")] = words
        else:
            self.errors[about.removesuffix("_error")] = words

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in ("checkbox", "radio") and "checked" not in given:
            return
        if kind == "checkbox":
            self.ticked.add(given.get("value", "on"))
        if kind not in ("submit", "file"):
            self._write(given.get("name", ""), given.get("value", "on" if kind == "checkbox" else ""))

    def _choice(self, tag: str, given: dict[str, str]) -> None:
        if tag == "select":
            self._select = given.get("name", "")
            self.choices[self._select] = {}
        elif tag == "optgroup":
            self._group = given.get("label", "")
        else:
            self._option = given
            self._open.append((tag, "", []))

    def _offer(self, words: str) -> None:
        """An option as a whole: without a value of its own, it sends its text."""
        known = self.fields if self._form is None else self._form
        if "selected" in self._option or self._select not in known:
            self._write(self._select, self._option.get("value", words))
        self.choices.setdefault(self._select, {}).setdefault(self._group, []).append(words)

    def _write(self, name: str, value: str) -> None:
        if name and name not in ("csrfmiddlewaretoken", kept.WRITER, kept.KEPT):
            self.fields[name] = value
            if self._form is not None:
                self._form[name] = value


class Visitor:
    """A browser of somebody of the cast, on the pages of their organisation."""

    def __init__(self, person: ActingFor) -> None:
        self.person = person
        self.client = Client()
        self.client.force_login(person.user)

    def address(self, route: str, *arguments: Any) -> str:
        return reverse(route, args=[self.person.id, *arguments])

    def ask(self, route: str, *arguments: Any) -> Any:
        """The answer as it comes: a file, a picture, a redirect."""
        return self.client.get(self.address(route, *arguments))

    def read(self, route: str, *arguments: Any, **query: str) -> Page:
        return Page(self.client.get(self.address(route, *arguments), query, follow=True))

    def send(self, route: str, *arguments: Any, data: dict[str, Any] | None = None) -> Page:
        return Page(self.client.post(self.address(route, *arguments), data or {}, follow=True))

    def send_in_passing(self, route: str, *arguments: Any, data: dict[str, Any]) -> Any:
        """As htmx sends it: the answer is a piece of a page."""
        return self.client.post(self.address(route, *arguments), data, headers={"HX-Request": "true"})
