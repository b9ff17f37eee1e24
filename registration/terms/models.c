/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/models.h"

#include "registration/terms/names.h"

#include <string.h>

enum {
    MEDIA_RESOURCE = 1 << 0,
    NO_LINES = 1 << 1, /* has no directory number, and needs none */
    GATEWAY = 1 << 2,  /* a gateway or one of its ports */
};

/* The call manager's own list of models (the number of an SCCP RegisterReq, of a SIP phone's "model" and of
 * "loadInformation<number>" in XMLDefault.cnf.xml). Wireshark calls 309 a 7961G-GE; that one is 308. */
static const NameRow rows[] = {
    { .number = 1, .name = "30 SP+" },
    { .number = 2, .name = "12 SP+" },
    { .number = 3, .name = "12 SP" },
    { .number = 4, .name = "12 S" },
    { .number = 5, .name = "30 VIP" },
    { .number = 6, .name = "7910" },
    { .number = 7, .name = "7960" },
    { .number = 8, .name = "7940" },
    { .number = 9, .name = "7935" },
    { .number = 10, .name = "VGC phone", .flags = GATEWAY },
    { .number = 11, .name = "VGC virtual phone", .flags = NO_LINES | GATEWAY },
    { .number = 12, .name = "ATA 186" },
    { .number = 13, .name = "ATA 188" },
    { .number = 15, .name = "EMCC base phone" },
    { .number = 20, .name = "SCCP phone" },
    { .number = 21, .name = "phone application" },
    { .number = 30, .name = "analog access gateway", .flags = NO_LINES | GATEWAY },
    { .number = 40, .name = "digital access gateway", .flags = NO_LINES | GATEWAY },
    { .number = 41, .name = "digital access T1 gateway", .flags = NO_LINES | GATEWAY },
    { .number = 42, .name = "digital access gateway (DT-24+)", .flags = NO_LINES | GATEWAY },
    { .number = 43, .name = "digital access gateway (WS-X6608)", .flags = NO_LINES | GATEWAY },
    { .number = 47, .name = "analog access gateway (WS-X6624)", .flags = NO_LINES | GATEWAY },
    { .number = 48, .name = "VGC gateway", .flags = NO_LINES | GATEWAY },
    { .number = 50, .name = "software conference bridge", .flags = MEDIA_RESOURCE },
    { .number = 51, .name = "hardware conference bridge (WS-X6608)", .flags = MEDIA_RESOURCE },
    { .number = 52, .name = "IOS conference bridge", .flags = MEDIA_RESOURCE },
    { .number = 53, .name = "conference bridge (WS-SVC-CMM)", .flags = MEDIA_RESOURCE },
    { .number = 60, .name = "H.225 trunk", .flags = NO_LINES },
    { .number = 61, .name = "H.323 phone" },
    { .number = 62, .name = "H.323 gateway", .flags = NO_LINES | GATEWAY },
    { .number = 70, .name = "music on hold server", .flags = MEDIA_RESOURCE },
    { .number = 71, .name = "attendant console pilot" },
    { .number = 72, .name = "CTI port" },
    { .number = 73, .name = "CTI route point" },
    { .number = 80, .name = "voice mail port" },
    { .number = 81, .name = "voice mail administration" },
    { .number = 82, .name = "line annunciator", .flags = MEDIA_RESOURCE },
    { .number = 83, .name = "IOS software MTP", .flags = MEDIA_RESOURCE },
    { .number = 84, .name = "media server (WS-SVC-CMM-MS)", .flags = MEDIA_RESOURCE },
    { .number = 85, .name = "video conference bridge (IPVC-35xx)", .flags = MEDIA_RESOURCE },
    { .number = 86, .name = "IOS heterogeneous video conference bridge", .flags = MEDIA_RESOURCE },
    { .number = 87, .name = "IOS guaranteed audio video conference bridge", .flags = MEDIA_RESOURCE },
    { .number = 88, .name = "IOS homogeneous video conference bridge", .flags = MEDIA_RESOURCE },
    { .number = 90, .name = "route list", .flags = NO_LINES },
    { .number = 100, .name = "load simulator" },
    { .number = 110, .name = "software MTP", .flags = MEDIA_RESOURCE },
    { .number = 111, .name = "hardware MTP or transcoder (WS-X6608)", .flags = MEDIA_RESOURCE },
    { .number = 112, .name = "IOS MTP or transcoder", .flags = MEDIA_RESOURCE },
    { .number = 113, .name = "MTP or transcoder (WS-SVC-CMM)", .flags = MEDIA_RESOURCE },
    { .number = 115, .name = "7941" },
    { .number = 119, .name = "7971" },
    { .number = 120, .name = "MGCP station", .flags = NO_LINES },
    { .number = 121, .name = "MGCP trunk", .flags = NO_LINES },
    { .number = 122, .name = "gatekeeper", .flags = NO_LINES },
    { .number = 124, .name = "7914 expansion module", .flags = NO_LINES },
    { .number = 125, .name = "trunk", .flags = NO_LINES },
    { .number = 126, .name = "annunciator", .flags = MEDIA_RESOURCE },
    { .number = 127, .name = "monitor bridge", .flags = MEDIA_RESOURCE },
    { .number = 128, .name = "recorder", .flags = MEDIA_RESOURCE },
    { .number = 129, .name = "hardware monitor bridge", .flags = MEDIA_RESOURCE },
    { .number = 131, .name = "SIP trunk", .flags = NO_LINES },
    { .number = 132, .name = "SIP gateway", .flags = NO_LINES },
    { .number = 133, .name = "WSM trunk", .flags = NO_LINES },
    { .number = 134, .name = "remote destination profile", .flags = NO_LINES },
    { .number = 227, .name = "7915 expansion module (12 keys)", .flags = NO_LINES },
    { .number = 228, .name = "7915 expansion module (24 keys)", .flags = NO_LINES },
    { .number = 229, .name = "7916 expansion module (12 keys)", .flags = NO_LINES },
    { .number = 230, .name = "7916 expansion module (24 keys)", .flags = NO_LINES },
    { .number = 253, .name = "SPA8800" },
    { .number = 254, .name = "unknown MGCP gateway", .flags = NO_LINES },
    { .number = 275, .name = "Nokia E series" },
    { .number = 302, .name = "7985" },
    { .number = 307, .name = "7911" },
    { .number = 308, .name = "7961G-GE" },
    { .number = 309, .name = "7941G-GE" },
    { .number = 335, .name = "Motorola CN622" },
    { .number = 336, .name = "third-party SIP phone (basic)" },
    { .number = 348, .name = "7931" },
    { .number = 358, .name = "Unified Personal Communicator" },
    { .number = 365, .name = "7921" },
    { .number = 369, .name = "7906" },
    { .number = 374, .name = "third-party SIP phone (advanced)" },
    { .number = 375, .name = "TelePresence" },
    { .number = 376, .name = "Nokia S60" },
    { .number = 404, .name = "7962" },
    { .number = 412, .name = "3951" },
    { .number = 431, .name = "7937" },
    { .number = 434, .name = "7942" },
    { .number = 435, .name = "7945" },
    { .number = 436, .name = "7965" },
    { .number = 437, .name = "7975" },
    { .number = 446, .name = "3911" },
    { .number = 468, .name = "Unified Mobile Communicator" },
    { .number = 478, .name = "TelePresence 1000" },
    { .number = 479, .name = "TelePresence 3000" },
    { .number = 480, .name = "TelePresence 3200" },
    { .number = 481, .name = "TelePresence 500-37" },
    { .number = 484, .name = "7925" },
    { .number = 493, .name = "9971" },
    { .number = 495, .name = "6921" },
    { .number = 496, .name = "6941" },
    { .number = 497, .name = "6961" },
    { .number = 503, .name = "Jabber (CSF)" },
    { .number = 505, .name = "TelePresence 1300-65" },
    { .number = 520, .name = "TelePresence 1100" },
    { .number = 537, .name = "9951" },
    { .number = 540, .name = "8961" },
    { .number = 547, .name = "6901" },
    { .number = 548, .name = "6911" },
    { .number = 550, .name = "ATA 187" },
    { .number = 557, .name = "TelePresence 200" },
    { .number = 558, .name = "TelePresence 400" },
    { .number = 562, .name = "Jabber for iPhone" },
    { .number = 564, .name = "6945" },
    { .number = 575, .name = "Jabber for Android" },
    { .number = 577, .name = "7926" },
    { .number = 580, .name = "E20" },
    { .number = 584, .name = "TelePresence EX90" },
    { .number = 585, .name = "8945" },
    { .number = 586, .name = "8941" },
    { .number = 590, .name = "TelePresence 500-32" },
    { .number = 591, .name = "TelePresence 1300-47" },
    { .number = 592, .name = "3905" },
    { .number = 593, .name = "Cius" },
    { .number = 596, .name = "TelePresence TX1310-65" },
    { .number = 597, .name = "TelePresence MCU", .flags = MEDIA_RESOURCE },
    { .number = 599, .name = "TelePresence Exchange" },
    { .number = 600, .name = "TelePresence software conference bridge", .flags = MEDIA_RESOURCE },
    { .number = 604, .name = "TelePresence EX60" },
    { .number = 606, .name = "TelePresence C90" },
    { .number = 607, .name = "TelePresence C60" },
    { .number = 608, .name = "TelePresence C40" },
    { .number = 609, .name = "TelePresence C20" },
    { .number = 617, .name = "TelePresence MX200" },
    { .number = 619, .name = "TelePresence TX9000" },
    { .number = 620, .name = "TelePresence TX9200" },
    { .number = 621, .name = "7821" },
    { .number = 622, .name = "7841" },
    { .number = 623, .name = "7861" },
    { .number = 626, .name = "TelePresence SX20" },
    { .number = 627, .name = "TelePresence MX300" },
    { .number = 631, .name = "third-party AS-SIP phone" },
    { .number = 635, .name = "CTI remote device" },
    { .number = 642, .name = "carrier-integrated mobile" },
    { .number = 647, .name = "DX650" },
    { .number = 652, .name = "Jabber for Tablet" },
    { .number = 659, .name = "8831" },
    { .number = 681, .name = "ATA 190" },
    { .number = 682, .name = "TelePresence SX10" },
    { .number = 683, .name = "8841" },
    { .number = 684, .name = "8851" },
    { .number = 685, .name = "8861" },
    { .number = 688, .name = "TelePresence SX80" },
    { .number = 689, .name = "TelePresence MX200 G2" },
    { .number = 690, .name = "TelePresence MX300 G2" },
    { .number = 20000, .name = "7905" },
    { .number = 30002, .name = "7920" },
    { .number = 30006, .name = "7970" },
    { .number = 30007, .name = "7912" },
    { .number = 30008, .name = "7902" },
    { .number = 30016, .name = "IP Communicator" },
    { .number = 30018, .name = "7961" },
    { .number = 30019, .name = "7936" },
    { .number = 30027, .name = "analog phone", .flags = GATEWAY },
    { .number = 30028, .name = "ISDN BRI phone", .flags = GATEWAY },
    { .number = 30032, .name = "SCCP gateway virtual phone", .flags = NO_LINES | GATEWAY },
    { .number = 30035, .name = "IP-STE" },
    { .number = 36041, .name = "TelePresence Conductor" },
    { .number = 36042, .name = "DX80" },
    { .number = 36043, .name = "DX70" },
    { .number = 36207, .name = "TelePresence MX700" },
    { .number = 36208, .name = "TelePresence MX800" },
    { .number = 36210, .name = "TelePresence IX5000" },
    { .number = 36213, .name = "7811" },
    { .number = 36216, .name = "8821" },
    { .number = 36217, .name = "8811" },
    { .number = 36219, .name = "interactive voice response", .flags = MEDIA_RESOURCE },
    { .number = 36224, .name = "8845" },
    { .number = 36225, .name = "8865" },
    { .number = 36232, .name = "8851NR" },
    { .number = 36239, .name = "Webex DX80" },
    { .number = 36241, .name = "TelePresence DX70" },
    { .number = 36247, .name = "7832" },
    { .number = 36248, .name = "8865NR" },
    { .number = 36258, .name = "8832" },
    { .number = 36260, .name = "8832NR" },
    { .number = 36262, .name = "ATA 191" },
    { .number = 36319, .name = "860" },
    { .number = 36320, .name = "840" },
    { .number = 36336, .name = "8875" },
    { .number = 36337, .name = "8875NR" },
    { .number = 80000, .name = "SPA521S" },
    { .number = 80003, .name = "SPA502G" },
    { .number = 80004, .name = "SPA504G" },
    { .number = 80005, .name = "SPA525G" },
    { .number = 80007, .name = "SPA509G" },
    { .number = 80009, .name = "SPA525G2" },
    { .number = 80011, .name = "SPA303G" },
};

const NameTable names_models = { rows, G_N_ELEMENTS (rows) };

static guint flags_of (guint32 device_type)
{
    const NameRow *row = name_table_find (&names_models, device_type);
    return row ? row->flags : 0;
}

const char *model_name (guint32 device_type)
{
    const NameRow *row = name_table_find (&names_models, device_type);
    return row ? row->name : NULL;
}

/* What is behind the first "IP Phone " of a Cisco device, or all of an order number ("CP-…"). */
static View text_from_model (View text)
{
    static const char maker[] = "Cisco", phone[] = " IP Phone ", order_number[] = "CP-";
    const gsize maker_size = sizeof maker - 1, phone_size = sizeof phone - 1;

    if (text.size > sizeof order_number - 1 && memcmp (text.data, order_number, sizeof order_number - 1) == 0)
        return text;
    if (text.size < maker_size || memcmp (text.data, maker, maker_size) != 0)
        return (View){ NULL, 0 };
    for (gsize i = maker_size; i + phone_size < text.size; i++)
        if (memcmp (text.data + i, phone, phone_size) == 0)
            return (View){ text.data + i + phone_size, text.size - i - phone_size };
    return (View){ NULL, 0 };
}

View model_in_text (View text)
{
    View model = text_from_model (text);
    gsize size = 0;

    if (model.size > 3 && memcmp (model.data, "CP-", 3) == 0)
        model = (View){ model.data + 3, model.size - 3 };
    while (size < model.size && (g_ascii_isalnum (model.data[size]) || model.data[size] == '-'))
        size++;
    /* Call managers and people leave it out: the CP-7941G is the 7941. */
    if (size > 1 && model.data[size - 1] == 'G' && g_ascii_isdigit (model.data[0]) &&
        g_ascii_isdigit (model.data[size - 2]))
        size--;
    return (View){ model.data, size };
}

gboolean model_is_media_resource (guint32 device_type)
{
    return (flags_of (device_type) & MEDIA_RESOURCE) != 0;
}

gboolean model_is_gateway (guint32 device_type)
{
    return (flags_of (device_type) & GATEWAY) != 0;
}

gboolean model_has_lines (guint32 device_type)
{
    return (flags_of (device_type) & (MEDIA_RESOURCE | NO_LINES)) == 0;
}

gboolean model_sip_capabilities (const char *model, gsize size, SipCapabilities *ret_capabilities)
{
    static const struct {
        const char *model;
        SipCapabilities capabilities;
    } table[] = {
        { "7905", { FALSE, FALSE } }, { "7911", { TRUE, TRUE } }, { "7912", { FALSE, FALSE } },
        { "7940", { FALSE, TRUE } },  { "7941", { TRUE, TRUE } }, { "7960", { FALSE, TRUE } },
        { "7961", { TRUE, TRUE } },   { "7970", { TRUE, TRUE } }, { "7971", { TRUE, TRUE } },
    };

    for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
        if (strlen (table[i].model) == size && memcmp (table[i].model, model, size) == 0) {
            *ret_capabilities = table[i].capabilities;
            return TRUE;
        }
    }
    return FALSE;
}
