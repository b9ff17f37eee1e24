/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include <glib.h>

/* Why a server refused a registration: the text of RegisterReject, as far as servers are known to send it. Where one
 * text has several causes that the wire cannot tell apart, the meaning says all of them. */

/* X (symbol, texts that start like this (small letters, '|' between them), meaning, fix): meaning and fix are English
 * sentences without capital and full stop. */
#define REJECT_CAUSES(X)                                                                                               \
    X (OTHER, "", "this text is the reason that the server gives; what it stands for depends on the server",           \
       "look for this text in the log of the server at this time")                                                     \
    X (EMPTY, "", "the server gives no reason; some servers (libsccp) answer an unknown device name like this",        \
       "check that the device name is configured on this server, then look into its log")                              \
    X (NO_LICENSE, "error no license",                                                                                 \
       "the call manager has no licence for this device; old releases may say the same of a device that "              \
       "is not configured",                                                                                            \
       "add the device if it is missing, otherwise check the licences")                                                \
    X (DBCONFIG, "error dbconfig|db config error",                                                                     \
       "either the device is not in the database and auto-registration is off, or it is there and its "                \
       "record cannot be used; the text is the same for both",                                                         \
       "for an unknown device add it (Device, Phone, Add New) or enable auto-registration (System, Cisco Unified "     \
       "CM); for a known one delete and add its record again, or save it and reset the phone; when many are hit, "     \
       "check the replication (utils dbreplication runtimestate)")                                                     \
    X (DATABASE, "error database",                                                                                     \
       "the call manager could not use its database, probably because it could not reach it",                          \
       "check the database service and its replication on the server")                                                 \
    X (PASS_LIMIT, "error pass limit",                                                                                 \
       "the call manager says that a limit is reached, probably that of registered devices",                           \
       "wait for the next attempt; if it goes on, compare the number of devices with the capacity of the "             \
       "server")                                                                                                       \
    X (ERROR_UNKNOWN, "error unknown", "the call manager refuses without a known cause",                               \
       "read the traces of the call manager at this time")                                                             \
    X (MISMATCH, "error mismatch",                                                                                     \
       "the device does not fit its record: its model, its protocol or its security mode differs; the "                \
       "text does not say which",                                                                                      \
       "compare model, protocol (SCCP or SIP) and security profile of the record (CUCM: Device, Phone) with the "      \
       "phone")                                                                                                        \
    X (TYPE_MISMATCH, "device type mismatch|type mismatch",                                                            \
       "the server has this device as another model than the phone says it is",                                        \
       "compare the model of the record on the server with the phone, and check that the name is this phone's own")    \
    X (SECURITY, "security error|error security",                                                                      \
       "the call manager has a security objection: probably the security mode, the certificate or the "                \
       "trust list; the text does not say which",                                                                      \
       "compare the security profile of the device with the phone, then its certificate and trust list")               \
    X (NO_ENTRY, "no entry", "the device is not in the database of the call manager",                                  \
       "add the device (CUCM: Device, Phone, Add New), or enable auto-registration (System, Cisco Unified CM)")        \
    X (AUTO_REGISTRATION, "auto registration disabled",                                                                \
       "the device is not configured and the server does not let unknown devices register",                            \
       "add the device (CUCM: Device, Phone, Add New), or enable auto-registration (System, Cisco Unified CM)")        \
    X (DEVICE_UNKNOWN, "device unknown|unknown device", "no device of this name is configured on the server",          \
       "add a device of exactly this name (chan-sccp: sccp.conf or its realtime table)")                               \
    X (NO_AUTHORITY, "no authority",                                                                                   \
       "Asterisk (chan_skinny) has no device of this name, does not allow it from this address, or has it "            \
       "registered on another connection; the text is the same for all three",                                         \
       "on Asterisk \"skinny show devices\" tells whether the name is in use; otherwise add the device to "            \
       "skinny.conf, or check its permit and deny lines")                                                              \
    X (ADDRESS, "ip not authorized|device ip not authorized",                                                          \
       "the server does not accept phones from this IP address",                                                       \
       "allow the address in the deny and permit lines of the server (chan-sccp: sccp.conf)")                          \
    X (CROSSOVER, "crossover session|cross device|crossdevice",                                                        \
       "the server holds another session with this device name or from this address: the phone is still "              \
       "registered there, two devices share a name, or several phones stand behind one NAT address",                   \
       "wait until the old session has ended; if it goes on, look for a second device of this name and "               \
       "for NAT")                                                                                                      \
    X (RELOADING, "reload in progress", "the server is reading its configuration again",                               \
       "nothing, the phone will try again")                                                                            \
    X (HOTLINE, "hotline failed", "the server wanted to admit an unknown device as a guest and could not",             \
       "add the device, or check the guest (hotline) configuration of the server")                                     \
    X (REGISTER_FAILED, "register failed", "the server failed while it registered the device",                         \
       "look into the log of the server")                                                                              \
    X (MAX_PHONES, "max phones exceeded|max ephones|reject max ephones",                                               \
       "the router has as many phones as it is configured to accept",                                                  \
       "raise max-ephones (or the SRST limit) if the licence and the router allow it")                                 \
    X (NOT_AUTHORIZED, "device not authorized",                                                                        \
       "the router does not accept this device, probably because no phone with its MAC address is "                    \
       "configured",                                                                                                   \
       "add the phone to the router, or allow automatic registration")

typedef enum {
#define X(symbol, texts, meaning, fix) REJECT_##symbol,
    REJECT_CAUSES (X)
#undef X
        N_REJECTS
} RejectCause;

/* Takes the text as it was on the wire, labels included. Capitals, spaces and punctuation do not count, and what
 * follows a known text (a device name) does not either. REJECT_EMPTY for no text, REJECT_OTHER for one not known. */
RejectCause reject_cause (const char *text, gsize size);
