"""What else a package prints: form, basis of the amounts, testing mark, lot, barcode."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_invitations'),
        ('labs', '0006_intakes_and_pauses'),
    ]

    operations = [
        migrations.AddField(
            model_name='supplementingredient',
            name='form',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='supplementproduct',
            name='barcode',
            field=models.CharField(blank=True, max_length=14),
        ),
        migrations.AddField(
            model_name='supplementproduct',
            name='basis',
            field=models.CharField(default='not_stated', max_length=20),
        ),
        migrations.AddField(
            model_name='supplementproduct',
            name='dosage_form',
            field=models.CharField(default='not_stated', max_length=20),
        ),
        migrations.AddField(
            model_name='supplementproduct',
            name='lot',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='supplementproduct',
            name='mark',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name='supplementproduct',
            name='package_servings',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='supplementproduct',
            name='units_per_serving',
            field=models.DecimalField(decimal_places=3, default=1, max_digits=8),
        ),
        migrations.AddConstraint(
            model_name='supplementproduct',
            constraint=models.CheckConstraint(condition=models.Q(('dosage_form__in', ['tablet', 'capsule', 'softgel', 'drops', 'liquid', 'spray', 'gummy', 'powder', 'ampoule', 'injection', 'not_stated'])), name='a_dosage_form_is_known'),
        ),
        migrations.AddConstraint(
            model_name='supplementproduct',
            constraint=models.CheckConstraint(condition=models.Q(('basis__in', ['per_serving', 'per_unit', 'per_drop', 'per_ml', 'not_stated']), ('units_per_serving__gt', 0)), name='amounts_are_of_something'),
        ),
    ]
