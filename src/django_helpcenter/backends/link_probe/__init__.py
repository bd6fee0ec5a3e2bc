"""Asks other hosts whether an address still works, and nothing that is not public.

The addresses stand in texts that anybody with an account may write, so this is where a server could
be made to reach into its own network. ``guard`` says what may be asked; ``connection`` connects to
the very IP address that the guard has looked at, so that a name cannot mean another one meanwhile;
``probe`` follows redirects, and has each of them looked at again. No proxy, cookie, credential or
netrc of the machine takes part: this uses sockets and the parser of ``http.client``, no client
library with an opinion on these.
"""

from __future__ import annotations

from django_helpcenter.backends.link_probe.guard import Guard, Refused
from django_helpcenter.backends.link_probe.probe import ProbeLimits, ProbeResult, probe

__all__ = ["Guard", "ProbeLimits", "ProbeResult", "Refused", "probe"]
