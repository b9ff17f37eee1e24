/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

#include "registration/wire/bytes.h"

/* The names of a configuration's elements. */

/* Those that mean something here. The letters' case is as phones want it, but not insisted on. X (symbol, name) */
#define ELEMENTS(X)                                                                                                    \
    X (DEVICE, "device")                                                                                               \
    X (DEFAULT, "Default")                                                                                             \
    X (DEVICE_PROTOCOL, "deviceProtocol")                                                                              \
    X (MEMBER, "member")                                                                                               \
    X (CALL_MANAGER, "callManager")                                                                                    \
    X (PORTS, "ports")                                                                                                 \
    X (SCCP_PORT, "ethernetPhonePort")                                                                                 \
    X (SIP_PORT, "sipPort")                                                                                            \
    X (SECURED_SIP_PORT, "securedSipPort")                                                                             \
    X (PROCESS_NODE, "processNodeName")                                                                                \
    X (NAME, "name")                                                                                                   \
    X (LOAD, "loadInformation")                                                                                        \
    X (SECURITY_MODE, "deviceSecurityMode")                                                                            \
    X (TRANSPORT, "transportLayerProtocol")                                                                            \
    X (SRST, "srstInfo")                                                                                               \
    X (SRST_OPTION, "srstOption")                                                                                      \
    X (SRST_ADDRESS_1, "ipAddr1")                                                                                      \
    X (SRST_ADDRESS_2, "ipAddr2")                                                                                      \
    X (SRST_ADDRESS_3, "ipAddr3")                                                                                      \
    X (SRST_SIP_ADDRESS_1, "sipIpAddr1")                                                                               \
    X (SRST_SIP_ADDRESS_2, "sipIpAddr2")                                                                               \
    X (SRST_SIP_ADDRESS_3, "sipIpAddr3")                                                                               \
    X (SRST_PORT_1, "port1")                                                                                           \
    X (SRST_PORT_2, "port2")                                                                                           \
    X (SRST_PORT_3, "port3")                                                                                           \
    X (SRST_SIP_PORT_1, "sipPort1")                                                                                    \
    X (SRST_SIP_PORT_2, "sipPort2")                                                                                    \
    X (SRST_SIP_PORT_3, "sipPort3")                                                                                    \
    X (VERSION_STAMP, "versionStamp")                                                                                  \
    X (AUTO_REGISTRATION, "autoRegistration")                                                                          \
    X (AUTO_REGISTRATION_NAME, "autoRegistrationName")                                                                 \
    X (LINE, "line")                                                                                                   \
    X (FEATURE_ID, "featureID")                                                                                        \
    X (FEATURE_LABEL, "featureLabel")                                                                                  \
    X (DISPLAY_NAME, "displayName")                                                                                    \
    X (AUTH_NAME, "authName")                                                                                          \
    X (CONTACT, "contact")                                                                                             \
    X (PROXY, "proxy")                                                                                                 \
    X (PORT, "port")                                                                                                   \
    X (USER_LOCALE, "userLocale")                                                                                      \
    X (NETWORK_LOCALE, "networkLocale")                                                                                \
    X (SOFT_KEY_FILE, "softKeyFile")                                                                                   \
    X (DIAL_TEMPLATE, "dialTemplate")

typedef enum {
    ELEMENT_OTHER,
    ELEMENT_MODEL_LOAD, /* loadInformation and a number */
#define X(symbol, name) ELEMENT_##symbol,
    ELEMENTS (X)
#undef X
        N_ELEMENTS
} Element;

/* ELEMENT_OTHER for a name that means nothing here. */
Element config_element_find (View name);
/* NULL for ELEMENT_OTHER and ELEMENT_MODEL_LOAD. Static. */
const char *config_element_name (Element element);
/* What stands in an element with this name is not for anybody's eyes. */
gboolean config_element_holds_secrets (View name);
