from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Renders all forms with our own templates: `{{ form }}` and `{{ form.email.as_field_group }}`."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
