"""Work knows by which key it was asked for, so that it ends with it."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracker', '0002_parts_of_steps'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='token_id',
            field=models.UUIDField(null=True),
        ),
    ]
