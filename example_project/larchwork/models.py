"""What Larchwork is about: organizations, people, sites, work orders, inspections, tickets."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone


class Organization(models.Model):
    """A customer of Larchwork, and the tenant of the help center."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=100, unique=True)
    domain = models.CharField(max_length=253, unique=True, null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person does; the help center shows internal articles by it."""

    TECHNICIAN = "technician", "Technician"
    DISPATCHER = "dispatcher", "Dispatcher"
    MANAGER = "manager", "Manager"
    SUPPORT = "support", "Support"


class User(AbstractUser):
    """A person of an organization."""

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, null=True, blank=True, related_name="people"
    )
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)


class Site(models.Model):
    """A place where work is done."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class WorkOrder(models.Model):
    """A job at a site."""

    class Priority(models.TextChoices):
        LOW = "low", "Low"
        NORMAL = "normal", "Normal"
        HIGH = "high", "High"
        URGENT = "urgent", "Urgent"

    class Status(models.TextChoices):
        NEW = "new", "New"
        SCHEDULED = "scheduled", "Scheduled"
        IN_PROGRESS = "in-progress", "In progress"
        ON_HOLD = "on-hold", "On hold"
        COMPLETED = "completed", "Completed"

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="work_orders")
    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=120)
    priority = models.CharField(max_length=10, choices=Priority.choices, default=Priority.NORMAL)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.NEW)
    assignee = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="work_orders"
    )

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"WO-{self.number} {self.title}"


class Inspection(models.Model):
    """A filled checklist; ``score`` is a percentage."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="inspections")
    template = models.CharField(max_length=120)
    score = models.PositiveSmallIntegerField()
    submitted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-submitted_at", "template"]

    def __str__(self) -> str:
        return f"{self.template}, {self.site}"


class SupportTicket(models.Model):
    """A question to Larchwork's support that the help center did not answer."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        RESOLVED = "resolved", "Resolved"

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="tickets")
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tickets")
    subject = models.CharField(max_length=200)
    description = models.TextField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.subject
