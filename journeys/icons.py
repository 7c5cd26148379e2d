"""The icons of the home screen, drawn from the mark anew: `python -m journeys.icons`."""

from pathlib import Path

from playwright.sync_api import sync_playwright

WEB = Path(__file__).resolve().parents[1] / "yihe" / "web" / "static" / "web"
# name, drawing, pixels: `full` goes to the edge, with the mark where every mask leaves it
ICONS = (
    ("mark-192", "mark.svg", 192),
    ("mark-512", "mark.svg", 512),
    ("full-512", "icons/full.svg", 512),
    ("touch-180", "icons/full.svg", 180),
)


def main() -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for name, drawing, size in ICONS:
            page = browser.new_page(viewport={"width": size, "height": size})
            svg = (WEB / drawing).read_text(encoding="utf-8")
            page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{svg}")
            page.screenshot(path=WEB / "icons" / f"{name}.png", omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
