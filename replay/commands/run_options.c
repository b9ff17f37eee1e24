/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "replay/commands/run_options.h"

void run_options_add (RunOptions *options, GOptionContext *context)
{
    const GOptionEntry entries[] = {
        { "target", 0, 0, G_OPTION_ARG_STRING, &options->target,
          "the server to register with (default: a stand-in for the recorded one, on loopback)", "HOST[:PORT]" },
        { "no-files", 0, 0, G_OPTION_ARG_NONE, &options->no_files,
          "do not ask for the boot files that the recorded phone asked for", NULL },
        { "tftp", 0, 0, G_OPTION_ARG_STRING, &options->tftp, "their server by TFTP (the target, port 69)",
          "HOST[:PORT]" },
        { "http", 0, 0, G_OPTION_ARG_STRING, &options->http, "their server by HTTP (that of TFTP, port 6970)",
          "HOST[:PORT]" },
        { "follow-config", 0, 0, G_OPTION_ARG_NONE, &options->follow_config,
          "register where the configuration points that the server delivers, not with the target", NULL },
        { "as", 0, 0, G_OPTION_ARG_STRING, &options->as, "the device name to register under, as in SEP001122334455",
          "NAME" },
        { "same-identity", 0, 0, G_OPTION_ARG_NONE, &options->same_identity,
          "register as the recorded phone; if that is in service, its server throws it out", NULL },
        { "allow-public", 0, 0, G_OPTION_ARG_NONE, &options->allow_public,
          "allow a target that is neither loopback nor a private address", NULL },
        { "speed", 0, 0, G_OPTION_ARG_STRING, &options->speed,
          "think times: recorded (default), max (none), or a factor, as in 2 for twice as fast", "SPEED" },
        { "tolerance", 0, 0, G_OPTION_ARG_STRING, &options->tolerance,
          "an answer is late when it takes longer than recorded by more than the larger of both "
          "(" TOLERANCE_DEFAULT_TEXT ")",
          "TIME,PERCENT" },
        { "strict", 0, 0, G_OPTION_ARG_NONE, &options->strict, "harmless differences fail, too", NULL },
        { "stay", 0, 0, G_OPTION_ARG_STRING, &options->stay,
          "hold the registration so long, with keepalives, or \"forever\" until interrupted (0)", "TIME" },
        { "timeout", 0, 0, G_OPTION_ARG_STRING, &options->timeout,
          "longest wait for the connection and for an answer that is needed (" RUN_TIMEOUT_TEXT "; SIP 32s)", "TIME" },
        { "source", 0, 0, G_OPTION_ARG_STRING, &options->source, "the address of this host to connect from", "ADDR" },
        { "repeat", 0, 0, G_OPTION_ARG_INT, &options->repeat, "do it N times; medians are judged", "N" },
        { NULL },
    };
    g_autofree GOptionEntry *carrier_entries = carrier_options_of_run (&options->carrier);

    g_option_context_add_main_entries (context, entries, NULL);
    g_option_context_add_main_entries (context, carrier_entries, NULL);
    g_option_context_add_main_entries (context, sip_options_entries (&options->sip), NULL);
}

void run_options_clear (RunOptions *options)
{
    char **texts[] = { &options->tftp,   &options->http,   &options->capture,   &options->target, &options->as,
                       &options->phone,  &options->speed,  &options->tolerance, &options->stay,   &options->timeout,
                       &options->source, &options->format, &options->output,    &options->part,   &options->start_at };

    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        g_free (*texts[i]);
    carrier_options_clear (&options->carrier);
    sip_options_clear (&options->sip);
}
