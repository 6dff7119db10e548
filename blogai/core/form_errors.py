"""What a form's field says when it's wrong, where Django's own sentences would sound like Django."""

CHOICE = {"required": "Choose one from the list.", "invalid_choice": "Choose one from the list."}
"""For a field that offers a list."""
NUMBER = {
    "invalid": "Enter a number.",
    "min_value": "Enter %(limit_value)s or more.",
    "max_value": "Enter %(limit_value)s or less.",
}
LENGTH = {"max_length": "Use up to %(limit_value)d characters. This has %(show_value)d."}
