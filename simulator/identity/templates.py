"""The one frame of all pages, and their style sheet."""

from __future__ import annotations

import html

STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, "Segoe UI", sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f3f4f7; color: #131822; }
main { box-sizing: border-box; width: min(440px, 100vw); padding: 32px; background: #fff; border: 1px solid #d9dde6;
  border-radius: 6px; }
.mark { margin: 0 0 20px; padding: 6px 10px; border-radius: 4px; background: #fdf3e0; color: #6b4000; font-size: 13px; }
h1 { margin: 0 0 12px; font-size: 20px; line-height: 28px; }
label { display: block; margin: 14px 0 4px; font-weight: 600; font-size: 13px; }
input { box-sizing: border-box; width: 100%; height: 36px; padding: 0 10px; border: 1px solid #858ea0;
  border-radius: 6px;
  font: inherit; }
button { height: 36px; margin-top: 20px; padding: 0 18px; border: 1px solid #0b57a4; border-radius: 6px;
  background: #0b57a4; color: #fff; font: inherit; font-weight: 600; }
button.second { background: #fff; color: #131822; border-color: #858ea0; }
button:focus-visible, input:focus-visible { outline: 2px solid #0b57a4; outline-offset: 2px; }
.choice { display: flex; justify-content: flex-end; gap: 12px; }
.problem { padding: 8px 10px; border-radius: 4px; background: #fdeeee; color: #8f1d28; }
ul { max-height: 300px; overflow: auto; margin: 12px 0; padding-left: 20px; font-size: 13px; }
code { color: #4d5566; font-size: 12px; }
@media (prefers-color-scheme: dark) {
  body { background: #10131a; color: #e2e6ee; }
  main { background: #151922; border-color: #2f3644; }
  .mark { background: #2a2010; color: #efbd66; }
  input { background: #1b202b; color: inherit; }
  button.second { background: #151922; color: #e2e6ee; }
  .problem { background: #2f171b; color: #ff979b; }
  code { color: #aeb6c6; }
}
"""


def page(title: str, body: str) -> str:
    """A whole page; says on top that nothing here is real."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/sim/style.css"></head><body><main>'
        f'<p class="mark">Simulated Microsoft. All data is invented.</p>{body}</main></body></html>'
    )
