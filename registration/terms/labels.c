/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/labels.h"

#include "registration/terms/names.h"

#include <string.h>

/* The English phrases, spelled as an English phone shows them ("CFwdAll" is what stands under the key). Numbers 0x60
 * after 0x80, and 0x01, 0x42 and 0x47 to 0x4E after 0x1E, are not known. */

static const NameRow rows_80[] = {
    { .number = 0x01, .name = "Redial" },
    { .number = 0x02, .name = "NewCall" },
    { .number = 0x03, .name = "Hold" },
    { .number = 0x04, .name = "Transfer" },
    { .number = 0x05, .name = "CFwdAll" },
    { .number = 0x06, .name = "CFwdBusy" },
    { .number = 0x07, .name = "CFwdNoAnswer" },
    { .number = 0x08, .name = "Backspace" },
    { .number = 0x09, .name = "EndCall" },
    { .number = 0x0A, .name = "Resume" },
    { .number = 0x0B, .name = "Answer" },
    { .number = 0x0C, .name = "Info" },
    { .number = 0x0D, .name = "Confrn" },
    { .number = 0x0E, .name = "Park" },
    { .number = 0x0F, .name = "Join" },
    { .number = 0x10, .name = "MeetMe" },
    { .number = 0x11, .name = "PickUp" },
    { .number = 0x12, .name = "GPickUp" },
    { .number = 0x13, .name = "Your Current Options" },
    { .number = 0x14, .name = "Off Hook" },
    { .number = 0x15, .name = "On Hook" },
    { .number = 0x16, .name = "Ring Out" },
    { .number = 0x17, .name = "From" },
    { .number = 0x18, .name = "Connected" },
    { .number = 0x19, .name = "Busy" },
    { .number = 0x1A, .name = "Line In Use" },
    { .number = 0x1B, .name = "Call Waiting" },
    { .number = 0x1C, .name = "Call Transfer" },
    { .number = 0x1D, .name = "Call Park" },
    { .number = 0x1E, .name = "Call Proceed" },
    { .number = 0x1F, .name = "In Use Remote" },
    { .number = 0x20, .name = "Enter Number" },
    { .number = 0x21, .name = "Call Park At" },
    { .number = 0x22, .name = "Primary Only" },
    { .number = 0x23, .name = "Temp Fail" },
    { .number = 0x24, .name = "You Have VoiceMail" },
    { .number = 0x25, .name = "Forwarded To" },
    { .number = 0x26, .name = "Can Not Complete Conference" },
    { .number = 0x27, .name = "No Conference Bridge" },
    { .number = 0x28, .name = "Can Not Hold Primary Control" },
    { .number = 0x29, .name = "Invalid Conference Participant" },
    { .number = 0x2A, .name = "In Conference Already" },
    { .number = 0x2B, .name = "No Participant Info" },
    { .number = 0x2C, .name = "Exceed Maximum Parties" },
    { .number = 0x2D, .name = "Key Is Not Active" },
    { .number = 0x2E, .name = "Error No License" },
    { .number = 0x2F, .name = "Error DBConfig" },
    { .number = 0x30, .name = "Error Database" },
    { .number = 0x31, .name = "Error Pass Limit" },
    { .number = 0x32, .name = "Error Unknown" },
    { .number = 0x33, .name = "Error Mismatch" },
    { .number = 0x34, .name = "Conference" },
    { .number = 0x35, .name = "Park Number" },
    { .number = 0x36, .name = "Private" },
    { .number = 0x37, .name = "Not Enough Bandwidth" },
    { .number = 0x38, .name = "Unknown Number" },
    { .number = 0x39, .name = "RmLstC" },
    { .number = 0x3A, .name = "VoiceMail" },
    { .number = 0x3B, .name = "ImmDiv" },
    { .number = 0x3C, .name = "Intrcpt" },
    { .number = 0x3D, .name = "SetWtch" },
    { .number = 0x3E, .name = "TrnsfVM" },
    { .number = 0x3F, .name = "DND" },
    { .number = 0x40, .name = "DivAll" },
    { .number = 0x41, .name = "CallBack" },
    { .number = 0x42, .name = "Network Congestion, Rerouting" },
    { .number = 0x43, .name = "Barge" },
    { .number = 0x44, .name = "Failed To Setup Barge" },
    { .number = 0x45, .name = "Another Barge Exists" },
    { .number = 0x46, .name = "Incompatible Device Type" },
    { .number = 0x47, .name = "No Park Number Available" },
    { .number = 0x48, .name = "CallPark Reversion" },
    { .number = 0x49, .name = "Service Is Not Active" },
    { .number = 0x4A, .name = "High Traffic, Try Again Later" },
    { .number = 0x4B, .name = "QRT" },
    { .number = 0x4C, .name = "MCID" },
    { .number = 0x4D, .name = "DirTrfr" },
    { .number = 0x4E, .name = "Select" },
    { .number = 0x4F, .name = "ConfList" },
    { .number = 0x50, .name = "iDivert" },
    { .number = 0x51, .name = "cBarge" },
    { .number = 0x52, .name = "Can Not Complete Transfer" },
    { .number = 0x53, .name = "Can Not Join Calls" },
    { .number = 0x54, .name = "MCID Successful" },
    { .number = 0x55, .name = "Number Not Configured" },
    { .number = 0x56, .name = "Security Error" },
    { .number = 0x57, .name = "Video Bandwidth Unavailable" },
    { .number = 0x58, .name = "VidMode" },
    { .number = 0x59, .name = "Max Call Duration Timeout" },
    { .number = 0x5A, .name = "Max Hold Duration Timeout" },
    { .number = 0x5B, .name = "OPickUp" },
    { .number = 0x5C, .name = "HLog" },
    { .number = 0x5D, .name = "Logged Out Of Hunt Group" },
    { .number = 0x5E, .name = "Park Slot Unavailable" },
    { .number = 0x5F, .name = "No Call Available For PickUp" },
    { .number = 0x61, .name = "External Transfer Restricted" },
    { .number = 0x62, .name = "No Line Available For PickUp" },
    { .number = 0x63, .name = "Path Replacement In Progress" },
    { .number = 0x64, .name = "Queue" },
    { .number = 0x65, .name = "MAC Address" },
    { .number = 0x66, .name = "Host Name" },
    { .number = 0x67, .name = "Domain Name" },
    { .number = 0x68, .name = "IP Address" },
    { .number = 0x69, .name = "Subnet Mask" },
    { .number = 0x6A, .name = "TFTP Server 1" },
    { .number = 0x6B, .name = "Default Router 1" },
    { .number = 0x6C, .name = "Default Router 2" },
    { .number = 0x6D, .name = "Default Router 3" },
    { .number = 0x6E, .name = "Default Router 4" },
    { .number = 0x6F, .name = "Default Router 5" },
    { .number = 0x70, .name = "DNS Server 1" },
    { .number = 0x71, .name = "DNS Server 2" },
    { .number = 0x72, .name = "DNS Server 3" },
    { .number = 0x73, .name = "DNS Server 4" },
    { .number = 0x74, .name = "DNS Server 5" },
    { .number = 0x75, .name = "Operational VLAN ID" },
    { .number = 0x76, .name = "Admin VLAN ID" },
    { .number = 0x77, .name = "Call Manager 1" },
    { .number = 0x78, .name = "Call Manager 2" },
    { .number = 0x79, .name = "Call Manager 3" },
    { .number = 0x7A, .name = "Call Manager 4" },
    { .number = 0x7B, .name = "Call Manager 5" },
    { .number = 0x7C, .name = "Information URL" },
    { .number = 0x7D, .name = "Directories URL" },
    { .number = 0x7E, .name = "Messages URL" },
    { .number = 0x7F, .name = "Services URL" },
};

static const NameRow rows_1e[] = {
    { .number = 0x02, .name = "Acct" },
    { .number = 0x03, .name = "Flash" },
    { .number = 0x04, .name = "Login" },
    { .number = 0x05, .name = "Device In Home Location" },
    { .number = 0x06, .name = "Device In Roaming Location" },
    { .number = 0x07, .name = "Enter Authorization Code" },
    { .number = 0x08, .name = "Enter Client Matter Code" },
    { .number = 0x09, .name = "Calls Available For PickUp" },
    { .number = 0x0A, .name = "CM Fallback Service Operating" },
    { .number = 0x0B, .name = "Max Phones Exceeded" },
    { .number = 0x0C, .name = "Waiting To Rehome" },
    { .number = 0x0D, .name = "Please End Call" },
    { .number = 0x0E, .name = "Paging" },
    { .number = 0x0F, .name = "Select Line" },
    { .number = 0x10, .name = "Transfer Destination Is Busy" },
    { .number = 0x11, .name = "Select A Service" },
    { .number = 0x12, .name = "Local Services" },
    { .number = 0x13, .name = "Enter Search Criteria" },
    { .number = 0x14, .name = "Night Service" },
    { .number = 0x15, .name = "Night Service Active" },
    { .number = 0x16, .name = "Night Service Disabled" },
    { .number = 0x17, .name = "Login Successful" },
    { .number = 0x18, .name = "Wrong PIN" },
    { .number = 0x19, .name = "Please Enter PIN" },
    { .number = 0x1A, .name = "Of" },
    { .number = 0x1B, .name = "Records 1 To" },
    { .number = 0x1C, .name = "No Record Found" },
    { .number = 0x1D, .name = "Search Results" },
    { .number = 0x1E, .name = "Calls In Queue" },
    { .number = 0x1F, .name = "Join To Hunt Group" },
    { .number = 0x20, .name = "Ready" },
    { .number = 0x21, .name = "NotReady" },
    { .number = 0x22, .name = "Call On Hold" },
    { .number = 0x23, .name = "Hold Reversion" },
    { .number = 0x24, .name = "Setup Failed" },
    { .number = 0x25, .name = "No Resources" },
    { .number = 0x26, .name = "Device Not Authorized" },
    { .number = 0x27, .name = "Monitoring" },
    { .number = 0x28, .name = "Recording Awaiting Call To Be Active" },
    { .number = 0x29, .name = "Recording Already In Progress" },
    { .number = 0x2A, .name = "Inactive Recording Session" },
    { .number = 0x2B, .name = "Mobility" },
    { .number = 0x2C, .name = "Whisper" },
    { .number = 0x2D, .name = "Forward All" },
    { .number = 0x2E, .name = "Malicious Call ID" },
    { .number = 0x2F, .name = "Group PickUp" },
    { .number = 0x30, .name = "Remove Last Participant" },
    { .number = 0x31, .name = "Other PickUp" },
    { .number = 0x32, .name = "Video" },
    { .number = 0x33, .name = "End Call" },
    { .number = 0x34, .name = "Conference List" },
    { .number = 0x35, .name = "Quality Reporting Tool" },
    { .number = 0x36, .name = "Hunt Group" },
    { .number = 0x37, .name = "Use Line Or Join To Complete" },
    { .number = 0x38, .name = "Do Not Disturb" },
    { .number = 0x39, .name = "Do Not Disturb Is Active" },
    { .number = 0x3A, .name = "CFwdAll Loop Detected" },
    { .number = 0x3B, .name = "CFwdAll Hops Exceeded" },
    { .number = 0x3C, .name = "AbbrDial" },
    { .number = 0x3D, .name = "PickUp Is Unavailable" },
    { .number = 0x3E, .name = "Conference Is Unavailable" },
    { .number = 0x3F, .name = "MeetMe Is Unavailable" },
    { .number = 0x40, .name = "Cannot Retrieve Parked Call" },
    { .number = 0x41, .name = "Cannot Send Call To Mobile" },
    { .number = 0x43, .name = "Record" },
    { .number = 0x44, .name = "Cannot Move Conversation" },
    { .number = 0x45, .name = "CW Off" },
    { .number = 0x46, .name = "Coaching" },
    { .number = 0x4F, .name = "Recording" },
    { .number = 0x50, .name = "Recording Failed" },
    { .number = 0x51, .name = "Connecting" },
};

const NameTable names_labels_80 = { rows_80, G_N_ELEMENTS (rows_80) };
const NameTable names_labels_1e = { rows_1e, G_N_ELEMENTS (rows_1e) };

enum { LEAD_200 = 0x80, LEAD_36 = 0x1E };

typedef enum { NOTHING_YET, AFTER_TEXT, AFTER_PHRASE } Previous;

static gboolean starts_word (gunichar c)
{
    return g_unichar_isalnum (c) || (c && c < 0x80 && strchr ("([{+#*", (int) c));
}

static gboolean ends_word (gunichar c)
{
    return g_unichar_isalnum (c) || (c && c < 0x80 && strchr (")]}#*", (int) c));
}

/* A space where a phrase and its neighbour would read as one word. */
static void part (gunichar next, gunichar last, GString *out)
{
    if (ends_word (last) && starts_word (next))
        g_string_append_c (out, ' ');
}

static const char *phrase_of (guint8 lead, guint8 code, char *ret_unknown, gsize size)
{
    const NameRow *row = name_table_find (lead == LEAD_200 ? &names_labels_80 : &names_labels_1e, code);

    if (row)
        return row->name;
    g_snprintf (ret_unknown, size, "[label 0x%02X 0x%02X]", lead, code);
    return ret_unknown;
}

/* One character of text at data: returns the octets it takes and sets *ret_c; 0 means drop the octets *ret_c counts. */
static gsize read_character (const guint8 *data, gsize size, gboolean seen_utf8, gunichar *ret_c)
{
    if (data[0] < 0x80) {
        *ret_c = data[0];
        return 1;
    }
    gunichar c = g_utf8_get_char_validated ((const char *) data, (gssize) MIN (size, 6));
    if (c == (gunichar) -2 && seen_utf8 && size < 4) {
        /* A box of fixed size cut a UTF-8 text in the middle of its last character. */
        *ret_c = (gunichar) size;
        return 0;
    }
    if (c == (gunichar) -1 || c == (gunichar) -2) {
        *ret_c = data[0];
        return 1;
    }
    *ret_c = c;
    return (gsize) g_unichar_to_utf8 (c, NULL);
}

void labels_translate (View text, GString *out)
{
    Previous previous = NOTHING_YET;
    gunichar last = 0;
    gboolean seen_utf8 = FALSE;

    for (gsize i = 0; i < text.size;) {
        const guint8 *data = text.data + i;
        gsize left = text.size - i;

        if (data[0] == LEAD_200 || data[0] == LEAD_36) {
            if (left < 2)
                break;
            char unknown[32];
            const char *phrase = phrase_of (data[0], data[1], unknown, sizeof unknown);
            if (previous != NOTHING_YET)
                part (g_utf8_get_char (phrase), last, out);
            g_string_append (out, phrase);
            last = (guint8) phrase[strlen (phrase) - 1];
            previous = AFTER_PHRASE;
            i += 2;
            continue;
        }
        gunichar c;
        gsize step = read_character (data, left, seen_utf8, &c);
        if (step == 0) {
            i += c;
            continue;
        }
        i += step;
        seen_utf8 = seen_utf8 || step > 1;
        if (c == '\t' || c == '\n' || c == '\r')
            c = ' ';
        if (c < 0x20 || (c >= 0x7F && c < 0xA0))
            continue;
        if (previous == AFTER_PHRASE)
            part (c, last, out);
        g_string_append_unichar (out, c);
        last = c;
        previous = AFTER_TEXT;
    }
}
