"""The errors that lagtop expects, as a tree; anything else is a bug and crashes.

LagtopError
  UsageError          the command line, a profile or the environment is wrong   exit 64
  UnreachableError    no broker of the cluster could be talked to              exit 69
    AccessError       a guard of the cluster, or a key for it, refuses us      exit 69
      HandshakeError  TLS refuses, before any password was shown               exit 69
  RecordingError      a recording cannot be read                               exit 64
  OutputError         a file or stdout cannot be written                       exit 73
"""

from __future__ import annotations

from pathlib import Path

EXIT_OK = 0
EXIT_WARNING = 1
EXIT_CRITICAL = 2
EXIT_UNKNOWN = 3
EXIT_USAGE = 64
EXIT_UNREACHABLE = 69
EXIT_OUTPUT = 73
EXIT_INTERRUPTED = 130


class LagtopError(Exception):
    """What went wrong in a sentence, and in `hint` what to do about it."""

    exit_code = 1

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    @property
    def told(self) -> str:
        """Both on one line."""
        return f"{self.what}; {self.hint}" if self.hint else self.what


class UsageError(LagtopError):
    """The caller asked for something that cannot be."""

    exit_code = EXIT_USAGE


class UnreachableError(LagtopError):
    """No broker could be talked to."""

    exit_code = EXIT_UNREACHABLE


class AccessError(UnreachableError):
    """Somebody is there, but we may not come in: TLS, SASL, a token, or a key of ours."""


class HandshakeError(AccessError):
    """One side does not like the other's certificate; to try again costs no account a strike."""


class RecordingError(LagtopError):
    """A recording that cannot be read."""

    exit_code = EXIT_USAGE


class OutputError(LagtopError):
    """What lagtop was to write could not be written."""

    exit_code = EXIT_OUTPUT


def unwritable(path: Path | str, error: OSError) -> OutputError:
    """What to tell when a file or a stream cannot be written."""
    return OutputError(f"{path} cannot be written: {error.strerror or error}")
