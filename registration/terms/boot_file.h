/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/address.h"
#include "registration/wire/bytes.h"

/* What the files mean that a phone asks its TFTP or HTTP server for. Names may have folders before them; the case of
 * the letters never matters (guides and traces disagree about it). A name is size octets, not NUL-terminated. */

/* What it means when the server does not have the file. */
typedef enum {
    MISSING_FATAL,       /* the phone cannot go on */
    MISSING_CONDITIONAL, /* depends on what else there is, see if_missing */
    MISSING_HARMLESS,
} MissingFile;

/* X (symbol, MissingFile, what it is, what a missing one means) */
#define BOOT_FILES(X)                                                                                                  \
    X (UNKNOWN, CONDITIONAL, "A file that is not part of a Cisco phone's usual start.",                                \
       "Nothing in the usual start of a Cisco phone needs it.")                                                        \
    X (CTL, CONDITIONAL,                                                                                               \
       "The certificate trust list of this phone, which exists only in secure (mixed mode) clusters.",                 \
       "Normal in a cluster that is not secure; when the configuration demands secure mode the phone asks for it "     \
       "again and again.")                                                                                             \
    X (CTL_SHARED, CONDITIONAL,                                                                                        \
       "The certificate trust list of the whole cluster, which exists only in secure (mixed mode) clusters.",          \
       "Normal in a cluster that is not secure; when the configuration demands secure mode the phone asks for it "     \
       "again and again.")                                                                                             \
    X (ITL, HARMLESS, "The initial trust list of this phone: with a valid one it wants signed configuration files.",   \
       "Normal: the cluster-wide ITLFile.tlv can take its place, where there is one.")                                 \
    X (ITL_SHARED, HARMLESS,                                                                                           \
       "The initial trust list of the cluster: with a valid one the phone wants signed configuration files.",          \
       "Normal with call managers before version 8 and with open-source servers.")                                     \
    X (PHONE_CONFIG, CONDITIONAL,                                                                                      \
       "The configuration of this phone: protocol, call managers, firmware and, for SIP, its lines.",                  \
       "The server does not know this phone, has not built its file, or is the wrong one. A phone that has kept no "   \
       "configuration from before then depends on the default one (auto-registration).")                               \
    X (PHONE_CONFIG_OLD, CONDITIONAL, "The configuration of an older phone, in the format before XML.",                \
       "An older phone cannot register; newer ones go on to the XML form.")                                            \
    X (DEFAULT_CONFIG, FATAL,                                                                                          \
       "The default configuration: call managers for auto-registration, and the firmware of each model.",              \
       "Without its own configuration and the default one, a phone that has kept none knows no call manager.")         \
    X (DEFAULT_CONFIG_OLD, FATAL, "The default configuration of older phones, in the format before XML.",              \
       "Without its own configuration and the default one, a phone that has kept none knows no call manager.")         \
    X (SIP_DEFAULT, FATAL, "The settings that all 7940 and 7960 phones with SIP firmware share.",                      \
       "The phone does not know its proxy.")                                                                           \
    X (SIP_PHONE, FATAL, "The settings of one 7940 or 7960 with SIP firmware.", "The phone does not know its lines.")  \
    X (OS79XX, HARMLESS, "One line with the name of the firmware image of a 7940 or 7960.",                            \
       "Normal when the phone already has its firmware.")                                                              \
    X (RING_LIST, HARMLESS, "The list of ring tones.", "The phone keeps its own ring tones.")                          \
    X (RING_TONE, HARMLESS, "A ring tone.", "The phone keeps its own ring tones.")                                     \
    X (GK_PROFILE, FATAL, "The profile of a 7905, 7912 or ATA with SIP or H.323 firmware.",                            \
       "A phone that has kept no profile, and gets none of another name, does not know its server.")                   \
    X (LD_PROFILE, FATAL, "The profile of a 7905 or 7912 with SCCP firmware.",                                         \
       "A phone that has kept no profile, and gets none of another name, does not know its server.")                   \
    X (ATA_PROFILE, FATAL, "The profile of an analog telephone adapter.",                                              \
       "An adapter that has kept no profile, and gets none of another name, does not know its server.")                \
    X (MODEL_DEFAULT, CONDITIONAL, "The default configuration of one model, as CallManager Express makes it.",         \
       "The phone needs a configuration of its own.")                                                                  \
    X (LOADS, CONDITIONAL,                                                                                             \
       "The list of images of one firmware. Most phones ask for it when another firmware is configured than the one "  \
       "that they run (an upgrade begins), or when a factory reset has left them without; some ask at each start.",    \
       "A phone that has a firmware keeps it; an upgrade fails.")                                                      \
    X (FIRMWARE, CONDITIONAL, "A firmware image.",                                                                     \
       "An upgrade that needs it fails; a phone that has a firmware keeps it.")                                        \
    X (TONES, HARMLESS, "The dial and busy tones of the country.", "The phone plays its default tones.")               \
    X (LOCALE, HARMLESS, "A language file.",                                                                           \
       "Where the configuration names this language, the display stays in the one that the phone already has, mostly " \
       "English. To get it on CUCM, install its locale and restart Cisco Tftp.")                                       \
    X (SOFT_KEYS, HARMLESS, "The soft keys that the configuration names.", "The phone shows its standard soft keys.")  \
    X (DIAL_PLAN, HARMLESS, "The local digit patterns that a configuration names.",                                    \
       "Digits are sent one by one or after a pause.")                                                                 \
    X (DIAL_RULES, HARMLESS, "Rules for numbers dialed by applications or looked up in directories.",                  \
       "Numbers are used as they are.")                                                                                \
    X (OPTIONAL, HARMLESS, "A file for an optional feature.", "The feature is not there or has its default.")          \
    X (MEDIA_DEFAULT, CONDITIONAL, "The defaults of the call manager's own conference bridges and media resources.",   \
       "The media resource does not start; phones do not need it.")

typedef enum {
#define X(symbol, missing, what, if_missing) BOOT_FILE_##symbol,
    BOOT_FILES (X)
#undef X
        N_BOOT_FILE_KINDS
} BootFileKind;

/* How the names of files that are told by them begin and end; texts for the call. */
void boot_file_patterns_each (void (*each) (const char *text, gpointer user_data), gpointer user_data);

BootFileKind boot_file_kind (const char *name, gsize size);
MissingFile boot_file_missing (BootFileKind kind);
/* A configuration in XML: its content is worth reading. */
gboolean boot_file_is_configuration (BootFileKind kind);

/* The name ends with ".sgn": signed by the TFTP server's key. */
gboolean boot_file_is_signed (const char *name, gsize size);
/* The name ends with ".enc.sgn": encrypted and signed. */
gboolean boot_file_is_encrypted (const char *name, gsize size);

/* The MAC address in CTLSEP, ITLSEP, SEP, SIP, gk, ld and ata names; FALSE (and ret_mac untouched) without one. */
gboolean boot_file_mac (const char *name, gsize size, MacAddress *ret_mac);
/* The device name in CTL…, ITL… and ….cnf.xml names: "SEP001122334455". Empty when the file belongs to no device.
 * Points into name. */
View boot_file_device_name (const char *name, gsize size);

/* What of a name is somebody's own: not how all names of its kind begin and end. Points into name; may be empty. */
View boot_file_own_part (const char *name, gsize size);

/* A file with a name of its own that only phones and adapters ask for: of a device name with SEP or ATA, or of Jabber.
 * Gateways have such files as well (SKIGW, VGC, AN, a host name). */
gboolean boot_file_names_phone (const char *name, gsize size);
/* How many letters in front of a device name tell that it is that of such a phone; 0: it is not. */
gsize boot_file_device_prefix (View device);

typedef enum {
    LOAD_UNKNOWN,
    LOAD_SIP,
    LOAD_SCCP,
    LOAD_EITHER, /* images that both have */
} LoadProtocol;

/* The protocol that a firmware of this name speaks: "SCCP41.9-4-2SR3-1S". */
LoadProtocol load_protocol (const char *load_name, gsize size);
/* The models that it is for: "7941/7961"; NULL when not known. Static. */
const char *load_family (const char *load_name, gsize size);
