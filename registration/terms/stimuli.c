/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/stimuli.h"

#include "registration/terms/names.h"

static const NameRow button_rows[] = {
    { .number = 0x00, .name = "unused" },
    { .number = 0x01, .name = "redial" },
    { .number = 0x02, .name = "speed dial" },
    { .number = 0x03, .name = "hold" },
    { .number = 0x04, .name = "transfer" },
    { .number = 0x05, .name = "forward all" },
    { .number = 0x06, .name = "forward when busy" },
    { .number = 0x07, .name = "forward when not answered" },
    { .number = 0x08, .name = "display" },
    { .number = 0x09, .name = "line" },
    { .number = 0x0A, .name = "T.120 chat" },
    { .number = 0x0B, .name = "T.120 whiteboard" },
    { .number = 0x0C, .name = "T.120 application sharing" },
    { .number = 0x0D, .name = "T.120 file transfer" },
    { .number = 0x0E, .name = "video" },
    { .number = 0x0F, .name = "voicemail" },
    { .number = 0x10, .name = "answer and release" },
    { .number = 0x11, .name = "auto answer" },
    { .number = 0x12, .name = "select" },
    { .number = 0x13, .name = "feature" },
    { .number = 0x14, .name = "service URL" },
    { .number = 0x15, .name = "speed dial with busy lamp" },
    { .number = 0x1B, .name = "malicious call" },
    { .number = 0x21, .name = "application key B1" },
    { .number = 0x22, .name = "application key B2" },
    { .number = 0x23, .name = "application key B3" },
    { .number = 0x24, .name = "application key B4" },
    { .number = 0x25, .name = "application key B5" },
    { .number = 0x26, .name = "monitor" },
    { .number = 0x7B, .name = "meet-me conference" },
    { .number = 0x7D, .name = "conference" },
    { .number = 0x7E, .name = "park" },
    { .number = 0x7F, .name = "pickup" },
    { .number = 0x80, .name = "group pickup" },
    { .number = 0x81, .name = "mobility" },
    { .number = 0x82, .name = "do not disturb" },
    { .number = 0x83, .name = "conference list" },
    { .number = 0x84, .name = "remove last participant" },
    { .number = 0x85, .name = "quality report" },
    { .number = 0x86, .name = "call back" },
    { .number = 0x87, .name = "other pickup" },
    { .number = 0x88, .name = "video mode" },
    { .number = 0x89, .name = "new call" },
    { .number = 0x8A, .name = "end call" },
    { .number = 0x8B, .name = "hunt group login" },
    { .number = 0x8F, .name = "queue status" },
    { .number = 0xC0, .name = "test E" },
    { .number = 0xC1, .name = "test F" },
    { .number = 0xC2, .name = "messages" },
    { .number = 0xC3, .name = "directories" },
    { .number = 0xC4, .name = "test I" },
    { .number = 0xC5, .name = "application" },
    { .number = 0xC6, .name = "headset" },
    { .number = 0xF0, .name = "keypad" },
    { .number = 0xFD, .name = "echo canceller" },
    { .number = 0xFF, .name = "unused" },
};

const NameTable names_buttons = { button_rows, G_N_ELEMENTS (button_rows) };

const char *button_type_name (guint8 type)
{
    const NameRow *row = name_table_find (&names_buttons, type);
    return row ? row->name : NULL;
}
