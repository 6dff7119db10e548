from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Every form of every app in one hand: `{{ form }}` and `{{ form.email.as_field_group }}`."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
