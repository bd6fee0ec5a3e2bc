"""What each reader page answers to whom. Written by hand, to be checked by eye."""

from __future__ import annotations

from dataclasses import dataclass

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

#: author: may add and change content; publisher: has all permissions; stranger: has them too, for
#: the other tenant. On the reader pages of a help center they are readers like all others.
PEOPLE = ("anonymous", "reader", "dispatcher", "author", "publisher", "stranger", "superuser")

#: Who finds an article. What is not named here is for nobody: restricted ones are for their role
#: alone, and drafts are read in the admin.
SEEN_BY = {
    "published": PEOPLE,
    "restricted": ("dispatcher",),
    "draft": (),
    "review": (),
    "archived": (),
    "scheduled": (),
    "expired": (),
    "foreign": (),
    "nonexistent": (),
}


#: Who writes articles for the first help center.
WRITERS = ("author", "publisher", "superuser")


@dataclass(frozen=True, slots=True)
class Page:
    """A route: the methods that it knows, and the status for what is seen and what is not.

    ``names`` is the attribute of a target that stands in the address, "" when none does. All other
    methods are answered with 405, whatever the address names.
    """

    methods: str
    seen: int
    hidden: int = 404
    names: str = ""
    #: Whether those who write articles see what is no reader's, too.
    is_for_writers: bool = False
    #: For whom the page is there at all.
    people: tuple[str, ...] = PEOPLE

    def knows(self, method: str) -> bool:
        """Tell whether the page has an answer to this method."""
        return method in self.methods.split()

    def states(self, method: str) -> tuple[str, ...]:
        """Return what a request names one after the other, ``("",)`` where it names nothing."""
        if not self.names:
            return ("",)
        return tuple(SEEN_BY) if self.knows(method) else REFUSED_STATES

    def status(self, method: str, *, is_seen: bool) -> int:
        if not self.knows(method):
            return 405
        return self.seen if is_seen else self.hidden


#: Route → what it answers. "(former)": the same route, called by a former slug.
PAGES = {
    "help_center:home": Page("GET HEAD", seen=200),
    "help_center:search": Page("GET HEAD", seen=200),
    "help_center:suggest": Page("GET HEAD", seen=200),
    "help_center:category": Page("GET HEAD", seen=200, hidden=404, names="category"),
    "help_center:category (former)": Page(
        "GET HEAD", seen=301, hidden=404, names="former_category"
    ),
    "help_center:tag": Page("GET HEAD", seen=200, hidden=404, names="tag"),
    "help_center:article": Page("GET HEAD", seen=200, hidden=404, names="article"),
    "help_center:article (former)": Page("GET HEAD", seen=301, hidden=404, names="former"),
    # What names an article is nothing without a signature; signed links have tests of their own.
    "help_center:preview": Page("GET HEAD", seen=404, hidden=404, names="pk"),
    "help_center:file": Page("GET HEAD", seen=200, hidden=404, names="file", is_for_writers=True),
    "help_center:article-markdown": Page("GET HEAD", seen=200, hidden=404, names="article"),
    "help_center:article-markdown (former)": Page("GET HEAD", seen=301, hidden=404, names="former"),
    "help_center:sitemap": Page("GET HEAD", seen=200),
    "help_center:feed": Page("GET HEAD", seen=200),
    "help_center:llms": Page("GET HEAD", seen=200),
    "help_center:view-as": Page("POST", seen=302, hidden=404, people=WRITERS),
    "help_center:vote": Page("POST", seen=302, hidden=404, names="pk"),
}

#: What is named when a page is asked with a method that it does not know: nothing of it is looked
#: at, so a few show as much as all.
REFUSED_STATES = ("published", "restricted", "foreign", "nonexistent")

#: What is sent with every POST.
VOTE = {"helpful": "yes"}


def route_name(entry: str) -> str:
    """Return the route of an entry of ``PAGES``."""
    return entry.removesuffix(" (former)")


def is_answered(person: str, state: str, entry: str) -> bool:
    """Tell whether a page answers this person, and with what it names if it names something."""
    return person in PAGES[entry].people and (not state or sees(person, state, entry))


def sees(person: str, state: str, entry: str = "") -> bool:
    """Tell whether an article of this state, or what a page shows of it, is for this person."""
    if entry and PAGES[entry].is_for_writers and person in WRITERS:
        return state not in {"foreign", "nonexistent"}
    return person in SEEN_BY.get(state, ())
