"""English words without accents: "café" and "cafe", "refunded" and "refund" are one word each."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("helpsite", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TEXT SEARCH CONFIGURATION redress_english (COPY = english);
            ALTER TEXT SEARCH CONFIGURATION redress_english
                ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
            """,
            "DROP TEXT SEARCH CONFIGURATION redress_english",
        )
    ]
