"""The links in articles: what links where, and which of them lead nowhere.

* ``site_addresses``: which page of the help center an address means
* ``targets``: what has become of these pages, many at once
* ``problems``: what a writer is told of the links in one article
* ``incoming``: which articles link to an article, read from the texts as they are now
* ``collecting``: the addresses of all articles, kept with what is known of them
* ``outcomes``: what an answer says about an address, and when it is asked again
* ``checking``: a run through all addresses of a tenant
* ``service``: what people do with broken links
"""
