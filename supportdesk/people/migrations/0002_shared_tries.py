"""The table behind the cache that counts tries (settings.CACHES). Made here, so that no extra command is needed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE people_tries (
                cache_key varchar(255) PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX people_tries_expires ON people_tries (expires);
            """,
            "DROP TABLE people_tries",
        )
    ]
