"""People in the technical administration, to look at.

They are entered and changed on the administrator's own pages, where the trail follows.
"""

import allauth.account.admin
import allauth.mfa.admin

# As the next line: these register pages that are taken away again below.
import allauth.usersessions.admin  # noqa: F401

# Registers Django's own page for groups, which is taken away again below.
import django.contrib.auth.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group

from trepart.access.look_only import LookOnly
from trepart.access.models import User

# Groups are computed from memberships: a hand on them would only be drift (`manage.py sync_grants --check`).
admin.site.unregister(Group)
# Secrets, addresses and sessions are nobody's but the person's: what an administrator may do with them stands on the
# administrator's own pages.
admin.site.unregister([EmailAddress, Authenticator, UserSession])


@admin.register(User)
class UserAdmin(LookOnly):
    """Everybody who can sign in."""

    list_display = ("name", "email", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    search_fields = ("name", "email")
    fields = ("name", "email", "is_active", "is_staff", "is_superuser", "groups", "date_joined", "last_login")
