/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Every message of SCCP. X (symbol, id, name, who sends it, phase, what else the catalogue says of it …)
 *
 * Ids and names are those of Wireshark's skinny.messageId (a test compares them); 0x0011, 0x008C and
 * 0x008D are known to chan-sccp only (CallManager 2 sends the latter two, reference M13).
 * Senders, phases and answers: reference 1.4, with the two directions that Wireshark has wrong (0x0157, 0x015A) put
 * right. UpdateCapabilities and its successors clear a pending CapabilitiesReq but need none (reference M5).
 *
 * Behind the phase: ASKS, ANSWERS (symbol of the request), BY (value by which both are paired), IN_CALLS (nothing but
 * calls has it, and one text is enough for all of them), ALSO_IN_CALLS (part of a registration only while one is going
 * on). */
/* clang-format off */
#define SCCP_MESSAGES(X)                                                                                               \
    X (KEEP_ALIVE_REQ, 0x0000, "KeepAliveReq", PHONE, KEEPALIVE, ASKS)                                                 \
    X (REGISTER_REQ, 0x0001, "RegisterReq", PHONE, REGISTER, ASKS)                                                     \
    X (IP_PORT, 0x0002, "IpPort", PHONE, REGISTER, )                                                                   \
    X (KEYPAD_BUTTON, 0x0003, "KeypadButton", PHONE, NONE, )                                                           \
    X (ENBLOC_CALL, 0x0004, "EnblocCall", PHONE, NONE, IN_CALLS)                                                       \
    X (STIMULUS, 0x0005, "Stimulus", PHONE, NONE, )                                                                    \
    X (OFF_HOOK, 0x0006, "OffHook", PHONE, NONE, )                                                                     \
    X (ON_HOOK, 0x0007, "OnHook", PHONE, NONE, )                                                                       \
    X (HOOK_FLASH, 0x0008, "HookFlash", PHONE, NONE, IN_CALLS)                                                         \
    X (FORWARD_STAT_REQ, 0x0009, "ForwardStatReq", PHONE, STATUS, ASKS, BY (LINE))                                     \
    X (SPEED_DIAL_STAT_REQ, 0x000A, "SpeedDialStatReq", PHONE, STATUS, ASKS, BY (INSTANCE))                            \
    X (LINE_STAT_REQ, 0x000B, "LineStatReq", PHONE, STATUS, ASKS, BY (LINE))                                           \
    X (CONFIG_STAT_REQ, 0x000C, "ConfigStatReq", PHONE, TEMPLATES, ASKS)                                               \
    X (TIME_DATE_REQ, 0x000D, "TimeDateReq", PHONE, FINISH, ASKS)                                                      \
    X (BUTTON_TEMPLATE_REQ, 0x000E, "ButtonTemplateReq", PHONE, TEMPLATES, ASKS)                                       \
    X (VERSION_REQ, 0x000F, "VersionReq", PHONE, TEMPLATES, ASKS)                                                      \
    X (CAPABILITIES_RES, 0x0010, "CapabilitiesRes", PHONE, CAPABILITIES, ANSWERS (CAPABILITIES_REQ))                   \
    X (MEDIA_PORT_LIST, 0x0011, "MediaPortList", PHONE, REGISTER, )                                                    \
    X (SERVER_REQ, 0x0012, "ServerReq", PHONE, TEMPLATES, ASKS)                                                        \
    X (ALARM, 0x0020, "Alarm", PHONE, REGISTER, )                                                                      \
    X (MULTICAST_MEDIA_RECEPTION_ACK, 0x0021, "MulticastMediaReceptionAck", PHONE, NONE, IN_CALLS)                     \
    X (OPEN_RECEIVE_CHANNEL_ACK, 0x0022, "OpenReceiveChannelAck", PHONE, NONE, )                                       \
    X (CONNECTION_STATISTICS_RES, 0x0023, "ConnectionStatisticsRes", PHONE, NONE, )                                    \
    X (OFF_HOOK_WITH_CALLING_PARTY_NUMBER, 0x0024, "OffHookWithCallingPartyNumber", PHONE, NONE, IN_CALLS)             \
    X (SOFT_KEY_SET_REQ, 0x0025, "SoftKeySetReq", PHONE, TEMPLATES, ASKS)                                              \
    X (SOFT_KEY_EVENT, 0x0026, "SoftKeyEvent", PHONE, NONE, )                                                          \
    X (UNREGISTER_REQ, 0x0027, "UnregisterReq", PHONE, UNREGISTER, ASKS)                                               \
    X (SOFT_KEY_TEMPLATE_REQ, 0x0028, "SoftKeyTemplateReq", PHONE, TEMPLATES, ASKS)                                    \
    X (REGISTER_TOKEN_REQ, 0x0029, "RegisterTokenReq", PHONE, TOKEN, ASKS)                                             \
    X (MEDIA_TRANSMISSION_FAILURE, 0x002A, "MediaTransmissionFailure", PHONE, NONE, IN_CALLS)                          \
    X (HEADSET_STATUS, 0x002B, "HeadsetStatus", PHONE, CAPABILITIES, ALSO_IN_CALLS)                                    \
    X (MEDIA_RESOURCE_NOTIFICATION, 0x002C, "MediaResourceNotification", PHONE, CAPABILITIES, )                        \
    X (REGISTER_AVAILABLE_LINES, 0x002D, "RegisterAvailableLines", PHONE, FINISH, )                                    \
    X (DEVICE_TO_USER_DATA, 0x002E, "DeviceToUserData", PHONE, NONE, )                                                 \
    X (DEVICE_TO_USER_DATA_RESPONSE, 0x002F, "DeviceToUserDataResponse", PHONE, NONE, ANSWERS (USER_TO_DEVICE_DATA))   \
    X (UPDATE_CAPABILITIES, 0x0030, "UpdateCapabilities", PHONE, CAPABILITIES, ANSWERS (CAPABILITIES_REQ))             \
    X (OPEN_MULTIMEDIA_RECEIVE_CHANNEL_ACK, 0x0031, "OpenMultiMediaReceiveChannelAck", PHONE, NONE, IN_CALLS)          \
    X (CLEAR_CONFERENCE, 0x0032, "ClearConference", PHONE, NONE, IN_CALLS)                                             \
    X (SERVICE_URL_STAT_REQ, 0x0033, "ServiceURLStatReq", PHONE, STATUS, ASKS, BY (INSTANCE))                          \
    X (FEATURE_STAT_REQ, 0x0034, "FeatureStatReq", PHONE, STATUS, ASKS, BY (INSTANCE))                                 \
    X (CREATE_CONFERENCE_RES, 0x0035, "CreateConferenceRes", PHONE, NONE, IN_CALLS)                                    \
    X (DELETE_CONFERENCE_RES, 0x0036, "DeleteConferenceRes", PHONE, NONE, IN_CALLS)                                    \
    X (MODIFY_CONFERENCE_RES, 0x0037, "ModifyConferenceRes", PHONE, NONE, IN_CALLS)                                    \
    X (ADD_PARTICIPANT_RES, 0x0038, "AddParticipantRes", PHONE, NONE, IN_CALLS)                                        \
    X (AUDIT_CONFERENCE_RES, 0x0039, "AuditConferenceRes", PHONE, NONE, IN_CALLS)                                      \
    X (AUDIT_PARTICIPANT_RES, 0x0040, "AuditParticipantRes", PHONE, NONE, IN_CALLS)                                    \
    X (DEVICE_TO_USER_DATA_VERSION_1, 0x0041, "DeviceToUserDataVersion1", PHONE, NONE, )                               \
    X (DEVICE_TO_USER_DATA_RESPONSE_VERSION_1, 0x0042, "DeviceToUserDataResponseVersion1", PHONE, NONE, ANSWERS (USER_TO_DEVICE_DATA_VERSION_1)) \
    X (CAPABILITIES_V2_RES, 0x0043, "CapabilitiesV2Res", PHONE, CAPABILITIES, ANSWERS (CAPABILITIES_REQ))              \
    X (CAPABILITIES_V3_RES, 0x0044, "CapabilitiesV3Res", PHONE, CAPABILITIES, ANSWERS (CAPABILITIES_REQ))              \
    X (PORT_RES, 0x0045, "PortRes", PHONE, NONE, IN_CALLS)                                                             \
    X (QOS_RESV_NOTIFY, 0x0046, "QoSResvNotify", PHONE, NONE, IN_CALLS)                                                \
    X (QOS_ERROR_NOTIFY, 0x0047, "QoSErrorNotify", PHONE, NONE, IN_CALLS)                                              \
    X (SUBSCRIPTION_STAT_REQ, 0x0048, "SubscriptionStatReq", PHONE, NONE, ASKS)                                        \
    X (MEDIA_PATH_EVENT, 0x0049, "MediaPathEvent", PHONE, CAPABILITIES, ALSO_IN_CALLS)                                 \
    X (MEDIA_PATH_CAPABILITY, 0x004A, "MediaPathCapability", PHONE, CAPABILITIES, ALSO_IN_CALLS)                       \
    X (MWI_NOTIFICATION, 0x004C, "MwiNotification", PHONE, NONE, IN_CALLS)                                             \
    X (REGISTER_ACK, 0x0081, "RegisterAck", SERVER, REGISTER, ANSWERS (REGISTER_REQ))                                  \
    X (START_TONE, 0x0082, "StartTone", SERVER, NONE, )                                                                \
    X (STOP_TONE, 0x0083, "StopTone", SERVER, NONE, )                                                                  \
    X (SET_RINGER, 0x0085, "SetRinger", SERVER, FINISH, ALSO_IN_CALLS)                                                 \
    X (SET_LAMP, 0x0086, "SetLamp", SERVER, FINISH, ALSO_IN_CALLS)                                                     \
    X (SET_HOOK_FLASH_DETECT, 0x0087, "SetHookFlashDetect", SERVER, NONE, IN_CALLS)                                    \
    X (SET_SPEAKER_MODE, 0x0088, "SetSpeakerMode", SERVER, FINISH, ALSO_IN_CALLS)                                      \
    X (SET_MICRO_MODE, 0x0089, "SetMicroMode", SERVER, NONE, IN_CALLS)                                                 \
    X (START_MEDIA_TRANSMISSION, 0x008A, "StartMediaTransmission", SERVER, NONE, )                                     \
    X (STOP_MEDIA_TRANSMISSION, 0x008B, "StopMediaTransmission", SERVER, NONE, )                                       \
    X (START_MEDIA_RECEPTION, 0x008C, "StartMediaReception", SERVER, NONE, IN_CALLS)                                   \
    X (STOP_MEDIA_RECEPTION, 0x008D, "StopMediaReception", SERVER, NONE, IN_CALLS)                                     \
    X (CALL_INFO, 0x008F, "CallInfo", SERVER, NONE, )                                                                  \
    X (FORWARD_STAT_RES, 0x0090, "ForwardStatRes", SERVER, STATUS, ANSWERS (FORWARD_STAT_REQ), BY (LINE))              \
    X (SPEED_DIAL_STAT_RES, 0x0091, "SpeedDialStatRes", SERVER, STATUS, ANSWERS (SPEED_DIAL_STAT_REQ), BY (INSTANCE))  \
    X (LINE_STAT_RES, 0x0092, "LineStatRes", SERVER, STATUS, ANSWERS (LINE_STAT_REQ), BY (LINE))                       \
    X (CONFIG_STAT_RES, 0x0093, "ConfigStatRes", SERVER, TEMPLATES, ANSWERS (CONFIG_STAT_REQ))                         \
    X (TIME_DATE_RES, 0x0094, "TimeDateRes", SERVER, FINISH, ALSO_IN_CALLS, ANSWERS (TIME_DATE_REQ))                   \
    X (START_SESSION_TRANSMISSION, 0x0095, "StartSessionTransmission", SERVER, NONE, IN_CALLS)                         \
    X (STOP_SESSION_TRANSMISSION, 0x0096, "StopSessionTransmission", SERVER, NONE, IN_CALLS)                           \
    X (BUTTON_TEMPLATE_RES, 0x0097, "ButtonTemplateRes", SERVER, TEMPLATES, ANSWERS (BUTTON_TEMPLATE_REQ))             \
    X (VERSION_RES, 0x0098, "VersionRes", SERVER, TEMPLATES, ANSWERS (VERSION_REQ))                                    \
    X (DISPLAY_TEXT, 0x0099, "DisplayText", SERVER, FINISH, ALSO_IN_CALLS)                                             \
    X (CLEAR_DISPLAY, 0x009A, "ClearDisplay", SERVER, FINISH, ALSO_IN_CALLS)                                           \
    X (CAPABILITIES_REQ, 0x009B, "CapabilitiesReq", SERVER, CAPABILITIES, ASKS)                                        \
    X (REGISTER_REJECT, 0x009D, "RegisterReject", SERVER, REGISTER, ANSWERS (REGISTER_REQ))                            \
    X (SERVER_RES, 0x009E, "ServerRes", SERVER, TEMPLATES, ANSWERS (SERVER_REQ))                                       \
    X (RESET, 0x009F, "Reset", SERVER, UNREGISTER, )                                                                   \
    X (KEEP_ALIVE_ACK, 0x0100, "KeepAliveAck", SERVER, KEEPALIVE, ANSWERS (KEEP_ALIVE_REQ))                            \
    X (START_MULTICAST_MEDIA_RECEPTION, 0x0101, "StartMulticastMediaReception", SERVER, NONE, IN_CALLS)                \
    X (START_MULTICAST_MEDIA_TRANSMISSION, 0x0102, "StartMulticastMediaTransmission", SERVER, NONE, IN_CALLS)          \
    X (STOP_MULTICAST_MEDIA_RECEPTION, 0x0103, "StopMulticastMediaReception", SERVER, NONE, IN_CALLS)                  \
    X (STOP_MULTICAST_MEDIA_TRANSMISSION, 0x0104, "StopMulticastMediaTransmission", SERVER, NONE, IN_CALLS)            \
    X (OPEN_RECEIVE_CHANNEL, 0x0105, "OpenReceiveChannel", SERVER, NONE, )                                             \
    X (CLOSE_RECEIVE_CHANNEL, 0x0106, "CloseReceiveChannel", SERVER, NONE, )                                           \
    X (CONNECTION_STATISTICS_REQ, 0x0107, "ConnectionStatisticsReq", SERVER, NONE, )                                   \
    X (SOFT_KEY_TEMPLATE_RES, 0x0108, "SoftKeyTemplateRes", SERVER, TEMPLATES, ANSWERS (SOFT_KEY_TEMPLATE_REQ))        \
    X (SOFT_KEY_SET_RES, 0x0109, "SoftKeySetRes", SERVER, TEMPLATES, ANSWERS (SOFT_KEY_SET_REQ))                       \
    X (SELECT_SOFT_KEYS, 0x0110, "SelectSoftKeys", SERVER, FINISH, ALSO_IN_CALLS)                                      \
    X (CALL_STATE, 0x0111, "CallState", SERVER, NONE, )                                                                \
    X (DISPLAY_PROMPT_STATUS, 0x0112, "DisplayPromptStatus", SERVER, FINISH, ALSO_IN_CALLS)                            \
    X (CLEAR_PROMPT_STATUS, 0x0113, "ClearPromptStatus", SERVER, FINISH, ALSO_IN_CALLS)                                \
    X (DISPLAY_NOTIFY, 0x0114, "DisplayNotify", SERVER, FINISH, ALSO_IN_CALLS)                                         \
    X (CLEAR_NOTIFY, 0x0115, "ClearNotify", SERVER, FINISH, ALSO_IN_CALLS)                                             \
    X (ACTIVATE_CALL_PLANE, 0x0116, "ActivateCallPlane", SERVER, FINISH, ALSO_IN_CALLS)                                \
    X (DEACTIVATE_CALL_PLANE, 0x0117, "DeactivateCallPlane", SERVER, FINISH, ALSO_IN_CALLS)                            \
    X (UNREGISTER_ACK, 0x0118, "UnregisterAck", SERVER, UNREGISTER, ANSWERS (UNREGISTER_REQ))                          \
    X (BACK_SPACE_RES, 0x0119, "BackSpaceRes", SERVER, NONE, IN_CALLS)                                                 \
    X (REGISTER_TOKEN_ACK, 0x011A, "RegisterTokenAck", SERVER, TOKEN, ANSWERS (REGISTER_TOKEN_REQ))                    \
    X (REGISTER_TOKEN_REJECT, 0x011B, "RegisterTokenReject", SERVER, TOKEN, ANSWERS (REGISTER_TOKEN_REQ))              \
    X (START_MEDIA_FAILURE_DETECTION, 0x011C, "StartMediaFailureDetection", SERVER, NONE, IN_CALLS)                    \
    X (DIALED_NUMBER, 0x011D, "DialedNumber", SERVER, NONE, )                                                          \
    X (USER_TO_DEVICE_DATA, 0x011E, "UserToDeviceData", SERVER, NONE, ASKS)                                            \
    X (FEATURE_STAT_RES, 0x011F, "FeatureStatRes", SERVER, STATUS, ANSWERS (FEATURE_STAT_REQ), BY (INSTANCE))          \
    X (DISPLAY_PRI_NOTIFY, 0x0120, "DisplayPriNotify", SERVER, FINISH, ALSO_IN_CALLS)                                  \
    X (CLEAR_PRI_NOTIFY, 0x0121, "ClearPriNotify", SERVER, FINISH, ALSO_IN_CALLS)                                      \
    X (START_ANNOUNCEMENT, 0x0122, "StartAnnouncement", SERVER, NONE, IN_CALLS)                                        \
    X (STOP_ANNOUNCEMENT, 0x0123, "StopAnnouncement", SERVER, NONE, IN_CALLS)                                          \
    X (ANNOUNCEMENT_FINISH, 0x0124, "AnnouncementFinish", PHONE, NONE, IN_CALLS)                                       \
    X (NOTIFY_DTMF_TONE, 0x0127, "NotifyDtmfTone", PHONE, NONE, IN_CALLS)                                              \
    X (SEND_DTMF_TONE, 0x0128, "SendDtmfTone", SERVER, NONE, IN_CALLS)                                                 \
    X (SUBSCRIBE_DTMF_PAYLOAD_REQ, 0x0129, "SubscribeDtmfPayloadReq", SERVER, NONE, IN_CALLS)                          \
    X (SUBSCRIBE_DTMF_PAYLOAD_RES, 0x012A, "SubscribeDtmfPayloadRes", PHONE, NONE, IN_CALLS)                           \
    X (SUBSCRIBE_DTMF_PAYLOAD_ERR, 0x012B, "SubscribeDtmfPayloadErr", PHONE, NONE, IN_CALLS)                           \
    X (UNSUBSCRIBE_DTMF_PAYLOAD_REQ, 0x012C, "UnSubscribeDtmfPayloadReq", SERVER, NONE, IN_CALLS)                      \
    X (UNSUBSCRIBE_DTMF_PAYLOAD_RES, 0x012D, "UnSubscribeDtmfPayloadRes", PHONE, NONE, IN_CALLS)                       \
    X (UNSUBSCRIBE_DTMF_PAYLOAD_ERR, 0x012E, "UnSubscribeDtmfPayloadErr", PHONE, NONE, IN_CALLS)                       \
    X (SERVICE_URL_STAT_RES, 0x012F, "ServiceURLStatRes", SERVER, STATUS, ANSWERS (SERVICE_URL_STAT_REQ), BY (INSTANCE)) \
    X (CALL_SELECT_STAT_RES, 0x0130, "CallSelectStatRes", SERVER, NONE, )                                              \
    X (OPEN_MULTIMEDIA_RECEIVE_CHANNEL, 0x0131, "OpenMultiMediaReceiveChannel", SERVER, NONE, IN_CALLS)                \
    X (START_MULTIMEDIA_TRANSMISSION, 0x0132, "StartMultiMediaTransmission", SERVER, NONE, IN_CALLS)                   \
    X (STOP_MULTIMEDIA_TRANSMISSION, 0x0133, "StopMultiMediaTransmission", SERVER, NONE, IN_CALLS)                     \
    X (MISCELLANEOUS_COMMAND, 0x0134, "MiscellaneousCommand", SERVER, NONE, IN_CALLS)                                  \
    X (FLOW_CONTROL_COMMAND, 0x0135, "FlowControlCommand", SERVER, NONE, IN_CALLS)                                     \
    X (CLOSE_MULTIMEDIA_RECEIVE_CHANNEL, 0x0136, "CloseMultiMediaReceiveChannel", SERVER, NONE, IN_CALLS)              \
    X (CREATE_CONFERENCE_REQ, 0x0137, "CreateConferenceReq", SERVER, NONE, IN_CALLS)                                   \
    X (DELETE_CONFERENCE_REQ, 0x0138, "DeleteConferenceReq", SERVER, NONE, IN_CALLS)                                   \
    X (MODIFY_CONFERENCE_REQ, 0x0139, "ModifyConferenceReq", SERVER, NONE, IN_CALLS)                                   \
    X (ADD_PARTICIPANT_REQ, 0x013A, "AddParticipantReq", SERVER, NONE, IN_CALLS)                                       \
    X (DROP_PARTICIPANT_REQ, 0x013B, "DropParticipantReq", SERVER, NONE, IN_CALLS)                                     \
    X (AUDIT_CONFERENCE_REQ, 0x013C, "AuditConferenceReq", SERVER, NONE, IN_CALLS)                                     \
    X (AUDIT_PARTICIPANT_REQ, 0x013D, "AuditParticipantReq", SERVER, NONE, IN_CALLS)                                   \
    X (CHANGE_PARTICIPANT_REQ, 0x013E, "ChangeParticipantReq", SERVER, NONE, IN_CALLS)                                 \
    X (USER_TO_DEVICE_DATA_VERSION_1, 0x013F, "UserToDeviceDataVersion1", SERVER, NONE, ASKS)                          \
    X (VIDEO_DISPLAY_COMMAND, 0x0140, "VideoDisplayCommand", SERVER, NONE, IN_CALLS)                                   \
    X (FLOW_CONTROL_NOTIFY, 0x0141, "FlowControlNotify", SERVER, NONE, IN_CALLS)                                       \
    X (CONFIG_STAT_V2_RES, 0x0142, "ConfigStatV2Res", SERVER, TEMPLATES, ANSWERS (CONFIG_STAT_REQ))                    \
    X (DISPLAY_NOTIFY_V2, 0x0143, "DisplayNotifyV2", SERVER, FINISH, ALSO_IN_CALLS)                                    \
    X (DISPLAY_PRI_NOTIFY_V2, 0x0144, "DisplayPriNotifyV2", SERVER, FINISH, ALSO_IN_CALLS)                             \
    X (DISPLAY_PROMPT_STATUS_V2, 0x0145, "DisplayPromptStatusV2", SERVER, FINISH, ALSO_IN_CALLS)                       \
    X (FEATURE_STAT_V2_RES, 0x0146, "FeatureStatV2Res", SERVER, STATUS, ANSWERS (FEATURE_STAT_REQ), BY (INSTANCE))     \
    X (LINE_STAT_V2_RES, 0x0147, "LineStatV2Res", SERVER, STATUS, ANSWERS (LINE_STAT_REQ), BY (LINE))                  \
    X (SERVICE_URL_STAT_V2_RES, 0x0148, "ServiceURLStatV2Res", SERVER, STATUS, ANSWERS (SERVICE_URL_STAT_REQ), BY (INSTANCE)) \
    X (SPEED_DIAL_STAT_V2_RES, 0x0149, "SpeedDialStatV2Res", SERVER, STATUS, ANSWERS (SPEED_DIAL_STAT_REQ), BY (INSTANCE)) \
    X (CALL_INFO_V2, 0x014A, "CallInfoV2", SERVER, NONE, )                                                             \
    X (PORT_REQ, 0x014B, "PortReq", SERVER, NONE, IN_CALLS)                                                            \
    X (PORT_CLOSE, 0x014C, "PortClose", SERVER, NONE, IN_CALLS)                                                        \
    X (QOS_LISTEN, 0x014D, "QoSListen", SERVER, NONE, IN_CALLS)                                                        \
    X (QOS_PATH, 0x014E, "QoSPath", SERVER, NONE, IN_CALLS)                                                            \
    X (QOS_TEARDOWN, 0x014F, "QoSTeardown", SERVER, NONE, IN_CALLS)                                                    \
    X (UPDATE_DSCP, 0x0150, "UpdateDSCP", SERVER, NONE, IN_CALLS)                                                      \
    X (QOS_MODIFY, 0x0151, "QoSModify", SERVER, NONE, IN_CALLS)                                                        \
    X (SUBSCRIPTION_STAT_RES, 0x0152, "SubscriptionStatRes", SERVER, NONE, ANSWERS (SUBSCRIPTION_STAT_REQ))            \
    X (NOTIFICATION, 0x0153, "Notification", SERVER, NONE, )                                                           \
    X (START_MEDIA_TRANSMISSION_ACK, 0x0154, "StartMediaTransmissionAck", PHONE, NONE, IN_CALLS)                       \
    X (START_MULTIMEDIA_TRANSMISSION_ACK, 0x0155, "StartMultiMediaTransmissionAck", PHONE, NONE, IN_CALLS)             \
    X (CALL_HISTORY_INFO, 0x0156, "CallHistoryInfo", SERVER, NONE, )                                                   \
    X (LOCATION_INFO, 0x0157, "LocationInfo", PHONE, NONE, )                                                           \
    X (MWI_RES, 0x0158, "MwiRes", SERVER, NONE, IN_CALLS)                                                              \
    X (ADD_ON_DEVICE_CAPABILITIES, 0x0159, "AddOnDeviceCapabilities", PHONE, CAPABILITIES, )                           \
    X (ENHANCED_ALARM, 0x015A, "EnhancedAlarm", PHONE, REGISTER, )                                                     \
    X (CALL_COUNT_REQ, 0x015E, "CallCountReq", PHONE, NONE, ASKS)                                                      \
    X (CALL_COUNT_RESP, 0x015F, "CallCountResp", SERVER, NONE, ANSWERS (CALL_COUNT_REQ))                               \
    X (RECORDING_STATUS, 0x0160, "RecordingStatus", SERVER, NONE, )                                                    \
    X (SPCP_REGISTER_TOKEN_REQ, 0x8000, "SPCPRegisterTokenReq", PHONE, TOKEN, ASKS)                                    \
    X (SPCP_REGISTER_TOKEN_ACK, 0x8100, "SPCPRegisterTokenAck", SERVER, TOKEN, ANSWERS (SPCP_REGISTER_TOKEN_REQ))      \
    X (SPCP_REGISTER_TOKEN_REJECT, 0x8101, "SPCPRegisterTokenReject", SERVER, TOKEN, ANSWERS (SPCP_REGISTER_TOKEN_REQ))
/* clang-format on */

enum {
#define X(symbol, id, ...) SCCP_##symbol = id,
    SCCP_MESSAGES (X)
#undef X
};
