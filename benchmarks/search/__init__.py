"""Search at size: a generated corpus, the service beside hand-written SQL, and other engines."""
