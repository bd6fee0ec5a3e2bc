"""The parameters of a list's address: kept under a name, and brought back to what the list knows.

Nothing else of an address is kept, and every one of them has to be a parameter of that list: the
list itself is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, ORDER_VAR, PAGE_VAR
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.utils.http import urlencode

from django_helpcenter.admin.numbers import whole_number

#: What belongs to a moment, and the tenant, which a filter has by itself.
_NOT_KEPT = frozenset({PAGE_VAR, ALL_VAR, ERROR_FLAG, "tenant"})
#: Longer addresses are no filters that somebody chose.
MAX_LENGTH = 2000

Parameters = dict[str, list[str]]


def read_parameters(query: str | QueryDict) -> Parameters:
    """Return what of a list's address can be kept, ordered by name."""
    sent = QueryDict(query[:MAX_LENGTH]) if isinstance(query, str) else query
    return {
        name: values
        for name, values in sorted(sent.lists())
        if name not in _NOT_KEPT and not name.startswith("_")
        if not any("\0" in text for text in (name, *values))
    }


def write_parameters(parameters: Mapping[str, Sequence[str]]) -> str:
    """Return parameters as an address holds them, the same ones always in the same way."""
    return urlencode(sorted(parameters.items()), doseq=True)


def with_names(parameters: Parameters, columns: Sequence[str]) -> Parameters:
    """Return parameters with the names of the columns that a list is sorted by."""
    named = []
    for step in _steps(parameters):
        sign, number = ("-", step[1:]) if step.startswith("-") else ("", step)
        place = whole_number(number)
        if place is not None and place < len(columns):
            named.append(f"{sign}{columns[place]}")
    return _sorted_by(parameters, named)


def with_numbers(parameters: Parameters, columns: Sequence[str]) -> tuple[Parameters, list[str]]:
    """Undo ``with_names`` for a list with these columns; the second value: those it has not."""
    numbers, gone = [], []
    for step in _steps(parameters):
        sign, name = ("-", step[1:]) if step.startswith("-") else ("", step)
        if name in columns:
            numbers.append(f"{sign}{columns.index(name)}")
        else:
            gone.append(name)
    return _sorted_by(parameters, numbers), gone


def columns_of(
    model_admin: Any, request: HttpRequest, fixed: Parameters | None = None
) -> list[str]:
    """Return the names of a list's columns as its address counts them.

    ``fixed``: the parameters of the list that is meant, where it is not the one that is asked for.
    """
    if fixed is not None:
        request = _asking_for(request, fixed)
    columns = [
        column if isinstance(column, str) else getattr(column, "__name__", "")
        for column in model_admin.get_list_display(request)
    ]
    return ["action_checkbox", *columns] if model_admin.get_actions(request) else columns


def unknown_parameters(
    model_admin: Any, request: HttpRequest, parameters: Parameters, fixed: Parameters
) -> list[str]:
    """Return the names of the parameters that a list does not take, beside the ``fixed`` ones."""
    if _is_taken(model_admin, request, {**parameters, **fixed}):
        return []
    unknown = [
        name
        for name, values in parameters.items()
        if not _is_taken(model_admin, request, {name: values, **fixed})
    ]
    # None alone, but all together: then the list begins anew.
    return unknown or list(parameters)


def _is_taken(model_admin: Any, request: HttpRequest, parameters: Parameters) -> bool:
    try:
        model_admin.get_changelist_instance(_asking_for(request, parameters))
    except (IncorrectLookupParameters, SuspiciousOperation):
        return False
    return True


def _asking_for(request: HttpRequest, parameters: Parameters) -> HttpRequest:
    """Return a request of the same person for a list with these parameters.

    One of its own: what is remembered with the present one goes by other parameters.
    """
    asked = HttpRequest()
    asked.method, asked.META, asked.user = "GET", request.META, request.user
    asked.GET = QueryDict(write_parameters(parameters))
    return asked


def _steps(parameters: Parameters) -> list[str]:
    return [step for step in ".".join(parameters.get(ORDER_VAR, [])).split(".") if step]


def _sorted_by(parameters: Parameters, steps: Iterable[str]) -> Parameters:
    others = {name: values for name, values in parameters.items() if name != ORDER_VAR}
    order = ".".join(steps)
    return {**others, ORDER_VAR: [order]} if order else others
