import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_shared_tries")]
    operations = [
        migrations.AddField(
            model_name="invite",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
