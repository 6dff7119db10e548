// Signing up: the time zone of the browser becomes that of the account. Without this it is UTC.

for (const field of document.getElementsByName("time_zone")) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}
