"""Which entry of a camt message a line is, so that the same entry is known again in another message."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0030_seal_epochs")]

    operations = [
        migrations.AddField(
            model_name="statement",
            name="message",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
        ),
        migrations.AddField(
            model_name="statementline",
            name="entry_number",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="statementline",
            name="entry_reference",
            field=models.CharField(blank=True, db_default="", default="", max_length=140),
        ),
    ]
