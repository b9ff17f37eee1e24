/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/terms/boot_file.h"
#include "registration/terms/words.h"
#include "tests/registration/damage.h"

#include <criterion/criterion.h>

Test (boot_file, every_usual_name_is_known)
{
    static const struct {
        const char *name;
        BootFileKind kind;
    } cases[] = {
        { "CTLSEP001122334455.tlv", BOOT_FILE_CTL },
        { "CTLFile.tlv", BOOT_FILE_CTL_SHARED },
        { "ITLSEP001122334455.tlv", BOOT_FILE_ITL },
        { "ITLFile.tlv", BOOT_FILE_ITL_SHARED },
        { "SEP001122334455.cnf.xml", BOOT_FILE_PHONE_CONFIG },
        { "SEP001122334455.cnf.xml.sgn", BOOT_FILE_PHONE_CONFIG },
        { "SEP001122334455.cnf.xml.enc.sgn", BOOT_FILE_PHONE_CONFIG },
        { "/sep001122334455.CNF.XML?retry=1", BOOT_FILE_PHONE_CONFIG },
        { "CSFALICE.cnf.xml", BOOT_FILE_PHONE_CONFIG },
        { "voice-gateway.example.net.cnf.xml", BOOT_FILE_UNKNOWN },
        { "SEP001122334455.cnf", BOOT_FILE_PHONE_CONFIG_OLD },
        { "XMLDefault.cnf.xml", BOOT_FILE_DEFAULT_CONFIG },
        { "XMLDefault.cnf.xml.sgn", BOOT_FILE_DEFAULT_CONFIG },
        { "XMLDefault7960.cnf.xml", BOOT_FILE_MODEL_DEFAULT },
        { "ATADefault.cnf.xml", BOOT_FILE_MODEL_DEFAULT },
        { "SEPDefault.cnf", BOOT_FILE_DEFAULT_CONFIG_OLD },
        { "SIPDefault.cnf", BOOT_FILE_SIP_DEFAULT },
        { "SIP001122334455.cnf", BOOT_FILE_SIP_PHONE },
        { "OS79XX.TXT", BOOT_FILE_OS79XX },
        { "RINGLIST.DAT", BOOT_FILE_RING_LIST },
        { "Ringlist.xml", BOOT_FILE_RING_LIST },
        { "DistinctiveRinglist.xml", BOOT_FILE_RING_LIST },
        { "Chime.raw", BOOT_FILE_RING_TONE },
        { "gk001122334455", BOOT_FILE_GK_PROFILE },
        { "gkdefault.cfg", BOOT_FILE_GK_PROFILE },
        { "ld001122334455", BOOT_FILE_LD_PROFILE },
        { "lddefault.cfg", BOOT_FILE_LD_PROFILE },
        { "ata001122334455", BOOT_FILE_ATA_PROFILE },
        { "atadefault.cfg", BOOT_FILE_ATA_PROFILE },
        { "term41.default.loads", BOOT_FILE_LOADS },
        { "sip78xx.12-1-1-12.loads", BOOT_FILE_LOADS },
        { "jar41sip.8-4-2.sbn", BOOT_FILE_FIRMWARE },
        { "P0S3-08-12-00.sb2", BOOT_FILE_FIRMWARE },
        { "kern78xx.12-1-1-12.sbn", BOOT_FILE_FIRMWARE },
        { "rootfs88xx.zz.sgn", BOOT_FILE_FIRMWARE },
        { "cmterm-7941.cop.sgn", BOOT_FILE_FIRMWARE },
        { "Germany/g3-tones.xml", BOOT_FILE_TONES },
        { "Tones.xml", BOOT_FILE_TONES },
        { "German_Germany/ipc-sccp.jar", BOOT_FILE_LOCALE },
        { "German_Germany/mk-sip.jar", BOOT_FILE_LOCALE },
        { "German_Germany/sl-be-sip.jar", BOOT_FILE_LOCALE },
        { "German_Germany/7960-dictionary.xml", BOOT_FILE_LOCALE },
        { "German_Germany/7960-font.xml", BOOT_FILE_LOCALE },
        { "SK6c4e3d8a-0001-4c51-9d5a-0123456789ab.xml.sgn", BOOT_FILE_SOFT_KEYS },
        { "Softkeys.xml", BOOT_FILE_SOFT_KEYS },
        { "dialplan.xml", BOOT_FILE_DIAL_PLAN },
        { "DR6c4e3d8a-0001-4c51-9d5a-0123456789ab.xml", BOOT_FILE_DIAL_PLAN },
        { "AppDialRules.xml", BOOT_FILE_DIAL_RULES },
        { "FeaturePolicyDefault.xml", BOOT_FILE_OPTIONAL },
        { "Desktops/320x212x12/List.xml", BOOT_FILE_OPTIONAL },
        { "tzupdater.jar", BOOT_FILE_OPTIONAL },
        { "MTPDefault.cnf", BOOT_FILE_MEDIA_DEFAULT },
        { "rfc1350.txt", BOOT_FILE_UNKNOWN },
        { "List.xml", BOOT_FILE_UNKNOWN },
        { "gk00112233445", BOOT_FILE_UNKNOWN },
        { "SKIN.xml", BOOT_FILE_UNKNOWN },
        { "", BOOT_FILE_UNKNOWN },
        { "/", BOOT_FILE_UNKNOWN },
        { ".sgn", BOOT_FILE_UNKNOWN },
    };
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
        cr_assert_eq (boot_file_kind (cases[i].name, strlen (cases[i].name)), cases[i].kind, "%s", cases[i].name);
}

Test (boot_file, every_kind_is_explained)
{
    for (BootFileKind kind = 0; kind < N_BOOT_FILE_KINDS; kind++) {
        cr_assert (g_str_has_suffix (word_english (word_of_file (kind)), "."), "%d", kind);
        cr_assert (g_str_has_suffix (word_english (word_of_missing_file (kind)), "."), "%d", kind);
    }
    cr_assert_eq (boot_file_missing (BOOT_FILE_ITL), MISSING_HARMLESS);
    cr_assert_eq (boot_file_missing (BOOT_FILE_CTL), MISSING_CONDITIONAL);
    cr_assert_eq (boot_file_missing (BOOT_FILE_DEFAULT_CONFIG), MISSING_FATAL);
}

Test (boot_file, signed_and_encrypted_names_are_told_apart)
{
    cr_assert_not (boot_file_is_signed ("SEP001122334455.cnf.xml", 23));
    cr_assert (boot_file_is_signed ("SEP001122334455.cnf.xml.sgn", 27));
    cr_assert_not (boot_file_is_encrypted ("SEP001122334455.cnf.xml.sgn", 27));
    cr_assert (boot_file_is_signed ("SEP001122334455.cnf.xml.enc.sgn", 31));
    cr_assert (boot_file_is_encrypted ("SEP001122334455.cnf.xml.enc.sgn", 31));
}

Test (boot_file, names_of_phones_give_their_mac_and_device_name)
{
    static const struct {
        const char *name, *mac, *device;
    } cases[] = {
        { "CTLSEP0011223344AA.tlv", "00:11:22:33:44:aa", "SEP0011223344AA" },
        { "ITLSEP0011223344AA.tlv", "00:11:22:33:44:aa", "SEP0011223344AA" },
        { "folder/SEP0011223344AA.cnf.xml.enc.sgn", "00:11:22:33:44:aa", "SEP0011223344AA" },
        { "SEP0011223344aa.cnf", "00:11:22:33:44:aa", "SEP0011223344aa" },
        { "SIP0011223344AA.cnf", "00:11:22:33:44:aa", "" },
        { "gk0011223344aa", "00:11:22:33:44:aa", "" },
        { "ld0011223344aa", "00:11:22:33:44:aa", "" },
        { "ata0011223344aa", "00:11:22:33:44:aa", "" },
        { "SEP0011223344AG.cnf.xml", "", "SEP0011223344AG" },
        { "SEP0011223344AAB.cnf.xml", "", "" }, /* no device name is so long */
        { "CSFALICE.cnf.xml", "", "CSFALICE" },
        { "XMLDefault.cnf.xml", "", "" },
        { "ITLFile.tlv", "", "" },
        { "SEP", "", "" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        const char *name = cases[i].name;
        MacAddress mac = { { 0 } };
        char text[MAC_ADDRESS_TEXT_SIZE] = "";

        if (boot_file_mac (name, strlen (name), &mac))
            mac_address_format (&mac, text);
        cr_assert_str_eq (text, cases[i].mac, "%s", name);
        cr_assert (view_is (boot_file_device_name (name, strlen (name)), cases[i].device), "%s", name);
    }
}

Test (boot_file, load_names_tell_protocol_and_models)
{
    static const struct {
        const char *load;
        LoadProtocol protocol;
        const char *family;
    } cases[] = {
        { "SIP41.9-4-2SR3-1S", LOAD_SIP, "7941/7961" },
        { "SCCP42.9-4-2SR3-1S", LOAD_SCCP, "7942/7962" },
        { "SIP45.8-4-2S.loads", LOAD_SIP, "7945/7965" },
        { "SCCP70.8-5-3S", LOAD_SCCP, "7970/7971" },
        { "SCCP75.8-5-3S", LOAD_SCCP, "7975" },
        { "SCCP11.8-5-3S", LOAD_SCCP, "7906/7911" },
        { "SCCP69xx.9-3-1", LOAD_SCCP, "6900 series" },
        { "sip78xx.12-1-1-12", LOAD_SIP, "7800 series" },
        { "sip88xx.12-5-1SR2-2", LOAD_SIP, "8800 series" },
        { "sip8845_65.12-5-1", LOAD_SIP, "8845/8865" },
        { "sip9971.9-2-3-27", LOAD_SIP, "9971" },
        { "sip894x.9-4-2", LOAD_SIP, "8941/8945" },
        { "P0S3-08-12-00", LOAD_SIP, "7940/7960" },
        { "P003-08-12-00", LOAD_EITHER, "7940/7960" },
        { "P00308010200", LOAD_SCCP, "7940/7960" },
        { "P0030702T023", LOAD_SCCP, "7940/7960" },
        { "CP7912060000SCCP050124A", LOAD_SCCP, "7912" },
        { "CP7905080000SIP060111A", LOAD_SIP, "7905" },
        { "ATA030100SCCP04", LOAD_SCCP, "ATA 186/188" },
        { "ATA030100MGCP04", LOAD_UNKNOWN, "ATA 186/188" },
        { "cmterm_7920.4.0-03-02", LOAD_SCCP, "7920" },
        { "P00503010100", LOAD_SCCP, "7935" },
        { "S00105000200", LOAD_SCCP, "7914" },
        { "jar41sccp.8-5-3.sbn", LOAD_SCCP, "7941/7961" },
        { "cvm41sip.8-4-2.sbn", LOAD_SIP, "7941/7961" },
        { "term41.default.loads", LOAD_EITHER, "7941/7961" },
        { "apps41.8-4-2.sbn", LOAD_EITHER, "7941/7961" },
        { "SIP411.1", LOAD_SIP, NULL },
        { "image.loads", LOAD_UNKNOWN, NULL },
        { "", LOAD_UNKNOWN, NULL },
    };
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
        const char *load = cases[i].load;
        cr_assert_eq (load_protocol (load, strlen (load)), cases[i].protocol, "%s", load);
        cr_assert (g_strcmp0 (load_family (load, strlen (load)), cases[i].family) == 0, "%s", load);
    }
}

Test (boot_file, gateways_have_files_of_their_own)
{
    static const char *const phones[] = { "SEP001122334455.cnf.xml", "ITLSEP001122334455.tlv",
                                          "ATA001122334455.cnf.xml.sgn", "CSFALICE.cnf.xml" };
    static const char *const others[] = { "SKIGW1122334455.cnf.xml",
                                          "VGC112233445500.cnf.xml",
                                          "AN1122334455001.cnf.xml",
                                          "vg224-1.cnf.xml",
                                          "CTLFile.tlv",
                                          "XMLDefault.cnf.xml",
                                          "" };

    for (gsize i = 0; i < G_N_ELEMENTS (phones); i++)
        cr_expect (boot_file_names_phone (phones[i], strlen (phones[i])), "%s", phones[i]);
    for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
        cr_expect_not (boot_file_names_phone (others[i], strlen (others[i])), "%s", others[i]);
}

static void classify_anything (const guint8 *data, gsize size)
{
    const char *name = (const char *) data;
    MacAddress mac;

    cr_assert_lt (boot_file_kind (name, size), N_BOOT_FILE_KINDS);
    cr_assert (view_inside (boot_file_device_name (name, size), data, size));
    boot_file_mac (name, size, &mac);
    load_protocol (name, size);
    load_family (name, size);
}

Test (boot_file, damaged_and_cut_names_are_classified_safely)
{
    static const char *const names[] = { "CTLSEP001122334455.tlv", "Desktops/1x1/List.xml", "SK01234567.xml.enc.sgn?x",
                                         "SCCP41.8-5-3S", "gk001122334455" };
    for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
        try_every_damage ((const guint8 *) names[i], strlen (names[i]), classify_anything);
}

static void check_own (const char *name, const char *expected)
{
    const View own = boot_file_own_part (name, strlen (name));
    cr_assert (own.size == strlen (expected) && memcmp (own.data, expected, own.size) == 0, "of %s it is %.*s", name,
               (int) own.size, (const char *) own.data);
}

Test (boot_file, what_of_a_name_is_somebodys_own)
{
    check_own ("acme/softkeyAcme.xml", "Acme");
    check_own ("SK0a1b2c3d-4e5f.xml.sgn", "0a1b2c3d-4e5f");
    check_own ("Desktops/320x212x16/List.xml", "");
    check_own ("Desktops/320x212x16/acme.png", "acme");
    check_own ("ringlist.xml", "");
    check_own ("acme.cfg", "acme.cfg");
}
