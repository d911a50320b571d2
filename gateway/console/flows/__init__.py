"""The pages on which a flow is written, translated, tried, approved and published."""
