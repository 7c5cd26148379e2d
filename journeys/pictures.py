"""The pictures of the README, taken from a running demo: `make pictures` (with `make run` up)."""

import os
from pathlib import Path

from playwright.sync_api import sync_playwright

BASE = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
NOTICE = (
    "/checkup/result/?date=2025-03-10&all=620&all_m2=71300.50&came=468&came_m2=52816.20"
    "&what1=service_company&said1=passed&yes1=302&yes1_m2=33904.75&no1=131&no1_m2=15260.30"
    "&abs1=28&abs1_m2=2944.15&bad1=7&bad1_m2=707.00"
)
# name, who (place in the list of demo people), width, where: an address or a link of the doorway
PICTURES = (
    ("home-390", 0, 390, "/"),
    ("call-390", 0, 390, "a[href^='/calls/2']"),
    ("checkup-390", None, 390, NOTICE),
    ("desk-1280", 7, 1280, "/desk/"),
)


def main() -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for name, who, width, where in PICTURES:
            page = browser.new_page(
                viewport={"width": width, "height": 844},
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
            )
            page.goto(BASE)
            if who is not None:
                page.locator('form[action="/demo/sign-in/"] button').nth(who).click()
                page.wait_for_load_state()
            if where.startswith("/"):
                page.goto(BASE + where)
            else:
                page.locator(where).first.click()
                page.wait_for_load_state()
            page.screenshot(path=IMAGES / f"{name}.png")
            page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
