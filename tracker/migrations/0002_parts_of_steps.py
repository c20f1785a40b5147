"""How far the step at hand of a job is."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracker', '0001_jobs'),
    ]

    operations = [
        migrations.AddField(
            model_name='job',
            name='part_done',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='job',
            name='part_total',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.RunSQL(
            "GRANT UPDATE (part_done, part_total) ON tracker_job TO calcidiol_web;",
            migrations.RunSQL.noop,
        ),
    ]
