"""What each page of the admin answers to whom. Written by hand, to be checked by eye."""

from __future__ import annotations

from dataclasses import dataclass

import django

#: Whoever is not staff is sent to the login, whatever the page, the method and the object.
NOT_STAFF = ("anonymous", "reader", "dispatcher")
STAFF = ("author", "publisher", "stranger", "superuser")

#: Whose row an address names: the first tenant's (author and publisher work for it), the other's
#: (the stranger works for it), nobody's.
OWNERS = ("own", "foreign", "nonexistent")

#: Model → what can be done with it in the admin.
KINDS = {
    "helparticle": "written",
    "helpcategory": "written",
    "helptag": "written",
    "helpsnippet": "written",
    "helparticletemplate": "written",
    "helpsynonym": "written",
    "helppinnedresult": "written",
    "helpredirect": "removed",
    "helpcategoryredirect": "removed",
    "helpfile": "removed",
    "helparticleversion": "shown",
    "helptransition": "shown",
    "helpreview": "shown",
    "helpdraft": "shown",
    "helppassage": "shown",
    "helppassageembedding": "shown",
    "helparticleembedding": "shown",
    "helplexeme": "shown",
    "helpspelling": "shown",
    "helpindexstate": "shown",
    "helparticlelinks": "shown",
    "helplink": "watched",
    "helparticleinteraction": "shown",
    "helpsearchhistory": "shown",
    "helpsavedfilter": "saved",
    "helptenant": "owned",
}

#: Routes of one model alone, with the kind of page that they are.
EXTRA_VIEWS = {
    "helparticle": (
        "preview",
        "check",
        "find",
        "snippets",
        "owners",
        "draft",
        "versions",
        "due",
        "translations",
    ),
    "helpcategory": ("place", "merge"),
    "helpdraft": ("review",),
    "helpfile": ("upload", "content"),
    "helplink": ("recheck",),
    "helpsavedfilter": ("keep", "open"),
}
#: Views whose address names a row.
ROW_VIEWS = frozenset(
    {
        "change",
        "delete",
        "history",
        "draft",
        "versions",
        "translations",
        "review",
        "place",
        "merge",
        "content",
        "recheck",
        "open",
    }
)
VIEWS = ("changelist", "add", "change", "delete", "history", "shortcut")

#: Status for a row of: the own tenant/the other tenant/nobody; one figure where the address names
#: no row. "read" is every method but POST: the admin knows no other difference. A POST to a list
#: asks to delete the row, one to a form is empty, one to "delete" confirms. A line for a model goes
#: before the one for its kind: articles have actions that need no permission to delete. "gone":
#: what Django says to people who may look at a row, but not change it, when it is not there.
_TABLE = """
what         view        method   author        publisher     stranger      superuser
written      changelist  read     200           200           200           200
written      changelist  POST     200/200/200   302/302/302   302/302/302   302/302/302
helparticle  changelist  POST     302/302/302   302/302/302   302/302/302   302/302/302
written      add         read     200           200           200           200
written      add         POST     200           200           200           200
written      change      read     200/302/302   200/302/302   302/200/302   200/200/302
written      change      POST     200/302/302   200/302/302   302/200/302   200/200/302
written      delete      read     403/403/403   200/302/302   302/200/302   200/200/302
written      delete      POST     403/403/403   302/302/302   302/302/302   302/302/302
written      history     read     200/302/302   200/302/302   302/200/302   200/200/302
written      history     POST     200/302/302   200/302/302   302/200/302   200/200/302
helparticle  preview     read     405           405           405           405
helparticle  preview     POST     200           200           200           200
helparticle  draft       read     200/404/404   200/404/404   404/200/404   200/200/404
helparticle  draft       POST     200/404/404   200/404/404   404/200/404   200/200/404
helparticle  due         read     200           200           200           200
helparticle  due         POST     302           302           302           302
helparticle  versions    read     200/404/404   200/404/404   404/200/404   200/200/404
helparticle  versions    POST     302/404/404   302/404/404   404/302/404   302/302/404
helparticle  translations read    200/404/404   200/404/404   404/200/404   200/200/404
helparticle  translations POST    302/404/404   302/404/404   404/302/404   302/302/404
helpdraft    changelist  read     200           200           200           200
helpdraft    changelist  POST     200           200           200           200
helpdraft    change      read     302/302/302   200/302/302   302/200/302   200/200/302
helpdraft    change      POST     gone/gone/gone 403/gone/gone gone/403/gone 403/403/gone
helpdraft    history     read     302/302/302   200/302/302   302/200/302   200/200/302
helpdraft    history     POST     302/302/302   200/302/302   302/200/302   200/200/302
helpdraft    review      read     404/404/404   200/404/404   404/200/404   200/200/404
helpdraft    review      POST     404/404/404   200/404/404   404/200/404   200/200/404
helpcategory place       read     405/405/405   405/405/405   405/405/405   405/405/405
helpcategory place       POST     302/302/302   302/302/302   302/302/302   302/302/302
helpcategory merge       read     403/403/403   200/302/302   302/200/302   200/200/302
helpcategory merge       POST     403/403/403   200/302/302   302/200/302   200/200/302
helparticle  check       read     405           405           405           405
helparticle  check       POST     200           200           200           200
helparticle  find        read     200           200           200           200
helparticle  find        POST     405           405           405           405
helparticle  snippets    read     200           200           200           200
helparticle  snippets    POST     405           405           405           405
helparticle  owners      read     200           200           200           200
helparticle  owners      POST     405           405           405           405

removed      changelist  read     403           200           200           200
removed      changelist  POST     403/403/403   302/302/302   302/302/302   302/302/302
removed      add         read     403           403           403           403
removed      add         POST     403           403           403           403
removed      change      read     403/403/403   200/302/302   302/200/302   200/200/302
removed      change      POST     403/403/403   403/gone/gone gone/403/gone 403/403/gone
removed      delete      read     403/403/403   200/302/302   302/200/302   200/200/302
removed      delete      POST     403/403/403   302/302/302   302/302/302   302/302/302
removed      history     read     403/302/302   200/302/302   302/200/302   200/200/302
removed      history     POST     403/302/302   200/302/302   302/200/302   200/200/302
helpfile     upload      read     405           405           405           405
helpfile     upload      POST     400           400           400           403
helpfile     content     read     200/404/404   200/404/404   404/200/404   200/200/404
helpfile     content     POST     200/404/404   200/404/404   404/200/404   200/200/404

shown        changelist  read     403           200           200           200
shown        changelist  POST     403           200           200           200
shown        add         read     403           403           403           403
shown        add         POST     403           403           403           403
shown        change      read     403/403/403   200/302/302   302/200/302   200/200/302
shown        change      POST     403/403/403   403/gone/gone gone/403/gone 403/403/gone
shown        delete      read     403/403/403   403/403/403   403/403/403   403/403/403
shown        delete      POST     403/403/403   403/403/403   403/403/403   403/403/403
shown        history     read     403/302/302   200/302/302   302/200/302   200/200/302
shown        history     POST     403/302/302   200/302/302   302/200/302   200/200/302

watched      changelist  read     200           200           200           200
watched      changelist  POST     200/200/200   302/302/302   302/302/302   302/302/302
watched      add         read     403           403           403           403
watched      add         POST     403           403           403           403
watched      change      read     200/302/302   200/302/302   302/200/302   200/200/302
watched      change      POST     403/gone/gone 302/302/302   302/302/302   302/302/302
watched      delete      read     403/403/403   403/403/403   403/403/403   403/403/403
watched      delete      POST     403/403/403   403/403/403   403/403/403   403/403/403
watched      history     read     200/302/302   200/302/302   302/200/302   200/200/302
watched      history     POST     200/302/302   200/302/302   302/200/302   200/200/302
helplink     recheck     read     405/405/405   405/405/405   405/405/405   405/405/405
helplink     recheck     POST     403/403/403   302/302/302   302/302/302   302/302/302

saved        changelist  read     200           200           200           200
saved        changelist  POST     403/302/302   302/302/302   302/302/302   302/302/302
saved        add         read     403           403           403           403
saved        add         POST     403           403           403           403
saved        change      read     200/302/302   200/302/302   302/200/302   200/200/302
saved        change      POST     403/302/302   200/302/302   302/200/302   200/200/302
saved        delete      read     403/302/302   200/302/302   302/200/302   200/200/302
saved        delete      POST     403/302/302   302/302/302   302/302/302   302/302/302
saved        history     read     200/302/302   200/302/302   302/200/302   200/200/302
saved        history     POST     200/302/302   200/302/302   302/200/302   200/200/302
saved        keep        read     405           405           405           405
saved        keep        POST     403           403           403           403
saved        open        read     302/404/404   302/404/404   404/302/404   302/302/404
saved        open        POST     302/404/404   302/404/404   404/302/404   302/302/404

owned        changelist  read     403           200           200           200
owned        changelist  POST     403/403/403   302/302/302   302/302/302   302/302/302
owned        add         read     403           200           200           200
owned        add         POST     403           200           200           200
owned        change      read     403/403/403   200/302/302   302/200/302   200/200/302
owned        change      POST     403/403/403   200/302/302   302/200/302   200/200/302
owned        delete      read     403/403/403   200/302/302   302/200/302   200/200/302
owned        delete      POST     403/403/403   302/302/302   302/302/302   302/302/302
owned        history     read     403/302/302   200/302/302   302/200/302   200/200/302
owned        history     POST     403/302/302   200/302/302   302/200/302   200/200/302

every        shortcut    read     302/302/302   302/302/302   302/302/302   302/302/302
every        shortcut    POST     302/302/302   302/302/302   302/302/302   302/302/302
"""

#: Which rows a person works with.
SCOPES = {
    "author": ("own",),
    "publisher": ("own",),
    "stranger": ("foreign",),
    "superuser": ("own", "foreign"),
}

#: The admin's own routes. They show no row of the help center, but for autocompletion and "view on
#: site", which take the name of any model and have tests of their own among those of the admin.
DJANGO_ROUTES = frozenset(
    {
        "admin:index", "admin:login", "admin:logout", "admin:password_change",
        "admin:password_change_done", "admin:jsi18n", "admin:app_list", "admin/(?P<url>.*)$",
        "admin:autocomplete", "admin:view_on_site",
        "admin:auth_user_password_change",
        *(f"admin:auth_{model}_{view}" for model in ("user", "group") for view in VIEWS[:5]),
        *(f"admin/auth/{model}/<path:object_id>/" for model in ("user", "group")),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AdminPage:
    """A page of a model in the admin."""

    model: str
    view: str

    @property
    def route(self) -> str:
        """The name of the route; the shortcut to a row has none, so its pattern stands for it."""
        if self.view == "shortcut":
            return f"admin/help_center/{self.model}/<path:object_id>/"
        return f"admin:help_center_{self.model}_{self.view}"

    def owners(self, method: str) -> tuple[str, ...]:
        """Return whose rows a request can name, ``("",)`` where it names none."""
        names_row = self.view in ROW_VIEWS | {"shortcut"}
        acts_on_row = (self.view, method) == ("changelist", "POST") and KINDS[self.model] != "shown"
        return OWNERS if names_row or acts_on_row else ("",)

    def status(self, method: str, person: str, owner: str) -> int:
        """Return the status that the table declares."""
        cell = self.view, "POST" if method == "POST" else "read", person
        lines = (self.model, KINDS[self.model], "every")
        declared = next(_STATUSES[line, *cell] for line in lines if (line, *cell) in _STATUSES)
        return declared[self.owners(method).index(owner)]


def is_asked(method: str, person: str, owner: str) -> bool:
    """Tell whether a cell is tried: GET always, POST by all staff.

    The admin takes all other methods for GET, and its pages are slow. So the author, who may do the
    least, tries them at what is there, and the stranger, who may do the most, at what is not the
    stranger's. Who is no staff gets no further than the login, with a role or without.
    """
    if method == "GET" or (method == "POST" and person in STAFF):
        return True
    if person == "stranger":
        return owner in {"own", "nonexistent"}
    return person in {"anonymous", "reader", "author"} and owner in {"", "own"}


def pages_of(model: str) -> list[AdminPage]:
    """Return the pages of a model."""
    return [AdminPage(model, view) for view in (*VIEWS, *EXTRA_VIEWS.get(model, ()))]


def all_pages() -> list[AdminPage]:
    """Return the pages of all models."""
    return [page for model in KINDS for page in pages_of(model)]


#: Django 6.1 looks for the row before it refuses to change it.
_GONE = "302" if django.VERSION >= (6, 1) else "403"


def _parse(table: str) -> dict[tuple[str, str, str, str], tuple[int, ...]]:
    head, *lines = (line.split() for line in table.splitlines() if line)
    return {
        (kind, view, method, person): tuple(map(int, cell.replace("gone", _GONE).split("/")))
        for kind, view, method, *cells in lines
        for person, cell in zip(head[3:], cells, strict=True)
    }


_STATUSES = _parse(_TABLE)
