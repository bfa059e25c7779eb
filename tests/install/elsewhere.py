"""Runs the command line as on a system that lacks what this one has: `python elsewhere.py SYSTEM ARGUMENT…`.

SYSTEM is what `sys.platform` says there. What only POSIX has is hidden: modules cannot be imported, names of `os` and
`signal` are gone, and on Windows a rename never replaces, nor does it move a folder in which a file is open. Locks of
Windows are made of those of this system. Without arguments every module of the project is imported.
"""

import importlib
import importlib.abc
import os
import pkgutil
import signal
import sys
import types
from pathlib import Path

MODULES = {"fcntl", "pwd", "grp", "resource", "termios", "tty", "pty", "posix", "syslog", "readline", "curses", "crypt"}
NAMES = ("fork", "getuid", "geteuid", "getgid", "chown", "fchmod", "fchown", "mkfifo", "setuid", "uname", "sysconf",
         "O_NOFOLLOW", "O_DIRECTORY", "O_CLOEXEC", "getloadavg", "killpg", "statvfs", "sched_getaffinity")  # fmt: skip
SIGNALS = ("SIGHUP", "SIGALRM", "SIGKILL", "SIGUSR1", "SIGPIPE", "alarm", "setitimer", "pthread_sigmask")
# what is imported only when a command runs; the rest comes with our modules
OTHERS = ("rich.console", "rich.progress", "rich.table", "rich.tree", "rich.live", "rich.status", "rich.pretty",
          "xlsxwriter", "python_calamine", "z3", "pyarrow", "uuid", "asyncio", "multiprocessing", "jinja2")  # fmt: skip


class Hidden(importlib.abc.MetaPathFinder):
    def find_spec(self, name: str, *_: object) -> None:
        if name in MODULES:
            raise ImportError(f"No module named {name!r} on {sys.platform}")


def hide(system: str) -> None:
    locks = windows_locks() if system == "win32" else None
    for name in (*ours(), *OTHERS):
        importlib.import_module(name)  # what belongs to others knows by now on which system it is
    for name in [name for name in sys.modules if name.partition(".")[0] == "incentives"]:
        del sys.modules[name]
    for name in MODULES if system == "win32" else ():
        sys.modules.pop(name, None)
    if system == "win32":
        sys.meta_path.insert(0, Hidden())
        sys.modules["msvcrt"] = locks
        for owner, names in ((os, NAMES), (signal, SIGNALS)):
            for name in names:
                if hasattr(owner, name):
                    delattr(owner, name)
        inner = os.rename
        os.rename = lambda old, new, **how: renamed(inner, Path(old), Path(new), **how)
    sys.platform = system


def renamed(inner, old: Path, new: Path, **how) -> None:
    if new.exists():
        raise FileExistsError(17, "Cannot create a file when that file already exists", str(old))
    opened = os.environ.get("OPENED")  # a file that another program has open
    if opened and Path(opened).is_relative_to(old.absolute()):
        error = PermissionError(13, "The process cannot access the file", str(old))
        error.winerror = 32
        raise error
    inner(old, new, **how)


def windows_locks() -> types.ModuleType:
    import fcntl

    made = types.ModuleType("msvcrt")
    made.LK_LOCK, made.LK_NBLCK = 1, 2
    made.locking = lambda handle, mode, _: fcntl.flock(
        handle, fcntl.LOCK_EX | (fcntl.LOCK_NB if mode == made.LK_NBLCK else 0)
    )
    return made


def ours() -> list[str]:
    import incentives

    names = [module.name for module in pkgutil.walk_packages(incentives.__path__, "incentives.")]
    return [name for name in names if name != "incentives.__main__"]  # that one runs a command


if __name__ == "__main__":
    hide(sys.argv.pop(1))
    if sys.argv[1:]:
        importlib.import_module("incentives.cli").main()
    else:
        for name in ours():
            importlib.import_module(name)
        print("all imported")
