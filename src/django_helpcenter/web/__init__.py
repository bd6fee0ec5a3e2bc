"""The reader pages: server-rendered, usable without JavaScript."""
