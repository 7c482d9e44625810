"""A line is open until it is matched. What is proposed for it is said by the proposal alone.

Also the owner of the tables sees no line without a scope.
"""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("billing", "0037_refunds_withdrawn")]

    operations = [
        migrations.RunSQL(
            """
            SELECT set_config('redress.scope', 'system', true);
            UPDATE billing_statementline SET matching = 'open' WHERE matching = 'proposed';
            SELECT set_config('redress.scope', '', true);
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RemoveConstraint(model_name="statementline", name="statement_line_matching_known"),
        migrations.RemoveIndex(model_name="statementline", name="statement_line_unmatched"),
        migrations.AlterField(
            model_name="statementline",
            name="matching",
            field=models.CharField(
                choices=[
                    ("open", "Unmatched"),
                    ("matched", "Matched"),
                    ("written_off", "Written off"),
                    ("set_aside", "Not about a customer"),
                ],
                default="open",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=Q(matching__in=["open", "matched", "written_off", "set_aside"]),
                name="statement_line_matching_known",
            ),
        ),
        migrations.AddIndex(
            model_name="statementline",
            index=models.Index(
                F("account"),
                F("booked_on").desc(),
                F("id").desc(),
                condition=Q(matching="open"),
                name="statement_line_unmatched",
            ),
        ),
    ]
