"""The language each person has chosen."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0002_invitations")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(blank=True, default="", max_length=7, verbose_name="language"),
        )
    ]
