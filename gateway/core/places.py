"""Under which name does a translator find each sentence of a flow?"""

from collections.abc import Iterator

from gateway.core.flow import Ask, Flow, Say


def place(flow: Flow, step: Ask | Say, part: str = "") -> str:
    """`weekly-check/pain`, `weekly-check/pain/lowest`: the msgctxt. An inserted step keeps the flow that wrote it.

    The five words of a scale stand among the shared words, but for the ends, which are the question's own.
    """
    if isinstance(step, Ask) and step.numbers and part.startswith("choice."):
        return _five(flow, step, int(part.removeprefix("choice.")))
    if isinstance(step, Ask) and part.startswith("label."):  # once for a scale, however many questions use it
        return f"{step.of or flow.flow}/scales/{step.scale}/{part}"
    origin = (isinstance(step, Ask) and step.of) or flow.flow
    return f"{origin}/{step.id}/{part}" if part else f"{origin}/{step.id}"


def word(flow: Flow, name: str) -> tuple[str, str] | None:
    """Place and written text of a word: the flow's own, else the shared one, else None."""
    if name in flow.words:
        return f"{flow.flow}/words/{name}", flow.words[name]
    return (f"shared/{name}", flow.shared[name]) if name in flow.shared else None


def texts(flow: Flow) -> Iterator[tuple[str, str]]:
    """Every sentence that is said, with its place: title, own words, steps in order, then the shared words it uses."""
    yield f"{flow.flow}/title", flow.title
    yield from ((f"{flow.flow}/words/{name}", written) for name, written in flow.words.items())
    for step, _ in flow.every_step():
        yield from _of_step(flow, step)
    yield from ((f"shared/{name}", written) for name, written in flow.shared.items() if name not in flow.words)


def _of_step(flow: Flow, step: Ask | Say) -> Iterator[tuple[str, str]]:
    yield place(flow, step), step.text
    parts: dict[str, str | None] = {"sms": step.sms, "voice": step.voice}
    if isinstance(step, Ask):
        parts |= {"name": step.name, "lowest": step.lowest, "middle": step.middle, "highest": step.highest}
        parts |= {f"choice.{number}": label for number, label in step.choices.items()}
        parts |= {f"voice_each.{number}": sign for number, sign in enumerate(step.voice_each)}
        parts |= {f"label.{number}": label for number, label in _labels(flow, step).items()}
        if step.re_check:  # another text for the same place: once inserted it is the step's text
            yield place(flow, step), step.re_check
    yield from ((place(flow, step, part), written) for part, written in parts.items() if written)


def _labels(flow: Flow, step: Ask) -> dict[int, str]:
    scale = flow.scales.get(step.scale or "")
    return scale.labels if scale else {}


def _five(flow: Flow, step: Ask, number: int) -> str:
    ends = {1: "lowest", len(step.numbers): "highest"}
    if (end := ends.get(number)) and getattr(step, end):
        return place(flow, step, end)
    found = word(flow, f"five_{number}")
    return found[0] if found else ""
