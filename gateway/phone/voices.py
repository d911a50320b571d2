"""Which of the provider's voices speaks which of our languages?"""

from gateway.core.words import Voice

# Twilio's words for languages: https://www.twilio.com/docs/voice/twiml/say and its page on text-to-speech, and the
# languages in twilio-java's Say.java; vi-VN by the list of voices, where only Google's speak it. Seen on 2026-11-22.
# The pages say themselves that voices come and go: look again before a language is used for the first time. No voice
# is named, so that the account's own choice for a language is used: a wrong pair makes the whole verb fail.
PROVIDERS = {
    "en": Voice("en-US"),
    "zh_CN": Voice("zh-CN"),
    "es": Voice("es-MX"),
    "fr": Voice("fr-FR"),
    "pt": Voice("pt-BR"),
    "vi": Voice("vi-VN"),
    "hi": Voice("hi-IN"),
    "ar": Voice("arb"),
    # sw: in none of those lists (Twilio hears Swahili, it doesn't speak it). Whoever finds a voice names it in
    # locales/sw/voice.yaml; until then Swahili is spoken by recordings or not at all.
}


def of(language: str, chosen: Voice | None = None) -> Voice | None:
    """The site's own choice goes first. None: this language has no voice."""
    return chosen or PROVIDERS.get(language)
