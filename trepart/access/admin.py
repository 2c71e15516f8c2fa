"""People in the technical administration, to look at.

They are entered and changed on the administrator's own pages, where the trail follows.
"""

import allauth.account.admin
import allauth.mfa.admin

# As the next line: these register pages that are taken away again below.
import allauth.usersessions.admin  # noqa: F401

# Registers Django's own page for groups, which is taken away again below.
import django.contrib.auth.admin  # noqa: F401

# The job library's own page: it cancels and runs jobs without a trace, and is taken away below.
import procrastinate.contrib.django.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from procrastinate.contrib.django.models import ProcrastinateJob

from trepart.access.look_only import LookOnly
from trepart.access.models import User

# Groups are computed from memberships: a hand on them would only be drift (`manage.py sync_grants --check`).
admin.site.unregister(Group)
# Secrets, addresses and sessions are nobody's but the person's: what an administrator may do with them stands on the
# administrator's own pages.
admin.site.unregister([EmailAddress, Authenticator, UserSession])
# Jobs are run and ended by the worker alone: what was done to one here would stand in no trail.
admin.site.unregister(ProcrastinateJob)


@admin.register(ProcrastinateJob)
class JobAdmin(LookOnly):
    """Jobs and how they went, to look at. What a job was given is not shown: it can hold what is kept."""

    list_display = ("id", "task_name", "status", "attempts", "scheduled_at")
    list_filter = ("status", "queue_name")
    fields = ("task_name", "status", "queue_name", "priority", "attempts", "scheduled_at")


@admin.register(User)
class UserAdmin(LookOnly):
    """Everybody who can sign in."""

    list_display = ("name", "email", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    search_fields = ("name", "email")
    fields = ("name", "email", "is_active", "is_staff", "is_superuser", "groups", "date_joined", "last_login")
