/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * @file
 * Preloaded, this has tshark begin once and run often. Nearly all that a short run costs comes before tshark reads its
 * arguments: it registers thousands of protocols. When it has done that, it waits; for each request a copy of the
 * process goes on, as if it had been started with the arguments of that request.
 *
 * What tshark looks at earlier, and once, it is started with: the capture (see tshark.py), and "-n" as often as makes
 * room for any request.
 *
 * REGFLOW_REQUESTS is the descriptor of a socket (SOCK_SEQPACKET). A request is the arguments, each with its NUL, and
 * the descriptors of standard output and standard error; its answer is the status that waitpid() gives. The process
 * ends with the socket.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Of Wireshark's library: what tshark calls when everything is registered, before it reads its arguments. */
__attribute__ ((visibility ("default"))) void *epan_load_settings (void);
/* And at its end. */
__attribute__ ((visibility ("default"))) void epan_cleanup (void);

static int room;
static char **arguments;
static char text[1 << 17];

/* glibc gives constructors what main() gets. */
__attribute__ ((constructor)) static void remember_arguments (int argc, char **argv)
{
    room = argc - 1;
    arguments = argv + 1;
}

/* The length of the next request, in text; 0 at the end. */
static size_t receive (int requests, int outputs[2])
{
    char control[CMSG_SPACE (2 * sizeof (int))];
    struct iovec part = { text, sizeof text };
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control
    };
    ssize_t length;

    do
        length = recvmsg (requests, &message, MSG_CMSG_CLOEXEC);
    while (length < 0 && errno == EINTR);
    const struct cmsghdr *header = length > 0 ? CMSG_FIRSTHDR (&message) : NULL;
    if (!header || header->cmsg_len != CMSG_LEN (2 * sizeof (int)) || message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
        return 0;
    memcpy (outputs, CMSG_DATA (header), 2 * sizeof (int));
    return (size_t) length;
}

/* The last arguments become those of the request. */
static void take_arguments (size_t length)
{
    int count = 0;
    for (size_t i = 0; i < length; i++)
        count += text[i] == '\0';
    if (count > room || text[length - 1] != '\0') {
        fputs ("begun_tshark: too many arguments\n", stderr);
        _exit (1);
    }
    char *next = text;
    for (int i = room - count; i < room; i++) {
        arguments[i] = next;
        next += strlen (next) + 1;
    }
}

/* All that was registered would be taken apart again, in pages that this process shares with the one that waits: each
 * of them would be copied for that. The file is closed before. */
void epan_cleanup (void)
{
}

static void end_quickly (int status, void *nothing)
{
    (void) nothing;
    fflush (NULL);
    _exit (status);
}

void *epan_load_settings (void)
{
    const char *descriptor = getenv ("REGFLOW_REQUESTS");
    int requests = descriptor ? atoi (descriptor) : -1, outputs[2], status;
    size_t length;

    fflush (NULL);
    while (requests >= 0 && (length = receive (requests, outputs)) > 0) {
        pid_t child = fork ();
        if (child == 0) {
            dup2 (outputs[0], STDOUT_FILENO);
            dup2 (outputs[1], STDERR_FILENO);
            close (requests);
            take_arguments (length);
            on_exit (end_quickly, NULL); /* before all that was asked for earlier */
            return ((void *(*) (void) ) dlsym (RTLD_NEXT, "epan_load_settings")) ();
        }
        close (outputs[0]);
        close (outputs[1]);
        if (child < 0 || waitpid (child, &status, 0) < 0 || send (requests, &status, sizeof status, MSG_NOSIGNAL) < 0)
            break;
    }
    _exit (0);
}
