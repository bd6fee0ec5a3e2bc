"""The article templates that come with the help center, in the active language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from django_helpcenter.choices import BuiltInTemplate
from django_helpcenter.content.placeholders import placeholder


@dataclass(frozen=True, slots=True)
class TemplateText:
    """What a template says of itself, and the text that an article begins with."""

    name: str
    description: str
    title: str
    summary: str
    content: str


def built_in_template(kind: str) -> TemplateText:
    """Return a template by its ``BuiltInTemplate``."""
    make: dict[str, Callable[[], TemplateText]] = {
        BuiltInTemplate.HOW_TO: _how_to,
        BuiltInTemplate.TROUBLESHOOTING: _troubleshooting,
        BuiltInTemplate.RELEASE_NOTE: _release_note,
    }
    return make[kind]()


def _how_to() -> TemplateText:
    return TemplateText(
        name=str(BuiltInTemplate.HOW_TO.label),
        description=_("Steps that lead to one goal."),
        title=placeholder(_("what the reader wants to do, such as “Invite a colleague”")),
        summary=placeholder(_("in one sentence, what this does for the reader and who may do it")),
        content=_blocks(
            placeholder(_("when somebody needs this, in one or two sentences")),
            _heading(_("Before you begin")),
            _list(
                placeholder(_("the permission or plan that it takes")),
                placeholder(_("what must be there already")),
            ),
            _heading(_("Steps")),
            _steps(
                placeholder(_("one action, beginning with where to click")),
                placeholder(_("the next action")),
                placeholder(_("the last action, and what the page then shows")),
            ),
            _heading(_("What happens next")),
            placeholder(_("how the reader sees that it worked, and what changes for others")),
        ),
    )


def _troubleshooting() -> TemplateText:
    return TemplateText(
        name=str(BuiltInTemplate.TROUBLESHOOTING.label),
        description=_("Something does not work: how to tell why, and what helps."),
        title=placeholder(_("the problem in the words of those who have it")),
        summary=placeholder(_("the most common cause, and what helps against it")),
        content=_blocks(
            _heading(_("What you see")),
            placeholder(_("the message word for word, or what happens instead of what should")),
            _heading(_("Try this first")),
            _steps(
                placeholder(_("the quickest remedy")),
                placeholder(_("how to see whether it helped")),
            ),
            _heading(_("Causes and remedies")),
            _sub_heading(placeholder(_("the most common cause"))),
            placeholder(_("how to tell that it is this one, and what to do then")),
            _sub_heading(placeholder(_("another cause"))),
            placeholder(_("how to tell that it is this one, and what to do then")),
            _heading(_("If nothing helps")),
            placeholder(_("whom to ask, and what to tell them so that they can help")),
        ),
    )


def _release_note() -> TemplateText:
    return TemplateText(
        name=str(BuiltInTemplate.RELEASE_NOTE.label),
        description=_("What a new version changes for those who use it."),
        title=placeholder(_("product and version or date")),
        summary=placeholder(_("the one change that most readers will notice")),
        content=_blocks(
            placeholder(_("since when this is there, and for whom")),
            _heading(_("New")),
            _list(placeholder(_("what readers can do now, and where they find it"))),
            _heading(_("Better")),
            _list(placeholder(_("what works differently, and why that is better"))),
            _heading(_("Fixed")),
            _list(placeholder(_("what went wrong before, as readers saw it"))),
            _heading(_("What you need to do")),
            placeholder(_("what readers must do, by when; or that they need do nothing")),
        ),
    )


def _blocks(*blocks: str) -> str:
    return "\n\n".join(blocks) + "\n"


def _heading(text: str) -> str:
    return f"## {text}"


def _sub_heading(text: str) -> str:
    return f"### {text}"


def _list(*items: str) -> str:
    return "\n".join(f"- {item}" for item in items)


def _steps(*items: str) -> str:
    return "\n".join(f"{number}. {item}" for number, item in enumerate(items, start=1))
