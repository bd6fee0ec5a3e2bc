"""The people and things of the demo; making them twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Permission

from django_helpcenter.models import HelpArticleTemplate
from django_helpcenter.services.article_templates import TemplateService
from django_helpcenter.types import SYSTEM
from larchwork.help import PUBLIC_ORGANIZATION
from larchwork.models import Inspection, Organization, Role, Site, User, WorkOrder

#: The same for everybody: it is a demo on one machine.
PASSWORD = "demo"


@dataclass(frozen=True)
class Login:
    """A person that a visitor can sign in as."""

    username: str
    first_name: str
    role: str
    description: str
    is_superuser: bool = False
    permissions: tuple[str, ...] = ()


#: What the people who write the help center may do, each a bit more than the one before.
AUTHOR = (
    "view_helparticle", "add_helparticle", "change_helparticle", "view_helpcategory",
    "view_helptag", "add_helptag", "add_helpfile", "view_helpfile", "view_helpsnippet",
    "view_helparticletemplate", "view_helplink", "view_helpreview", "view_helptransition",
)  # fmt: skip
EDITOR = (
    *AUTHOR, "review_helparticle", "change_helpcategory", "change_helptag", "add_helpsnippet",
    "change_helpsnippet", "add_helparticletemplate", "change_helparticletemplate",
    "share_helpsavedfilter", "change_helplink",
)  # fmt: skip
PUBLISHER = (
    *EDITOR, "publish_helparticle", "delete_helparticle", "view_helparticleversion",
    "delete_helpsnippet", "delete_helparticletemplate",
)  # fmt: skip

LOGINS = (
    Login("admin", "Ada", Role.MANAGER, "site admin: everything, and the admin", is_superuser=True),
    Login("dana", "Dana", Role.DISPATCHER, "dispatcher: sees articles for dispatchers"),
    Login("theo", "Theo", Role.TECHNICIAN, "technician: sees articles for technicians"),
    Login("mina", "Mina", Role.MANAGER, "manager: sees articles for managers"),
    Login("sol", "Sol", Role.SUPPORT, "support agent: sees the support playbooks"),
    Login("ana", "Ana", Role.SUPPORT, "author: writes articles in the admin", permissions=AUTHOR),
    Login("emil", "Emil", Role.SUPPORT, "editor: sends them back too", permissions=EDITOR),
    Login("petra", "Petra", Role.MANAGER, "publisher: publishes them", permissions=PUBLISHER),
)

SITES = (
    ("Harbor Cold Storage", "14 Quay Road, Fallhaven"),
    ("Maple Street School", "220 Maple Street, Oakridge"),
    ("North Pumping Station", "Ridge Lane, Oakridge"),
    ("Union Square Clinic", "3 Union Square, Fallhaven"),
)

WORK_ORDERS = (
    (10482, 0, "Replace compressor belt, unit 3", "urgent", "in-progress", "theo"),
    (10481, 2, "Pump 2 vibrates at start-up", "high", "scheduled", "theo"),
    (10480, 1, "Annual boiler service", "normal", "scheduled", None),
    (10479, 3, "Refit door closer, room 12", "low", "new", None),
    (10478, 0, "Read the temperature loggers", "normal", "on-hold", "theo"),
    (10477, 2, "Clear the intake screen", "high", "new", None),
    (10476, 1, "Replace two ceiling panels", "low", "completed", "theo"),
    (10475, 3, "Test the emergency lighting", "normal", "completed", "theo"),
)

INSPECTIONS = (
    (0, "Refrigeration safety", 92),
    (1, "Playground equipment", 78),
    (2, "Pumping station, monthly", 88),
    (3, "Fire doors", 100),
)


#: What an article on a feature begins with, in the words of this product.
TEMPLATE: dict[str, Any] = {
    "name": "Feature of the app",
    "description": "What a screen is for, and what each role can do there.",
    "title": "[Replace: the name of the screen]",
    "summary": "[Replace: what people do there, in one sentence]",
    "content": (
        "You find it under **More › [Replace: the menu]**.\n\n"
        "## What you can do\n\n"
        "| Role | What they see |\n| --- | --- |\n"
        "| Technician | [Replace: what technicians can do] |\n"
        "| Dispatcher | [Replace: what dispatchers can do] |\n\n"
        "## If something is wrong\n\n"
        "[Replace: the first thing to try] Then write to us.\n\n"
        '{{ snippet "support-hours" }}\n'
    ),
}


def make_organization() -> Organization:
    """Return the organization of the demo."""
    organization, _created = Organization.objects.get_or_create(
        slug=PUBLIC_ORGANIZATION, defaults={"name": "Larchwork"}
    )
    return organization


def make_people(organization: Organization) -> int:
    """Create the logins that are missing; returns how many."""
    made = 0
    for login in LOGINS:
        if User.objects.filter(username=login.username).exists():
            continue
        user = User.objects.create_user(
            username=login.username,
            password=PASSWORD,
            first_name=login.first_name,
            email=f"{login.username}@larchwork.example",
            organization=organization,
            role=login.role,
            is_staff=login.is_superuser or bool(login.permissions),
            is_superuser=login.is_superuser,
        )
        own = Permission.objects.filter(content_type__app_label="help_center")
        user.user_permissions.set(own.filter(codename__in=login.permissions))
        made += 1
    return made


def make_template(organization: Organization) -> None:
    """Create the template of the demo when it has none."""
    if not HelpArticleTemplate.objects.for_tenant(organization).exists():
        TemplateService(tenant=organization, actor=SYSTEM).create(**TEMPLATE)


def make_work(organization: Organization) -> None:
    """Create the sites, work orders and inspections that are missing."""
    sites = [
        Site.objects.get_or_create(
            organization=organization, name=name, defaults={"address": address}
        )[0]
        for name, address in SITES
    ]
    people = {user.username: user for user in User.objects.filter(organization=organization)}
    for number, site, title, priority, status, assignee in WORK_ORDERS:
        WorkOrder.objects.get_or_create(
            number=number,
            defaults={
                "site": sites[site],
                "title": title,
                "priority": priority,
                "status": status,
                "assignee": people.get(assignee or ""),
            },
        )
    for site, template, score in INSPECTIONS:
        Inspection.objects.get_or_create(
            site=sites[site], template=template, defaults={"score": score}
        )
