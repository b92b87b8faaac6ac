"""Render the brand images of the integration from icon.svg.

usage: .venv/ha/bin/python docs/brand/render.py
"""

from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).resolve().parent
TARGET = HERE.parents[1] / "custom_components/aqara_lock/brand"
CHROMIUM = "/usr/bin/chromium"
ICON_PX = 256
LOGO_PX = 128
SHACKLE = {"": "#0f4c5c", "dark_": "#a5e8df"}
TEXT = {"": "#0f3d4a", "dark_": "#f2fbfa"}

LOGO = """
<div id="image" style="display:inline-flex;align-items:center;height:{px}px;gap:18px;padding-right:5px">
  <div style="width:{px}px;height:{px}px">{svg}</div>
  <span style="font:600 64px Inter,'DejaVu Sans',sans-serif;letter-spacing:-.02em;white-space:nowrap;color:{color}">
    Aqara <span style="font-weight:400">Lock</span>
  </span>
</div>"""
ICON = '<div id="image" style="width:{px}px;height:{px}px">{svg}</div>'


def render(browser: Browser, html: str, name: str) -> None:
    """Write one image in simple and in double resolution, with a transparent background."""
    for scale, suffix in ((1, ""), (2, "@2x")):
        page = browser.new_page(device_scale_factor=scale)
        page.set_content(f'<body style="margin:0">{html}</body>')
        path = TARGET / f"{name}{suffix}.png"
        page.locator("#image").screenshot(path=path, omit_background=True)
        page.close()


def main() -> None:
    """Render icon and logo for light and dark themes."""
    svg = (HERE / "icon.svg").read_text()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        for theme, color in TEXT.items():
            themed = svg.replace(SHACKLE[""], SHACKLE[theme])
            render(browser, ICON.format(px=ICON_PX, svg=themed), f"{theme}icon")
            logo = LOGO.format(px=LOGO_PX, svg=themed, color=color)
            render(browser, logo, f"{theme}logo")
        browser.close()


main()
