# SPDX-License-Identifier: GPL-2.0-or-later
# For the preset "web": Debian's Emscripten, and what web/dependencies has built with it, in the folder of the build.
include (/usr/share/emscripten/cmake/Modules/Platform/Emscripten.cmake)
get_property (is_trial GLOBAL PROPERTY IN_TRY_COMPILE)
if (NOT is_trial)
  list (APPEND CMAKE_FIND_ROOT_PATH ${CMAKE_BINARY_DIR}/deps)
  set (ENV{PKG_CONFIG_LIBDIR} ${CMAKE_BINARY_DIR}/deps/lib/pkgconfig)
endif ()
