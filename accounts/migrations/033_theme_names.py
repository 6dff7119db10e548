from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "029_closed_accounts")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="theme",
            field=models.CharField(
                choices=[("system", "Match system"), ("light", "Light"), ("dark", "Dark")],
                db_default="system",
                default="system",
                max_length=6,
            ),
        ),
    ]
