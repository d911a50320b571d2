"""Published questionnaires: what they ask, who allows it, and what their answers score."""
