"""What every page costs the suite, printed before pytest's last line. A plugin: pytest -p tests.seconds."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = 6.0  # seconds a page: AppTest in both languages, one visit of the browser, the smallest run of its task


def pytest_terminal_summary(terminalreporter):
    reports = [r for found in terminalreporter.stats.values() for r in found if getattr(r, "when", "") == "call"]
    spent = {page.stem: seconds(page, reports) for page in sorted(ROOT.glob("pages/*/*.py"))}
    if not spent or not any(spent.values()):
        return
    terminalreporter.section("seconds per page")
    for page, cost in sorted(spent.items(), key=lambda found: -found[1]):
        more = "" if cost <= ALLOWED else f"  (more than {ALLOWED:g})"
        terminalreporter.write_line(f"{cost:6.1f} s  {page}{more}")


def seconds(page: Path, reports: list) -> float:
    """The time of all tests that name the page, and of the smallest run of the tasks that it imports."""
    tasks = re.findall(r"^from rrn\.tasks\.(\w+) import", page.read_text(encoding="utf-8"), flags=re.M)
    smallest = [r for r in reports if "smallest" in r.nodeid and any(task in r.nodeid for task in tasks)]
    return sum(r.duration for r in reports if page.stem in r.nodeid or r in smallest)
