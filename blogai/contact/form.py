"""The contact form."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from accounts.models import User
from blogai.core.form_errors import CHOICE, LENGTH
from blogai.middleware import VALID_ID
from blogai.models import ContactMessage
from generation.web.brief_form import TextField

MAX_TEXT = 5000
"""Characters of a message."""


class ContactForm(forms.Form):
    """Somebody who is signed in has an address already. `website` is a trap: no person sees it."""

    email = forms.EmailField(
        label="Your email",
        max_length=254,
        help_text="So we can answer you.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "Enter your email address.", **LENGTH},
    )
    topic = forms.ChoiceField(
        label="What is it about?", choices=ContactMessage.Topic.choices, error_messages=CHOICE
    )
    text = TextField(
        label="Your message",
        max_length=MAX_TEXT,
        help_text="What did you do, what did you expect, and what happened?",
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        error_messages={
            "required": "Tell us how we can help.",
            "max_length": f"A message can have up to {MAX_TEXT:,} characters. Yours has %(show_value)s.",
        },
    )
    request_id = forms.CharField(
        label="Request ID",
        required=False,
        max_length=100,
        error_messages=LENGTH,
        validators=[RegexValidator(f"^(?:{VALID_ID.pattern})$", "That isn’t one of our request IDs.")],
        help_text="If you saw one on an error page.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    website = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    def __init__(self, sent: Mapping[str, Any] | None, *, user: User | None, request_id: str = "") -> None:
        super().__init__(sent, initial={"request_id": request_id})
        if user:
            del self.fields["email"]

    @property
    def is_by_a_robot(self) -> bool:
        return bool(self.data.get("website"))
