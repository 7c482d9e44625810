from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0033_card_incidents"),
    ]

    operations = [
        migrations.AlterField(
            model_name="creditnote",
            name="owed_back",
            field=models.CharField(
                choices=[("keep", "Keep it as credit on the account"), ("send", "Send it back")],
                default="keep",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="creditnotehistory",
            name="owed_back",
            field=models.CharField(
                choices=[("keep", "Keep it as credit on the account"), ("send", "Send it back")],
                default="keep",
                max_length=10,
            ),
        ),
    ]
