"""Messages that wait for a mail server; no patient data."""

import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0012_departures'),
    ]

    operations = [
        migrations.CreateModel(
            name='OutgoingMail',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('recipient', models.EmailField(max_length=254)),
                ('sender', models.CharField(max_length=254)),
                ('subject', models.CharField(max_length=300)),
                ('body', models.TextField()),
                ('made_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('try_after', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['try_after'], name='accounts_ou_try_aft_8b6185_idx')],
            },
        ),
    ]
