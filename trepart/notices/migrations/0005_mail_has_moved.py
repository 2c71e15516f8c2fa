"""What 0004 has moved is taken off the notices."""

from django.db import migrations


class Migration(migrations.Migration):
    """See above."""

    dependencies = [("notices", "0004_move_mail")]

    operations = [
        migrations.RemoveField(model_name="notice", name="mail_was"),
        migrations.RemoveField(model_name="notice", name="mailed_at"),
        migrations.RemoveField(model_name="notice", name="mail_error"),
    ]
