"""The Symptom Gateway: symptom questions by SMS and voice, scores, and cases that never end in silence."""
