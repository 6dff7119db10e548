"""How dates and times read on pages, in mails and in sentences of the API: "November 27, 2026, 2:05 PM".

Django finds these through FORMAT_MODULE_PATH, for `date_format(…)` and for `|date:"DATE_FORMAT"`.
"""

DATE_FORMAT = "F j, Y"
MONTH_DAY_FORMAT = "F j"
TIME_FORMAT = "g:i A"
DATETIME_FORMAT = "F j, Y, g:i A"
