"""People who sign in, and the groups that carry their rights."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from trepart import clock
from trepart.audit import recording
from trepart.audit.history import track
from trepart.text import normal


class UserManager(BaseUserManager["User"]):
    """Makes people; the e-mail address is who they are."""

    use_in_migrations = True

    def create_user(self, email: str, name: str, password: str | None = None, **extra: object) -> "User":
        """Make a person. Without ``password`` the account has an unusable one. Raises
        ``ValueError`` without an address."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        user = self.model(email=normal.address(email).lower(), name=normal.line(name), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, name: str, password: str | None = None, **extra: object) -> "User":
        """Make a person who may look at everything on the technical pages (which gives no rights in the bodies)."""
        person = self.model(email=email.strip().lower(), name=name.strip(), is_staff=True, is_superuser=True, **extra)
        person.set_password(password)
        with transaction.atomic():
            # The event names the person, who has a number when saved; the history begins under the event.
            person.skip_history_when_saving = True
            person.save(using=self._db)
            del person.skip_history_when_saving
            with recording.recorded("access.superuser_made", actor=None, subject=person):
                person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What the person may is said by memberships, employments and appointments, never by a field here."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    #: Empty: the municipality's own language, whichever that is at the time.
    language = models.CharField(_("language"), max_length=7, blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may use the technical administration"), default=False)
    date_joined = models.DateTimeField(_("since"), default=clock.now, editable=False)

    history = track(excluded_fields=["password", "last_login", "language"])
    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("email"), name="access_user_email_ci")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the person. When somebody signed in, with which password, and which language they read is no part of who
        they are: it leaves no row in the history (R31)."""
        if (fields := set(kwargs.get("update_fields") or ())) and fields <= {"last_login", "password", "language"}:
            # Not save_without_historical_record: that comes back here.
            self.skip_history_when_saving = True
            try:
                super().save(*args, **kwargs)
            finally:
                del self.skip_history_when_saving
        else:
            super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        """Return the name as the person writes it."""
        return self.name

    def get_short_name(self) -> str:
        """Return the first of the names."""
        return self.name.split(" ", 1)[0]


class RoleGroup(models.Model):
    """Ties a Django group to one role in one body (``body`` set) or to one office of the
    municipality (``body`` null)."""

    group = models.OneToOneField(Group, on_delete=models.CASCADE, related_name="role_group")
    # The body lives in a room above this one: its number stands here, its class does not.
    body = models.BigIntegerField(null=True, blank=True)
    role = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("group of a role")
        verbose_name_plural = _("groups of roles")
        constraints = [
            models.UniqueConstraint(fields=["body", "role"], nulls_distinct=False, name="access_rolegroup_role")
        ]

    def __str__(self) -> str:
        return f"{self.body or '-'}:{self.role}"


class Invitation(models.Model):
    """A link with which somebody the organisation has entered chooses a first password. One for each person; sending
    anew makes the older link worthless."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="invitation")
    #: SHA-256 of the secret in the link, which stands in the mail alone; empty when the link
    #: has been used or withdrawn.
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    sent_at = models.DateTimeField(_("sent"))
    expires_at = models.DateTimeField(_("can be used until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return str(self.person)
