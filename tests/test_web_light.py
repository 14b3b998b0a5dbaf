"""The web process stays light: opening every page in every language imports neither Keras nor a backend."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
OPEN_ALL = """
import sys
from streamlit.testing.v1 import AppTest
from rrn import i18n
from rrn.ui import menu

for language in i18n.LANGUAGES:
    at = AppTest.from_file("rrn/ui/main.py", default_timeout=30)
    at.query_params["lang"] = language
    at.run()
    assert not at.exception, at.exception
    for topic in menu.topics():
        if topic.file:
            at.switch_page(str(topic.file)).run()
            assert not at.exception, at.exception
print(*sorted({"keras", "tensorflow", "jax", "torch", "sklearn", "optuna", "pandas"} & set(sys.modules)))
"""


def test_opening_every_page_imports_no_keras(tmp_path):
    environment = os.environ | {"RRN_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", OPEN_ALL], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=110
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == ""


def test_no_file_of_the_interface_hides_another_module():
    """Streamlit puts the folder of the script on sys.path."""
    names = {file.stem for file in (ROOT / "rrn" / "ui").glob("*.py")} - {"__init__"}
    find = "import importlib.util, sys; print(*[n for n in sys.argv[1:] if importlib.util.find_spec(n)])"
    done = subprocess.run(
        [sys.executable, "-c", find, *sorted(names)], cwd="/", capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
