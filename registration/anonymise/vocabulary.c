/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/vocabulary.h"

#include <string.h>

/* Sorted, in small letters; a test holds to it. */
/* clang-format off */
static const char *const words[] = {
    "a", "aaaa", "aastra", "accept", "accepted", "access", "account", "ack", "action", "active", "actor", "actpass",
    "addr", "address", "aes", "again", "age", "agent", "alarm", "alaw", "algorithm", "alive", "allocation", "allow",
    "always", "america", "an", "and", "anonymous", "application", "apply", "applyconfig", "apr", "april", "are",
    "arpa", "asa", "asterisk", "at", "ata", "audio", "aug", "august", "auth", "authenticate", "authentication",
    "authorization", "auto", "automata", "avaya", "avp", "backup", "bad", "baresip", "basic", "be", "bearer", "been",
    "bin", "blf", "bluetooth", "bot", "boundary", "box", "boxes", "branch", "bridge", "busy", "by", "bye", "cache",
    "call", "callmanager", "can", "cancel", "candidate", "cannot", "catalyst", "cause", "ccm", "ccmcip", "ccmsipline",
    "cfg", "chan", "charset", "check", "cid", "cisco", "class", "classic", "close", "closed", "cm", "cme", "cnf",
    "cnonce", "com", "communications", "communicator", "conf", "conference", "configuring", "configversionstamp",
    "connected", "connecting", "connection", "contact", "content", "context", "control", "cop", "could", "cp",
    "created", "crypto", "cseq", "csf", "ctl", "ctlfile", "ctlsep", "cube", "cucm", "cuplogin", "current", "dat",
    "data", "database", "date", "dbconfig", "deactivated", "dec", "december", "default", "defined", "description",
    "desktops", "detected", "device", "devices", "dial", "dialog", "dialplan", "dialplans", "dialplanversionstamp",
    "digest", "directories", "directory", "disable", "disabled", "disconnected", "disk", "display", "disposition",
    "distinctiveringlist", "diversion", "dns", "dnssrvr", "doctype", "domain", "dot1x", "down", "duplex", "duration",
    "e164", "early", "enable", "enabled", "enc", "encoding", "english", "enter", "entity", "entry", "error", "eth",
    "ethernet", "event", "events", "exceeded", "expired", "expires", "ext", "extensions", "fa", "failed", "fallback",
    "false", "fastethernet", "featurecontrolversionstamp", "featurepolicy", "feb", "february", "file", "fingerprint",
    "firmware", "first", "fmtp", "followme", "for", "forbidden", "forwarded", "forwards", "found", "france", "freepbx",
    "freeswitch", "french", "fri", "friday", "from", "ftp", "full", "g711", "g722", "g7221", "g723", "g726", "g729",
    "gateway", "german", "germany", "get", "gi", "gif", "gigabitethernet", "gigaset", "gmt", "gone", "grandstream",
    "gruu", "h261", "h263", "h264", "handling", "handset", "hardware", "has", "have", "head", "headset", "help",
    "hmac", "home", "hook", "hops", "host", "htm", "html", "http", "httpdir", "httpport", "https", "httpsrvr", "icid",
    "icmpdu", "icmpred", "id", "idle", "igmp", "ilbc", "illegal", "image", "imei", "img", "in", "inactive", "inc",
    "index", "info", "information", "init", "initializing", "inline", "installed", "instance", "int", "internal",
    "invalid", "invite", "ioi", "ios", "iosxe", "ip", "ip6", "is", "isac", "isfocus", "isub", "italian", "itl",
    "itlfile", "itlsep", "jabber", "jan", "january", "jar", "jpg", "json", "jsp", "jul", "july", "jun", "june",
    "kamailio", "keep", "keepalive", "kerberos", "key", "keys", "kingdom", "kpml", "l2q", "l2qvlan", "label", "lan", "language",
    "last", "later", "ldap", "ldaps", "length", "licence", "license", "limit", "line", "lineid", "linekey", "linphone",
    "list", "load", "loadinformation", "loads", "local", "localdomain", "locale", "locales", "localhost", "log",
    "login", "logsrvr", "loop", "lost", "lr", "maddr", "mail", "mailto", "management", "manager", "many", "mar",
    "march", "max", "maxptime", "may", "mcipadd", "mcport", "md5", "member", "members", "message", "messages",
    "method", "mgmt", "microphone", "mismatch", "mitel", "mixed", "mk", "mobility", "model", "mon", "monday", "moved",
    "multipart", "name", "names", "naptr", "nc", "negotiate", "negotiation", "net", "netascii", "network", "never", "new", "next",
    "nexus", "nil", "no", "node", "nonce", "none", "normal", "not", "notify", "nov", "november", "ntlm", "null", "number",
    "nxos", "ob", "oct", "octet", "october", "oemds", "of", "off", "ok", "old", "on", "only", "opaque", "open",
    "opening", "opensip", "opensips", "operating", "operation", "option", "optional", "options", "opus", "or", "org",
    "orig", "os79xx", "osd", "out", "panasonic", "part", "partial", "pass", "passive", "password", "path", "pc",
    "pcma", "pcmu", "permanently", "phone", "phones", "php", "phy1stat", "phy2stat", "pjsip", "pkg", "plain", "please",
    "png", "polycom", "port", "post", "power", "prack", "presence", "press", "previous", "primary", "priority",
    "privacy", "private", "probation", "process", "processnodename", "procstat", "profile", "proxy", "ptime", "ptr",
    "pub", "public", "publish", "put", "q", "qop", "raw", "realm", "reason", "reboot", "received", "record",
    "recvonly", "refer", "refreshed", "reg", "register", "registercallid", "registered", "registering", "registration",
    "reject", "rejected", "remotecc", "repeater", "replaces", "request", "requesting", "require", "required",
    "reregister", "reset", "response", "restart", "resync", "ring", "ringing", "ringlist", "ringtones", "route",
    "router", "rport", "rtcp", "rtp", "rtpmap", "sat", "saturday", "savp", "sbn", "sccp", "sccplocale", "schemes",
    "sctp", "sdp", "secondary", "security", "sendonly", "sendrecv", "sep", "september", "serial", "server", "servers",
    "service", "services", "sess", "session", "setup", "sgn", "sha", "sha1", "shortened", "signal", "simple", "sip",
    "sipdefault", "sipdomain", "sipp", "sipport", "sipproxysrvr", "sips", "skinny", "snom", "sntpsrvr", "soa",
    "softkey", "softkeys", "softkeyversionstamp", "softphone", "software", "spa", "spain", "spanish", "speaker",
    "speed", "speeddial", "srst", "srv", "stale", "standby", "state", "states", "static", "status", "statuscode",
    "stream", "sub", "subject", "subscribe", "success", "successful", "summary", "sun", "sunday", "supported", "sw",
    "switch", "sync", "system", "systems", "tab", "tag", "tar", "tcp", "tct", "te", "tel", "telephone", "telepresence",
    "temporarily", "tengigabitethernet", "terminated", "tertiary", "test", "text", "tftp", "tftpsrvr", "that", "the",
    "this", "thu", "thursday", "timed", "timeout", "timestamp", "tls", "tlsdir", "tlsport", "tlssrvr", "tlv", "to",
    "tones", "too", "trans", "transfer", "transport", "true", "try", "trying", "ttl", "tue", "tuesday", "txt", "type",
    "ua", "ucm", "udp", "ulaw", "unauthorized", "unavailable", "undefined", "unified", "unit", "united", "units",
    "unknown", "unnamedstat", "unregister", "unregistered", "unsupported", "up", "update", "uri", "urn", "usb", "user",
    "username", "utc", "utf", "uuid", "value", "verifying", "version", "via", "video", "violation", "vlan", "vlansep",
    "vlantest", "voice", "voicemail", "voicemessage", "voip", "wait", "waiting", "warning", "was", "wav", "wed",
    "wednesday", "wifi", "will", "winfo", "with", "ws", "wss", "xe", "xml", "xmldefault", "xmldirectory", "xr",
    "yealink", "yes", "you", "your", "zup", "zz",
};
/* clang-format on */

#define WORD_MAX 32

gboolean vocabulary_has (View word)
{
    char text[WORD_MAX + 1];
    gsize low = 0, high = G_N_ELEMENTS (words);

    if (word.size > WORD_MAX)
        return FALSE;
    for (gsize i = 0; i < word.size; i++)
        text[i] = g_ascii_tolower ((char) word.data[i]);
    text[word.size] = '\0';
    while (low < high) {
        const gsize middle = (low + high) / 2;
        const int order = strcmp (text, words[middle]);
        if (order == 0)
            return memchr (text, '\0', word.size) == NULL;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return FALSE;
}
