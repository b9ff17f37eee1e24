// SPDX-License-Identifier: GPL-2.0-or-later
// Linked with the program: what Emscripten's C library does otherwise than POSIX, and the readers of captures need.
mergeInto(LibraryManager.library, {
  // Its own opens the file by its name again, which a temporary file has no longer.
  __syscall_dup: function (fd) {
    return FS.createStream(SYSCALLS.getStreamFromFD(fd), 0).fd;
  },
});
