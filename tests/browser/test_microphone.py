"""Chromium's own microphone plays a recording; the page writes down the digits that are said in it."""

import re
import wave

import numpy as np
import pytest

from rrn.data import voice
from rrn.data.sound import RATE
from tests.browser.conftest import FLAGS, binary

LAB = "5-4-voz-audio"
MICROPHONE = 48_000  # samples per second that Chromium expects
SAID = "314"


def recording(path) -> None:
    """Three digits by the voice that is made here, as a microphone would give them."""
    import soxr

    sound = voice.digits(SAID, voice.Speaker(), np.random.default_rng(0), overlap=0.0)
    pause = np.zeros(RATE // 2, np.float32)
    heard = soxr.resample(np.concatenate([pause, sound, pause]), RATE, MICROPHONE)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(MICROPHONE)
        file.writeframes((0.7 * 32767 * np.clip(heard, -1, 1)).astype("<i2").tobytes())


@pytest.fixture
def speaking(chromium, tmp_path):
    """A visitor whose microphone hears the recording once."""
    recording(tmp_path / "voice.wav")
    fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-audio-capture={tmp_path / 'voice.wav'}%noloop"]  # fmt: skip
    browser = chromium.browser_type.launch(executable_path=binary(), args=FLAGS + fake)
    page = browser.new_context(locale="es-ES", permissions=["microphone"]).new_page()
    page.set_default_timeout(30_000)
    yield page
    browser.close()


def test_digits_that_are_spoken_into_the_microphone_are_written_down(server, speaking):
    page = speaking
    page.goto(f"{server.url}/{LAB}?lang=es")
    page.locator("#quiz").wait_for()
    part = page.locator(f".st-key-{LAB}-hear-listening-source")
    page.locator(f".st-key-{LAB}-hear-listening-model").get_by_text("dígitos en español").click()
    part.get_by_text("el micrófono").click()
    box = page.get_by_test_id("stAudioInput")
    box.get_by_role("button", name="Record").click()
    page.wait_for_timeout(4000)
    box.get_by_role("button", name="Stop recording").click()
    heard = page.get_by_role("img", name=re.compile("^Se oyó:"))
    heard.wait_for()
    assert heard.get_attribute("aria-label").startswith(f"Se oyó: {' '.join(SAID)}.")
