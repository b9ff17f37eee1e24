/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Every difference between the Wireshark versions that we build against (4.0, 4.4 and 4.6) stands in this file. */

#include <ws_version.h>

#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/stat_groups.h>
#include <epan/tap.h>
#include <wiretap/wtap.h>

#define WIRESHARK_AT_LEAST(major, minor)                                                                               \
    (WIRESHARK_VERSION_MAJOR > (major) || (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* What a boolean preference points to. */
#if WIRESHARK_AT_LEAST(4, 4)
typedef bool PrefBool;
#else
typedef gboolean PrefBool;
#endif

/* What a conversation filter's functions are given and give. */
#if WIRESHARK_AT_LEAST(4, 4)
typedef bool FilterBool;
#define FILTER_ARGUMENTS packet_info *pinfo, void *user_data _U_
#define compat_register_conversation_filter(proto, name, is_valid, build)                                              \
    register_conversation_filter (proto, name, is_valid, build, NULL)
#else
typedef gboolean FilterBool;
#define FILTER_ARGUMENTS                    packet_info *pinfo
#define compat_register_conversation_filter register_conversation_filter
#endif

/* Where the Telephony menu is. */
#if WIRESHARK_AT_LEAST(4, 4)
#define TELEPHONY_GROUP REGISTER_TELEPHONY_GROUP_UNSORTED
#else
#define TELEPHONY_GROUP REGISTER_STAT_GROUP_TELEPHONY
#endif

/* What the start of a -z without a table gives: whether it has started. */
#if WIRESHARK_AT_LEAST(4, 6)
typedef bool TapStarted;
#define TAP_STARTED true
#else
typedef void TapStarted;
#define TAP_STARTED
#endif

/* What a frame's octets have become (reassembled, decrypted): the one of this name or NULL, and a text for people that
 * begins with its name, to be freed with wmem_free (NULL, …). */
#if WIRESHARK_AT_LEAST(4, 6)
#define compat_data_source_text get_data_source_description
static inline tvbuff_t *compat_data_source_tvb (packet_info *pinfo, const char *name)
{
    struct data_source *source = get_data_source_by_name (pinfo, name);
    return source ? get_data_source_tvb (source) : NULL;
}
#else
#define compat_data_source_text get_data_source_name
#define compat_data_source_tvb  get_data_source_tvb_by_name
#endif

/* The part of epan/sequence_analysis.h (not installed) that we use: of these structures Wireshark makes the objects,
 * and has more members behind these. tests/plugin/sequence_layout.c fails when Wireshark lays them out otherwise. */
#if WIRESHARK_AT_LEAST(4, 7)
#error "Compare epan/sequence_analysis.h of this Wireshark with the declarations below, then raise this number."
#endif

#if WIRESHARK_AT_LEAST(4, 4)
typedef bool SequenceBool;
#else
typedef gboolean SequenceBool;
#endif

typedef struct _seq_analysis_item {
    guint32 frame_number;
    address src_addr;
    guint16 port_src;
    address dst_addr;
    guint16 port_dst;
    char *frame_label; /* above the arrow; g_free() by Wireshark, as the other texts */
    char *time_str;
    char *comment;    /* beside the graph */
    guint16 conv_num; /* arrows of one number have one colour */
    unsigned fg_color, bg_color;
    SequenceBool has_color_filter;
    SequenceBool display;
    unsigned src_node, dst_node;
    guint16 line_style; /* width of the arrow */
} seq_analysis_item_t;

typedef struct _seq_analysis_info {
    const char *name;
    SequenceBool any_addr;
    int nconv;
    GQueue *items; /* of seq_analysis_item_t, owned by Wireshark */
} seq_analysis_info_t;

WS_DLL_PUBLIC void register_seq_analysis (const char *name, const char *ui_name, const int proto_id,
                                          const char *tap_listener, guint tap_flags, tap_packet_cb tap_func);
WS_DLL_PUBLIC seq_analysis_item_t *sequence_analysis_create_sai_with_addresses (packet_info *pinfo,
                                                                                seq_analysis_info_t *sainfo);
WS_DLL_PUBLIC void sequence_analysis_use_color_filter (packet_info *pinfo, seq_analysis_item_t *sai);
