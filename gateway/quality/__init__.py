"""What the gateway has done, in rows that can be counted: steps of cases, safety events, each doctor's part."""
