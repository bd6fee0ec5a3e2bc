"""The tenant model of a host project that had organizations before it had a help center."""

from __future__ import annotations

import uuid

from django.db import models


class Organization(models.Model):
    """A customer of the host product; its primary key is a UUID."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=100, unique=True)
    domain = models.CharField(max_length=253, blank=True, default="")

    def __str__(self) -> str:
        return self.name
