/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/catalog.h"

/* SCCP ids and names are those of Wireshark's skinny.messageId (a test compares them); 0x0011 is known to chan-sccp
 * only. Senders, phases and answers: reference 1.4, with the two directions that Wireshark has wrong (0x0157, 0x015A)
 * put right. UpdateCapabilities and its successors clear a pending CapabilitiesReq but need none (reference M5). */
#define UNKNOWN_ID G_MAXUINT32

/* clang-format off */
static const MessageKind kinds[] = {
    { PROTOCOL_SCCP, 0x0000, "KeepAliveReq", SIDE_PHONE, PHASE_KEEPALIVE, .is_request = TRUE },
    { PROTOCOL_SCCP, 0x0001, "RegisterReq", SIDE_PHONE, PHASE_REGISTER, .is_request = TRUE },
    { PROTOCOL_SCCP, 0x0002, "IpPort", SIDE_PHONE, PHASE_REGISTER },
    { PROTOCOL_SCCP, 0x0003, "KeypadButton", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0004, "EnblocCall", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0005, "Stimulus", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0006, "OffHook", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0007, "OnHook", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0008, "HookFlash", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0009, "ForwardStatReq", SIDE_PHONE, PHASE_STATUS, .is_request = TRUE, .instance = VALUE_LINE },
    { PROTOCOL_SCCP, 0x000A, "SpeedDialStatReq", SIDE_PHONE, PHASE_STATUS, .is_request = TRUE, .instance = VALUE_INSTANCE },
    { PROTOCOL_SCCP, 0x000B, "LineStatReq", SIDE_PHONE, PHASE_STATUS, .is_request = TRUE, .instance = VALUE_LINE },
    { PROTOCOL_SCCP, 0x000C, "ConfigStatReq", SIDE_PHONE, PHASE_TEMPLATES, .is_request = TRUE },
    { PROTOCOL_SCCP, 0x000D, "TimeDateReq", SIDE_PHONE, PHASE_FINISH, .is_request = TRUE },
    { PROTOCOL_SCCP, 0x000E, "ButtonTemplateReq", SIDE_PHONE, PHASE_TEMPLATES, .is_request = TRUE },
    { PROTOCOL_SCCP, 0x000F, "VersionReq", SIDE_PHONE, PHASE_TEMPLATES, .is_request = TRUE },
    { PROTOCOL_SCCP, 0x0010, "CapabilitiesRes", SIDE_PHONE, PHASE_CAPABILITIES, .is_answer = TRUE, .answers = 0x009B },
    { PROTOCOL_SCCP, 0x0011, "MediaPortList", SIDE_PHONE, PHASE_REGISTER },
    { PROTOCOL_SCCP, 0x0012, "ServerReq", SIDE_PHONE, PHASE_TEMPLATES, .is_request = TRUE },
    { PROTOCOL_SCCP, 0x0020, "Alarm", SIDE_PHONE, PHASE_REGISTER },
    { PROTOCOL_SCCP, 0x0021, "MulticastMediaReceptionAck", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0022, "OpenReceiveChannelAck", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0023, "ConnectionStatisticsRes", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0024, "OffHookWithCallingPartyNumber", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0025, "SoftKeySetReq", SIDE_PHONE, PHASE_TEMPLATES, .is_request = TRUE },
    { PROTOCOL_SCCP, 0x0026, "SoftKeyEvent", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0027, "UnregisterReq", SIDE_PHONE, PHASE_UNREGISTER, .is_request = TRUE },
    { PROTOCOL_SCCP, 0x0028, "SoftKeyTemplateReq", SIDE_PHONE, PHASE_TEMPLATES, .is_request = TRUE },
    { PROTOCOL_SCCP, 0x0029, "RegisterTokenReq", SIDE_PHONE, PHASE_TOKEN, .is_request = TRUE },
    { PROTOCOL_SCCP, 0x002A, "MediaTransmissionFailure", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x002B, "HeadsetStatus", SIDE_PHONE, PHASE_CAPABILITIES, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x002C, "MediaResourceNotification", SIDE_PHONE, PHASE_CAPABILITIES },
    { PROTOCOL_SCCP, 0x002D, "RegisterAvailableLines", SIDE_PHONE, PHASE_FINISH },
    { PROTOCOL_SCCP, 0x002E, "DeviceToUserData", SIDE_PHONE, PHASE_NONE },
    { PROTOCOL_SCCP, 0x002F, "DeviceToUserDataResponse", SIDE_PHONE, PHASE_NONE, .is_answer = TRUE, .answers = 0x011E },
    { PROTOCOL_SCCP, 0x0030, "UpdateCapabilities", SIDE_PHONE, PHASE_CAPABILITIES, .is_answer = TRUE, .answers = 0x009B },
    { PROTOCOL_SCCP, 0x0031, "OpenMultiMediaReceiveChannelAck", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0032, "ClearConference", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0033, "ServiceURLStatReq", SIDE_PHONE, PHASE_STATUS, .is_request = TRUE, .instance = VALUE_INSTANCE },
    { PROTOCOL_SCCP, 0x0034, "FeatureStatReq", SIDE_PHONE, PHASE_STATUS, .is_request = TRUE, .instance = VALUE_INSTANCE },
    { PROTOCOL_SCCP, 0x0035, "CreateConferenceRes", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0036, "DeleteConferenceRes", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0037, "ModifyConferenceRes", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0038, "AddParticipantRes", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0039, "AuditConferenceRes", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0040, "AuditParticipantRes", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0041, "DeviceToUserDataVersion1", SIDE_PHONE, PHASE_NONE },
    { PROTOCOL_SCCP, 0x0042, "DeviceToUserDataResponseVersion1", SIDE_PHONE, PHASE_NONE, .is_answer = TRUE, .answers = 0x013F },
    { PROTOCOL_SCCP, 0x0043, "CapabilitiesV2Res", SIDE_PHONE, PHASE_CAPABILITIES, .is_answer = TRUE, .answers = 0x009B },
    { PROTOCOL_SCCP, 0x0044, "CapabilitiesV3Res", SIDE_PHONE, PHASE_CAPABILITIES, .is_answer = TRUE, .answers = 0x009B },
    { PROTOCOL_SCCP, 0x0045, "PortRes", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0046, "QoSResvNotify", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0047, "QoSErrorNotify", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0048, "SubscriptionStatReq", SIDE_PHONE, PHASE_NONE, .is_request = TRUE },
    { PROTOCOL_SCCP, 0x0049, "MediaPathEvent", SIDE_PHONE, PHASE_CAPABILITIES, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x004A, "MediaPathCapability", SIDE_PHONE, PHASE_CAPABILITIES, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x004C, "MwiNotification", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0081, "RegisterAck", SIDE_SERVER, PHASE_REGISTER, .is_answer = TRUE, .answers = 0x0001 },
    { PROTOCOL_SCCP, 0x0082, "StartTone", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0083, "StopTone", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0085, "SetRinger", SIDE_SERVER, PHASE_FINISH, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x0086, "SetLamp", SIDE_SERVER, PHASE_FINISH, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x0087, "SetHookFlashDetect", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0088, "SetSpeakerMode", SIDE_SERVER, PHASE_FINISH, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x0089, "SetMicroMode", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x008A, "StartMediaTransmission", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x008B, "StopMediaTransmission", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x008F, "CallInfo", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0090, "ForwardStatRes", SIDE_SERVER, PHASE_STATUS, .is_answer = TRUE, .answers = 0x0009, .instance = VALUE_LINE },
    { PROTOCOL_SCCP, 0x0091, "SpeedDialStatRes", SIDE_SERVER, PHASE_STATUS, .is_answer = TRUE, .answers = 0x000A, .instance = VALUE_INSTANCE },
    { PROTOCOL_SCCP, 0x0092, "LineStatRes", SIDE_SERVER, PHASE_STATUS, .is_answer = TRUE, .answers = 0x000B, .instance = VALUE_LINE },
    { PROTOCOL_SCCP, 0x0093, "ConfigStatRes", SIDE_SERVER, PHASE_TEMPLATES, .is_answer = TRUE, .answers = 0x000C },
    { PROTOCOL_SCCP, 0x0094, "TimeDateRes", SIDE_SERVER, PHASE_FINISH, .also_in_calls = TRUE, .is_answer = TRUE, .answers = 0x000D },
    { PROTOCOL_SCCP, 0x0095, "StartSessionTransmission", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0096, "StopSessionTransmission", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0097, "ButtonTemplateRes", SIDE_SERVER, PHASE_TEMPLATES, .is_answer = TRUE, .answers = 0x000E },
    { PROTOCOL_SCCP, 0x0098, "VersionRes", SIDE_SERVER, PHASE_TEMPLATES, .is_answer = TRUE, .answers = 0x000F },
    { PROTOCOL_SCCP, 0x0099, "DisplayText", SIDE_SERVER, PHASE_FINISH, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x009A, "ClearDisplay", SIDE_SERVER, PHASE_FINISH, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x009B, "CapabilitiesReq", SIDE_SERVER, PHASE_CAPABILITIES, .is_request = TRUE },
    { PROTOCOL_SCCP, 0x009D, "RegisterReject", SIDE_SERVER, PHASE_REGISTER, .is_answer = TRUE, .answers = 0x0001 },
    { PROTOCOL_SCCP, 0x009E, "ServerRes", SIDE_SERVER, PHASE_TEMPLATES, .is_answer = TRUE, .answers = 0x0012 },
    { PROTOCOL_SCCP, 0x009F, "Reset", SIDE_SERVER, PHASE_UNREGISTER },
    { PROTOCOL_SCCP, 0x0100, "KeepAliveAck", SIDE_SERVER, PHASE_KEEPALIVE, .is_answer = TRUE, .answers = 0x0000 },
    { PROTOCOL_SCCP, 0x0101, "StartMulticastMediaReception", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0102, "StartMulticastMediaTransmission", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0103, "StopMulticastMediaReception", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0104, "StopMulticastMediaTransmission", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0105, "OpenReceiveChannel", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0106, "CloseReceiveChannel", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0107, "ConnectionStatisticsReq", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0108, "SoftKeyTemplateRes", SIDE_SERVER, PHASE_TEMPLATES, .is_answer = TRUE, .answers = 0x0028 },
    { PROTOCOL_SCCP, 0x0109, "SoftKeySetRes", SIDE_SERVER, PHASE_TEMPLATES, .is_answer = TRUE, .answers = 0x0025 },
    { PROTOCOL_SCCP, 0x0110, "SelectSoftKeys", SIDE_SERVER, PHASE_FINISH, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x0111, "CallState", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0112, "DisplayPromptStatus", SIDE_SERVER, PHASE_FINISH, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x0113, "ClearPromptStatus", SIDE_SERVER, PHASE_FINISH, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x0114, "DisplayNotify", SIDE_SERVER, PHASE_FINISH, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x0115, "ClearNotify", SIDE_SERVER, PHASE_FINISH, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x0116, "ActivateCallPlane", SIDE_SERVER, PHASE_FINISH, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x0117, "DeactivateCallPlane", SIDE_SERVER, PHASE_FINISH, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x0118, "UnregisterAck", SIDE_SERVER, PHASE_UNREGISTER, .is_answer = TRUE, .answers = 0x0027 },
    { PROTOCOL_SCCP, 0x0119, "BackSpaceRes", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x011A, "RegisterTokenAck", SIDE_SERVER, PHASE_TOKEN, .is_answer = TRUE, .answers = 0x0029 },
    { PROTOCOL_SCCP, 0x011B, "RegisterTokenReject", SIDE_SERVER, PHASE_TOKEN, .is_answer = TRUE, .answers = 0x0029 },
    { PROTOCOL_SCCP, 0x011C, "StartMediaFailureDetection", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x011D, "DialedNumber", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x011E, "UserToDeviceData", SIDE_SERVER, PHASE_NONE, .is_request = TRUE },
    { PROTOCOL_SCCP, 0x011F, "FeatureStatRes", SIDE_SERVER, PHASE_STATUS, .is_answer = TRUE, .answers = 0x0034, .instance = VALUE_INSTANCE },
    { PROTOCOL_SCCP, 0x0120, "DisplayPriNotify", SIDE_SERVER, PHASE_FINISH, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x0121, "ClearPriNotify", SIDE_SERVER, PHASE_FINISH, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x0122, "StartAnnouncement", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0123, "StopAnnouncement", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0124, "AnnouncementFinish", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0127, "NotifyDtmfTone", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0128, "SendDtmfTone", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0129, "SubscribeDtmfPayloadReq", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x012A, "SubscribeDtmfPayloadRes", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x012B, "SubscribeDtmfPayloadErr", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x012C, "UnSubscribeDtmfPayloadReq", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x012D, "UnSubscribeDtmfPayloadRes", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x012E, "UnSubscribeDtmfPayloadErr", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x012F, "ServiceURLStatRes", SIDE_SERVER, PHASE_STATUS, .is_answer = TRUE, .answers = 0x0033, .instance = VALUE_INSTANCE },
    { PROTOCOL_SCCP, 0x0130, "CallSelectStatRes", SIDE_SERVER, PHASE_NONE },
    { PROTOCOL_SCCP, 0x0131, "OpenMultiMediaReceiveChannel", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0132, "StartMultiMediaTransmission", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0133, "StopMultiMediaTransmission", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0134, "MiscellaneousCommand", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0135, "FlowControlCommand", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0136, "CloseMultiMediaReceiveChannel", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0137, "CreateConferenceReq", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0138, "DeleteConferenceReq", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0139, "ModifyConferenceReq", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x013A, "AddParticipantReq", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x013B, "DropParticipantReq", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x013C, "AuditConferenceReq", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x013D, "AuditParticipantReq", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x013E, "ChangeParticipantReq", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x013F, "UserToDeviceDataVersion1", SIDE_SERVER, PHASE_NONE, .is_request = TRUE },
    { PROTOCOL_SCCP, 0x0140, "VideoDisplayCommand", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0141, "FlowControlNotify", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0142, "ConfigStatV2Res", SIDE_SERVER, PHASE_TEMPLATES, .is_answer = TRUE, .answers = 0x000C },
    { PROTOCOL_SCCP, 0x0143, "DisplayNotifyV2", SIDE_SERVER, PHASE_FINISH, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x0144, "DisplayPriNotifyV2", SIDE_SERVER, PHASE_FINISH, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x0145, "DisplayPromptStatusV2", SIDE_SERVER, PHASE_FINISH, .also_in_calls = TRUE },
    { PROTOCOL_SCCP, 0x0146, "FeatureStatV2Res", SIDE_SERVER, PHASE_STATUS, .is_answer = TRUE, .answers = 0x0034, .instance = VALUE_INSTANCE },
    { PROTOCOL_SCCP, 0x0147, "LineStatV2Res", SIDE_SERVER, PHASE_STATUS, .is_answer = TRUE, .answers = 0x000B, .instance = VALUE_LINE },
    { PROTOCOL_SCCP, 0x0148, "ServiceURLStatV2Res", SIDE_SERVER, PHASE_STATUS, .is_answer = TRUE, .answers = 0x0033, .instance = VALUE_INSTANCE },
    { PROTOCOL_SCCP, 0x0149, "SpeedDialStatV2Res", SIDE_SERVER, PHASE_STATUS, .is_answer = TRUE, .answers = 0x000A, .instance = VALUE_INSTANCE },
    { PROTOCOL_SCCP, 0x014A, "CallInfoV2", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x014B, "PortReq", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x014C, "PortClose", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x014D, "QoSListen", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x014E, "QoSPath", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x014F, "QoSTeardown", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0150, "UpdateDSCP", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0151, "QoSModify", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0152, "SubscriptionStatRes", SIDE_SERVER, PHASE_NONE, .is_answer = TRUE, .answers = 0x0048 },
    { PROTOCOL_SCCP, 0x0153, "Notification", SIDE_SERVER, PHASE_NONE },
    { PROTOCOL_SCCP, 0x0154, "StartMediaTransmissionAck", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0155, "StartMultiMediaTransmissionAck", SIDE_PHONE, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0156, "CallHistoryInfo", SIDE_SERVER, PHASE_NONE },
    { PROTOCOL_SCCP, 0x0157, "LocationInfo", SIDE_PHONE, PHASE_NONE },
    { PROTOCOL_SCCP, 0x0158, "MwiRes", SIDE_SERVER, PHASE_NONE, .group = "sccp.call" },
    { PROTOCOL_SCCP, 0x0159, "AddOnDeviceCapabilities", SIDE_PHONE, PHASE_CAPABILITIES },
    { PROTOCOL_SCCP, 0x015A, "EnhancedAlarm", SIDE_PHONE, PHASE_REGISTER },
    { PROTOCOL_SCCP, 0x015E, "CallCountReq", SIDE_PHONE, PHASE_NONE, .is_request = TRUE },
    { PROTOCOL_SCCP, 0x015F, "CallCountResp", SIDE_SERVER, PHASE_NONE, .is_answer = TRUE, .answers = 0x015E },
    { PROTOCOL_SCCP, 0x0160, "RecordingStatus", SIDE_SERVER, PHASE_NONE },
    { PROTOCOL_SCCP, 0x8000, "SPCPRegisterTokenReq", SIDE_PHONE, PHASE_TOKEN, .is_request = TRUE },
    { PROTOCOL_SCCP, 0x8100, "SPCPRegisterTokenAck", SIDE_SERVER, PHASE_TOKEN, .is_answer = TRUE, .answers = 0x8000 },
    { PROTOCOL_SCCP, 0x8101, "SPCPRegisterTokenReject", SIDE_SERVER, PHASE_TOKEN, .is_answer = TRUE, .answers = 0x8000 },
    { PROTOCOL_SCCP, UNKNOWN_ID, "unknown", SIDE_ANY, PHASE_NONE },

    { PROTOCOL_TCP, TCP_EVENT_CONNECT, "Connect", SIDE_PHONE, PHASE_CONNECT, .is_request = TRUE },
    { PROTOCOL_TCP, TCP_EVENT_CONNECT_AGAIN, "ConnectAgain", SIDE_PHONE, PHASE_CONNECT },
    { PROTOCOL_TCP, TCP_EVENT_ACCEPT, "Accept", SIDE_SERVER, PHASE_CONNECT, .is_answer = TRUE, .answers = TCP_EVENT_CONNECT },
    { PROTOCOL_TCP, TCP_EVENT_ESTABLISHED, "Established", SIDE_PHONE, PHASE_CONNECT },
    { PROTOCOL_TCP, TCP_EVENT_REFUSED, "Refused", SIDE_SERVER, PHASE_CONNECT, .is_answer = TRUE, .answers = TCP_EVENT_CONNECT },
    { PROTOCOL_TCP, TCP_EVENT_ACK, "Ack", SIDE_ANY, PHASE_NONE },
    { PROTOCOL_TCP, TCP_EVENT_SEGMENT, "Segment", SIDE_ANY, PHASE_NONE },
    { PROTOCOL_TCP, TCP_EVENT_HELD, "Held", SIDE_ANY, PHASE_NONE },
    { PROTOCOL_TCP, TCP_EVENT_RETRANSMISSION, "Retransmission", SIDE_ANY, PHASE_NONE },
    { PROTOCOL_TCP, TCP_EVENT_CLOSE, "Close", SIDE_ANY, PHASE_UNREGISTER },
    { PROTOCOL_TCP, TCP_EVENT_RESET, "Reset", SIDE_ANY, PHASE_UNREGISTER },
};
/* clang-format on */

G_STATIC_ASSERT (G_N_ELEMENTS (kinds) < G_MAXUINT16);

const MessageKind *catalog_kind (KindIndex index)
{
    return &kinds[index];
}

guint catalog_size (void)
{
    return G_N_ELEMENTS (kinds);
}

/* Rows are sorted by protocol, then id, with each protocol's unknown row last. */
KindIndex catalog_find (Protocol protocol, guint32 id)
{
    guint low = 0, high = G_N_ELEMENTS (kinds);

    while (low < high) {
        guint middle = (low + high) / 2;
        const MessageKind *kind = &kinds[middle];
        if (kind->protocol < protocol || (kind->protocol == protocol && kind->id < id))
            low = middle + 1;
        else
            high = middle;
    }
    if (low < G_N_ELEMENTS (kinds) && kinds[low].protocol == protocol && kinds[low].id == id)
        return (KindIndex) low;
    g_return_val_if_fail (id != UNKNOWN_ID, 0);
    return catalog_find (protocol, UNKNOWN_ID);
}

gboolean catalog_knows (Protocol protocol, guint32 id)
{
    return id != UNKNOWN_ID && catalog_kind (catalog_find (protocol, id))->id == id;
}

const char *variant_name (Variant variant)
{
    static const char *const names[N_VARIANTS] = {
#define X(symbol, name) [VARIANT_##symbol] = name,
        VARIANTS (X)
#undef X
    };
    return names[variant];
}

const char *protocol_name (Protocol protocol)
{
    static const char *const names[N_PROTOCOLS] = {
        [PROTOCOL_SCCP] = "sccp", [PROTOCOL_SIP] = "sip", [PROTOCOL_DHCP] = "dhcp", [PROTOCOL_TFTP] = "tftp",
        [PROTOCOL_HTTP] = "http", [PROTOCOL_TLS] = "tls", [PROTOCOL_DNS] = "dns",   [PROTOCOL_ICMP] = "icmp",
        [PROTOCOL_ARP] = "arp",   [PROTOCOL_CDP] = "cdp", [PROTOCOL_LLDP] = "lldp", [PROTOCOL_TCP] = "tcp",
    };
    return names[protocol];
}
