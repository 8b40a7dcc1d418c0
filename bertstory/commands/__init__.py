"""What the command `bertstory` can do, and the flags it shares with `%%tell`."""
