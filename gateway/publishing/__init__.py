"""How does what somebody wrote become what people are asked?"""

from gateway.publishing.versions import publish, save_draft, seed

__all__ = ["publish", "save_draft", "seed"]
