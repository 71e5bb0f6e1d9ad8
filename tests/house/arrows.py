"""The arrows of the house: which folder may include which, and which rooms may touch the world.

A room is a folder (or a header and its source) named in MAY_INCLUDE; a file belongs to the longest room that its path starts with.
"""

import re

PURE_CODEC = ["base", "bitstream", "syntax", "picture", "kernels", "state", "decoder", "encoder", "quality"]


def _codec(*rooms):
    return {f"codec/{room}" for room in rooms}


def _transport(*rooms):
    return {f"transport/{room}" for room in rooms} | {"codec/base"}


# A plain value with no session behind it: sockets and emulated links name peers by it too.
_ADDRESS = {"transport/session/address"}
_PROTOCOL = _ADDRESS | _transport("wire", "crypto", "parity", "packetizer", "reassembly", "rate", "pacing", "recovery", "session")
_CODEC = _codec(*PURE_CODEC, "container", "media")
_SIDE = _CODEC | _PROTOCOL | _transport("udp")

# Room -> rooms whose headers it may include (its own always). "*" sees all.
MAY_INCLUDE = {
    "codec/base": set(),
    "codec/bitstream": _codec("base"),
    "codec/picture": _codec("base"),
    "codec/syntax": _codec("base", "bitstream", "picture"),
    "codec/kernels": _codec("base", "bitstream", "picture", "syntax"),
    "codec/state": _codec("base", "bitstream", "picture", "syntax"),
    "codec/decoder": _codec("base", "bitstream", "picture", "syntax", "kernels", "state"),
    "codec/quality": _codec("base", "picture", "kernels"),
    "codec/encoder": _codec("base", "bitstream", "picture", "syntax", "kernels", "state", "decoder", "quality"),
    "codec/container": _codec("base", "picture"),
    "codec/media": _codec("base", "picture", "container"),
    "transport/wire": _transport(),
    "transport/crypto": _transport("wire"),
    "transport/rate": _transport("wire"),
    "transport/pacing": _transport("wire"),
    "transport/packetizer": _transport("wire", "parity"),
    "transport/parity": _transport("wire"),
    "transport/reassembly": _transport("wire", "parity"),
    "transport/recovery": _transport("wire"),
    "transport/session": _PROTOCOL,
    "transport/session/address": _transport(),
    "transport/udp": _transport("wire") | _ADDRESS,
    "transport/link": _transport("wire", "udp") | _ADDRESS,
    "sender": _SIDE,
    "receiver": _SIDE,
    "cloudenc": _CODEC,
    "tools": {"*"},
    "tests": {"*"},
}

# Headers and calls that reach out of a function's arguments: files, sockets, threads, clocks, the environment.
_FILES = {"fstream", "filesystem", "iostream", "fcntl.h", "sys/stat.h", "sys/mman.h", "unistd.h"}
_SOCKETS = {"uv.h", "netdb.h", "poll.h"}
_SOCKET_FOLDERS = ("netinet/", "arpa/", "sys/socket", "sys/epoll", "sys/timerfd")
_THREADS = {"thread", "future", "pthread.h"}
_CLOCKS = {"ctime", "time.h", "sys/time.h"}
_WORLD_CALLS = re.compile(
    r"\b(steady_clock|system_clock|high_resolution_clock|clock_gettime|gettimeofday|getenv|"
    r"random_device|sleep_for|sleep_until|nanosleep)\b|\bstd::(thread|jthread|async)\b"
)
_FILE_CALLS = re.compile(r"\bf(open|read|write)\b")

# Rooms without a clock, sockets, files or threads of their own; two of them read files.
PURE_ROOMS = {f"codec/{room}" for room in PURE_CODEC} | (_PROTOCOL - {"codec/base"} - _ADDRESS) | {"transport/link"}
FILE_ROOMS = {
    "transport/link",  # reads recorded traces
    "transport/crypto",  # key files of mode 0600
}
FILE_READERS = {
    "transport/session/link_source.cc",  # a link from @FILE or stdin, so that it need not stand in argv
}
# $SKIRRET_KERNELS picks an instruction set, which changes no result: tests and benchmarks force one by it.
ENVIRONMENT_READER = "codec/kernels"
TIME_TYPE = "codec/base/time.hh"  # durations; its clock cannot be read
# <uv.h> stands in one room only.
UV_ROOM = "transport/udp"

_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def room_of(path):
    """The room that a path (from the repository's root) belongs to, or None."""
    fitting = [room for room in MAY_INCLUDE if path.startswith((room + "/", room + "."))]
    return max(fitting, key=len) if fitting else None


def _without_comments(text):
    text = re.sub(r"/\*.*?\*/", lambda match: "\n" * match.group(0).count("\n"), text, flags=re.S)
    return re.sub(r"//[^\n]*", "", text)


def _reaches_out(path, room, header):
    if room not in PURE_ROOMS:
        return False
    if header == "chrono":
        return room.startswith("codec/") and path != TIME_TYPE  # protocol rooms name durations by it
    if header in _FILES:
        return room not in FILE_ROOMS and path not in FILE_READERS
    return header in _SOCKETS | _THREADS | _CLOCKS or header.startswith(_SOCKET_FOLDERS)


def _call_that_reaches_out(room, line):
    if room not in PURE_ROOMS:
        return None
    call = _WORLD_CALLS.search(line)
    if call and call.group(0) == "getenv" and room == ENVIRONMENT_READER:
        call = None
    return call or (None if room in FILE_ROOMS else _FILE_CALLS.search(line))


def _include_faults(path, room, kind, header, exists):
    if header == "uv.h" and room != UV_ROOM:
        yield f"includes <uv.h>, which only {UV_ROOM} may"
    elif kind == "<":
        if _reaches_out(path, room, header):
            yield f"includes <{header}>, but {room} reaches no files, sockets, threads or clocks"
    elif header.endswith(".cc"):
        yield f'includes the source file "{header}"'
    else:
        target = room_of(header)
        if target is None:
            if not exists(header):
                yield f'includes "{header}", which is not written from the repository\'s root'
        elif target != room and "*" not in MAY_INCLUDE[room] and target not in MAY_INCLUDE[room]:
            yield f'includes "{header}": no arrow from {room} to {target}'


def faults_of(path, text, exists=lambda header: False):
    """Every broken arrow in one file, as 'path:line: what'. `exists` says whether a header outside all rooms is there."""
    room = room_of(path)
    if room is None:
        return [f"{path}:1: stands in no room; add its folder to tests/house/arrows.py"]
    found = []
    for number, line in enumerate(_without_comments(text).splitlines(), 1):
        include = _INCLUDE.match(line)
        if include:
            found += [f"{path}:{number}: {fault}" for fault in _include_faults(path, room, *include.groups(), exists)]
            continue
        call = _call_that_reaches_out(room, line)
        if call:
            found.append(f"{path}:{number}: uses {call.group(0)}, but {room} is handed all it knows")
        if path.endswith(".hh") and re.match(r"\s*using\s+namespace\b", line):
            found.append(f"{path}:{number}: using namespace in a header")
    return found
