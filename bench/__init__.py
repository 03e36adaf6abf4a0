"""Speed and memory, side by side with peers or with the limit. Nothing here passes or fails."""
