"""`python -m tests.sip [en|zh]`: one real call, printed as it went."""

import sys
import tempfile
from pathlib import Path

from tests.sip import speech
from tests.sip.baresip import is_installed
from tests.sip.real_call import real_call
from tests.sip.turns import NUMBERS, PATIENT, TURNS


def main(language: str = "en") -> None:
    if not is_installed():
        sys.exit("baresip or espeak-ng is missing: apt-get install baresip-core espeak-ng")
    code = PATIENT[language]
    with tempfile.TemporaryDirectory(prefix="call-") as folder, real_call(Path(folder), NUMBERS[code]) as call:
        call.play(code, TURNS[language])
        heard = speech.loudness(call.phone.heard())
    print("\n".join(call.transcript()))
    length, loud = len(heard) * speech.FRAME, speech.seconds_loud(heard)
    print(f"\n{length:.0f} s, {len(call.of('pressed'))} keys, {loud:.0f} s of speech heard.")


if __name__ == "__main__":
    main(*sys.argv[1:])
