"""What a help article is made of: Markdown in, safe HTML, plain text, anchors and passages out.

Nothing here knows the database. ``markdown.render_markdown`` and ``passages.split_passages`` read
the same token stream (``document.parse_document``), which is why a passage's anchor always exists
on the page.
"""
