"""The fields that the style page shows; it is read and never sent."""

from django import forms


class SpecimenForm(forms.Form):
    """One field of each kind."""

    result = forms.DecimalField(
        label="Result",
        help_text="As printed, with its sign.",
        widget=forms.TextInput(
            attrs={"class": "input-value input-short", "inputmode": "decimal"}
        ),
    )
    unit = forms.ChoiceField(
        label="Unit",
        choices=[("ng/mL", "ng/mL"), ("nmol/L", "nmol/L")],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the unit printed on your report. "
            "It is next to the number."
        },
    )
    taken_on = forms.DateField(
        label="Date the sample was taken",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    laboratory = forms.CharField(label="Laboratory", required=False)
    method = forms.ChoiceField(
        label="Method",
        choices=[("", "Not printed"), ("lcms", "LC-MS/MS")],
        required=False,
    )
    note = forms.CharField(
        label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    agreed = forms.BooleanField(label="I compared this with the paper")
