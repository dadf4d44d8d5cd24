"""Makes a recording fit to be added to: what a crash left of its last line is cut off."""

from __future__ import annotations

import gzip
import zlib
from io import SEEK_END
from pathlib import Path

from lagtop.errors import RecordingError
from lagtop.outfile import Outfile
from lagtop.record.files import TORN, is_packed, open_to_read

BLOCK = 1 << 16
_HEADER = b"lagtop_record"
_GZIP = 16 + zlib.MAX_WBITS


def mend(path: Path) -> None:
    """Cut off a torn end; raises OSError, OutputError, or RecordingError for no recording."""
    if not path.exists() or not path.stat().st_size or not path.is_file():
        return
    _check_kind(path)
    if is_packed(path):
        _mend_gzip(path)
    else:
        _mend_plain(path)


def _check_kind(path: Path) -> None:
    """Nobody's other file is to be written into."""
    try:
        with open_to_read(path) as file:
            is_recording = _HEADER in file.readline(BLOCK)
    except (gzip.BadGzipFile, *TORN):
        is_recording = False
    if not is_recording:
        raise RecordingError(f"{path} exists and is no recording", "choose another name")


def _mend_plain(path: Path) -> None:
    with path.open("rb+") as file:
        end, last = file.seek(0, SEEK_END), -1
        while end > 0 and last < 0:
            begin = max(0, end - BLOCK)
            file.seek(begin)
            last = file.read(end - begin).rfind(b"\n")
            end = begin
        file.truncate(end + last + 1)


def _mend_gzip(path: Path) -> None:
    """Nothing can be cut out of the middle of gzip: what can be read is written anew."""
    with Outfile(path) as beside:
        if _copy_whole_lines(path, beside):
            beside.keep()


def _copy_whole_lines(path: Path, beside: Outfile) -> bool:
    """Copy every line that has its end; whether anything was torn."""
    packer = zlib.compressobj(wbits=_GZIP)
    is_torn = False
    with open_to_read(path) as old:
        try:
            for line in old:
                if not line.endswith(b"\n"):
                    is_torn = True
                    break
                beside.write(packer.compress(line))
        except (gzip.BadGzipFile, *TORN):
            is_torn = True
    beside.write(packer.flush())
    return is_torn
