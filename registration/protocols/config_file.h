/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

/* The configuration file of one phone (SEP….cnf.xml) or of all (XMLDefault.cnf.xml), as far as a registration depends
 * on it. Passwords and other secrets in the file are never kept: not here, and not in the texts of errors. */

#define CONFIG_FILE_SIZE_MAX     (1024 * 1024)
#define CONFIG_FILE_DEPTH_MAX    32
#define CONFIG_FILE_ELEMENTS_MAX 20000
#define CONFIG_FILE_TEXT_MAX     256 /* octets of one value; the rest is cut off */
#define CONFIG_FILE_LIST_MAX     512 /* entries of one list; the rest is left out */

#define CONFIG_FILE_ERROR (config_file_error_quark ())
GQuark config_file_error_quark (void);

typedef enum {
    CONFIG_FILE_ERROR_NOT_XML,    /* encrypted, or no configuration file at all */
    CONFIG_FILE_ERROR_OTHER_FILE, /* XML, but neither a phone's configuration nor the default one */
    CONFIG_FILE_ERROR_SYNTAX,     /* not well-formed, or not complete */
    CONFIG_FILE_ERROR_LIMIT,      /* one of the limits above */
} ConfigFileError;

typedef enum {
    CONFIG_FORM_XML,
    CONFIG_FORM_SIGNED, /* a binary header, then XML: what .sgn files are */
    CONFIG_FORM_BINARY, /* no XML near the start: encrypted, or something else */
} ConfigForm;

/* What the bytes look like. ret_xml (may be NULL) is set to the XML, or to nothing; it points into data. */
ConfigForm config_file_form (const guint8 *data, gsize size, View *ret_xml);

/* Texts in these structs are owned, valid UTF-8, without blanks around them, and NULL when absent or empty. Numbers are
 * 0 when absent or wrong. */
typedef struct {
    char *name; /* processNodeName: where the phone connects; else the call manager's name */
    guint priority;
    guint16 sccp_port, sip_port, secured_sip_port;
} ConfigServer;

typedef struct {
    char *address;
    guint16 port;
    gboolean sip; /* of the SIP pair (sipIpAddr1, sipPort1), not of the SCCP one */
} ConfigSrst;

typedef struct {
    guint device_type; /* 115 of loadInformation115 */
    char *model;       /* as the attribute says: "Cisco 7941" */
    char *load;
} ConfigLoad;

typedef struct {
    guint button, line_index;
    guint feature_id; /* 9 is a line */
    char *name, *label, *display_name, *auth_name, *contact, *proxy;
    guint16 port;
} ConfigLine;

typedef struct {
    ConfigForm form;
    gboolean is_default; /* XMLDefault rather than one phone's file */
    char *device_protocol;
    char *load; /* loadInformation */
    char *version_stamp;
    char *auto_registration;    /* autoRegistration or autoRegistrationName */
    guint device_security_mode; /* 1 non-secure, 2 authenticated, 3 encrypted */
    guint transport_protocol;   /* transportLayerProtocol: 1 TCP, 2 UDP, 3 TLS, 4 TCP preferred */
    char *user_locale, *network_locale;
    char *soft_key_file, *dial_template;
    char *srst_option;
    GPtrArray *servers;   /* of ConfigServer, owned, by priority */
    GPtrArray *srst;      /* of ConfigSrst, owned */
    GPtrArray *loads;     /* of ConfigLoad, owned: loadInformation<type>, in XMLDefault */
    GPtrArray *lines;     /* of ConfigLine, owned */
    gboolean has_secrets; /* passwords were in the file, and left out here */
} ConfigFile;

/* Reads a whole file, signed or not. Always returns what could be read, which may be nothing; when that was not all,
 * error says what was wrong and in which line (of the XML). Free with config_file_free(). */
ConfigFile *config_file_read (const guint8 *data, gsize size, GError **error);
void config_file_free (ConfigFile *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ConfigFile, config_file_free)
