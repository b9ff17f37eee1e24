/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The words of reports for people. Those with {values} take the values of values.h in the notation of the tips
 * ({count:frame|frames}, [a part that drops out]); a translation has the same ones. X (symbol, English). */

/* What the text report, the ladders and the drawing say. */
#define REPORT_WORDS(X)                                                                                                \
    X (SEVERITY_NOTE, "note")                                                                                          \
    X (SEVERITY_WARNING, "warning")                                                                                    \
    X (SEVERITY_ERROR, "error")                                                                                        \
    X (CERTAINTY_HINT, "hint")                                                                                         \
    X (CERTAINTY_LIKELY, "likely")                                                                                     \
    X (CERTAINTY_CERTAIN, "certain")                                                                                   \
    X (REPORT_NO_PHONES, "No phone is recognised in a registration here. One on a port that is not usual for "         \
                         "it may be missed.")                                                                          \
    X (REPORT_UNREAD, "Frames of a link type that is not read here ({text}): {count}.")                                \
    X (REPORT_NONE_FAILS, "No phone fails here.")                                                                      \
    X (REPORT_TOTAL, "In all: {text}")                                                                                 \
    X (REPORT_TOTAL_CAPTURES, "{count:capture|captures}")                                                              \
    X (REPORT_TOTAL_TROUBLES, "{count} of them without a registration, or not read to the end")                        \
    X (REPORT_TOTAL_PHONES, "{count:phone|phones}")                                                                    \
    X (REPORT_TOTAL_REGISTERED, "{count} of them registered")                                                          \
    X (REPORT_TOTAL_FAIL, "{count:phone fails|phones fail}: {text}")                                                   \
    X (REPORT_TOTAL_OTHERS, "{count:other phone|other phones}: {text}")                                                \
    X (REPORT_KNOCKS, "{device} turns to {server}, port {port}: nothing else shows whether it is a phone.")            \
    X (REPORT_LINE, "{number}: {text}")                                                                                \
    X (REPORT_LINES, "{text} ({number})")                                                                              \
    X (REPORT_MORE_LINES, "{count:more line|more lines}")                                                              \
    X (REPORT_COPIES, "Copies of other frames: {count}; each packet counts once. The capture point sees packets more " \
                      "than once, or, where one has many copies, the network may have a loop.")                        \
    X (REPORT_CLOCK, "The time of frame {frame} is {took} before that of an earlier frame: the clock was set back, "   \
                     "or this capture was put together. Times across that are not true.")                              \
    X (REPORT_PAUSED, "Before frame {frame} nothing is heard for {took}, although several phones were due, or TCP "    \
                      "had something to send again: most likely the capture was paused, its clock set forward, or it " \
                      "was put together from several. What happened meanwhile is not known.")                          \
    X (REPORT_PHONE, "{device}[ ({model})][ at {ip}]: {text}")                                                         \
    X (REPORT_CAUSE, "{text}: {title} ({problem}, {certainty})")                                                       \
    X (REPORT_BUT, "{text}, but: {title} ({problem}, {certainty})")                                                    \
    X (REPORT_BUT_NOT_AT, "{text}, but not at {server}: {title} ({problem}, {certainty})")                             \
    X (REPORT_LABELLED, "{label}: {text}")                                                                             \
    X (REPORT_WAY, "link, address and files: frames {from} to {to}[, {time}][, {took}]")                               \
    X (REPORT_LOOSE, "outside any registration: frames {from} to {to}[, {time}][, {took}]")                            \
    X (REPORT_CONNECTION, "connection to {server}: frames {from} to {to}[, {time}][, {took}]: {state}")                \
    X (REPORT_TOKEN, "token from {server}: frames {from} to {to}[, {time}][, {took}]: {state}")                        \
    X (REPORT_STANDBY,                                                                                                 \
       "keepalives to {server}, where it is not registered: frames {from} to {to}[, {time}][, {took}]")                \
    X (REPORT_QUERY, "asks {server} what is registered there: frames {from} to {to}[, {time}][, {took}]")              \
    X (REPORT_ATTEMPT,                                                                                                 \
       "attempt {attempt} at {server}[, {number}]: frames {from} to {to}[, {time}][, {took}]: {state}")                \
    X (REPORT_BEFORE, "at {server}[, {number}], its beginning is not in the capture: frames {from} to {to}"            \
                      "[, {time}][, {took}]: {state}")                                                                 \
    X (REPORT_LEAVES, "sign-off at {server}[, {number}]: frames {from} to {to}[, {time}][, {took}]: {state}")          \
    X (REPORT_DENIED, "{source} answers the SYN by ICMP: {text}")                                                      \
    X (REPORT_GRANTED, "granted")                                                                                      \
    X (REPORT_UNASKED, "closed before a registration was asked for")                                                   \
    X (REPORT_ENDED, "the server says that it has ended")                                                              \
    X (REPORT_ELSEWHERE, "the phone has registered at another server since")                                           \
    X (REPORT_UNHEARD, "only answers are captured")                                                                    \
    X (REPORT_UNSEEN, "not known how it was answered: the capture is not complete")                                    \
    X (REPORT_LIKELY, "probably registered, for its heartbeats are answered")                                          \
    X (REPORT_LIKELY_LOST,                                                                                             \
       "was probably registered, for its heartbeats were answered; its connection has ended since")                    \
    X (REPORT_HALF, "no final answer")                                                                                 \
    X (REPORT_YET, "no answer by the end of the capture")                                                              \
    X (REPORT_SPAN, "first at {from} s[, last at {to} s], {count:message|messages}")                                   \
    X (REPORT_TIMES, "{request} to {message} {took}[, SYN to {message} {from}][, {request} to ready {ready}]")         \
    X (REPORT_SPANS,                                                                                                   \
       "Seconds count from each phone's first frame; phases overlap where it does several things at once.")            \
    X (REPORT_FINDING, "{severity} {problem} ({certainty}): {title}; [frame {frame}|frames {frames}]")                 \
    X (REPORT_FINDING_OVERCOME,                                                                                        \
       "{severity} {problem} ({certainty}): {title}; [frame {frame}|frames {frames}]; overcome later")                 \
    X (REPORT_FINDING_SIGN_OFF,                                                                                        \
       "{severity} {problem} ({certainty}): {title}; [frame {frame}|frames {frames}]; about the sign-off only")        \
    X (REPORT_OPTIONAL_FILES, "{text}: not there; the phone can register without them")                                \
    X (REPORT_FOUND, "{severity} {problem} ({certainty}): {text}")                                                     \
    X (REPORT_EVIDENCE, "{severity} {problem} ({certainty}), [frame {frame}|frames {frames}]: {text}")                 \
    X (COLUMN_FRAME, "frame")                                                                                          \
    X (COLUMN_ELAPSED, "elapsed s")                                                                                    \
    X (COLUMN_PHONE, "phone")                                                                                          \
    X (COLUMN_PHASE, "phase")                                                                                          \
    X (COLUMN_MESSAGE, "message")                                                                                      \
    X (COLUMN_ANSWER, "answer s")                                                                                      \
    X (COLUMN_TIP, "tip")                                                                                              \
    X (LADDER_GAP, "{took} without a message")                                                                         \
    X (LADDER_FOLD, "{count:message|messages} of [frame {frame}|frames {from} to {to}] folded")                        \
    X (LADDER_FOLD_OF, "messages of [frame {frame}|frames {from} to {to}] folded")                                     \
    X (LADDER_TITLE, "Registration of {device}")                                                                       \
    X (LABEL_SYN_AGAIN, "SYN again")                                                                                   \
    X (LABEL_DATA, "data")                                                                                             \
    X (LABEL_DATA_AGAIN, "data again")                                                                                 \
    X (LANE_PHONE, "Phone")                                                                                            \
    X (LANE_SCCP_PHONE, "SCCP phone")                                                                                  \
    X (LANE_SIP_PHONE, "SIP phone")                                                                                    \
    X (LANE_SWITCH, "Switch")                                                                                          \
    X (LANE_NETWORK, "Network")                                                                                        \
    X (LANE_DHCP, "DHCP")                                                                                              \
    X (LANE_DNS, "DNS")                                                                                                \
    X (LANE_TFTP, "TFTP")                                                                                              \
    X (LANE_HTTP, "HTTP")                                                                                              \
    X (LANE_CUCM, "CUCM")                                                                                              \
    X (LANE_SIP, "SIP server")                                                                                         \
    X (LANE_SERVER, "Server")                                                                                          \
    X (LANE_OTHERS, "Others")

/* What only the ladder page says; its script has them by their keys without "page-". It knows {value} and
 * {count:one|many}, and no brackets. */
#define PAGE_WORDS(X)                                                                                                  \
    X (PAGE_TITLE, "Phone registrations")                                                                              \
    X (PAGE_SKIP, "Skip to the content")                                                                               \
    X (PAGE_NO_SCRIPT,                                                                                                 \
       "This page builds its ladders with its own script (nothing is fetched): allow JavaScript for it, or make a "    \
       "plain text ladder instead.")                                                                                   \
    X (PAGE_CAPTURES, "{count:capture|captures}")                                                                      \
    X (PAGE_PHONES, "Phones")                                                                                          \
    X (PAGE_ALL_PHONES, "All {count:phone|phones}")                                                                    \
    X (PAGE_PREVIOUS, "Previous")                                                                                      \
    X (PAGE_NEXT, "Next")                                                                                              \
    X (PAGE_COLOURS, "Colours")                                                                                        \
    X (PAGE_AUTO, "auto")                                                                                              \
    X (PAGE_LIGHT, "light")                                                                                            \
    X (PAGE_DARK, "dark")                                                                                              \
    X (PAGE_ERRORS, "{count:error|errors}")                                                                            \
    X (PAGE_WARNINGS, "{count:warning|warnings}")                                                                      \
    X (PAGE_NOTES, "{count:note|notes}")                                                                               \
    X (PAGE_PHONE, "Phone")                                                                                            \
    X (PAGE_MODEL, "Model and load")                                                                                   \
    X (PAGE_ADDRESS, "Address")                                                                                        \
    X (PAGE_CAPTURE, "Capture")                                                                                        \
    X (PAGE_OUTCOME, "How it ended")                                                                                   \
    X (PAGE_ACCEPTED, "Accepted after")                                                                                \
    X (PAGE_READY, "Ready after")                                                                                      \
    X (PAGE_ATTEMPTS, "Attempts")                                                                                      \
    X (PAGE_FOUND, "Found")                                                                                            \
    X (PAGE_TABLE, "Phones of this capture")                                                                           \
    X (PAGE_COUNT, "{count:phone|phones}")                                                                             \
    X (PAGE_COUNT_SHOWN, "{count:phone|phones}, {number} of them shown.")                                              \
    X (PAGE_MORE, "Show {count} more")                                                                                 \
    X (PAGE_ALL_READY, "Registered and ready")                                                                         \
    X (PAGE_WITH_ERRORS, "With errors")                                                                                \
    X (PAGE_FIRST_FRAME, "First frame")                                                                                \
    X (PAGE_FIRST_FRAME_AT, "first frame {time}")                                                                      \
    X (PAGE_FIND, "Find")                                                                                              \
    X (PAGE_FIND_WHAT, "name, model, address, cause")                                                                  \
    X (PAGE_ALL, "all")                                                                                                \
    X (PAGE_ORDER, "Order")                                                                                            \
    X (PAGE_AS_CAPTURED, "as in the capture")                                                                          \
    X (PAGE_BY_ERRORS, "most errors first")                                                                            \
    X (PAGE_BY_NAME, "name")                                                                                           \
    X (PAGE_BY_TIME, "slowest first")                                                                                  \
    X (PAGE_NOBODY, "This capture shows no phone that starts, fetches its files or registers over SCCP or SIP.")       \
    X (PAGE_MESSAGES, "Messages")                                                                                      \
    X (PAGE_NOTHING_WRONG, "nothing wrong")                                                                            \
    X (PAGE_FRAME, "frame {frame}")                                                                                    \
    X (PAGE_PROOF, "{problem}, {certainty}; shown by {frames}")                                                        \
    X (PAGE_PROOF_OVERCOME, "{problem}, {certainty}; shown by {frames}; overcome later")                               \
    X (PAGE_PROOF_SIGN_OFF, "{problem}, {certainty}; shown by {frames}; about the sign-off only")                      \
    X (PAGE_WHAT_WAS_FOUND, "What was found")                                                                          \
    X (PAGE_TIMES, "Time per phase")                                                                                   \
    X (PAGE_FRAMES, "frames {from} to {to}")                                                                           \
    X (PAGE_PHASE, "Phase")                                                                                            \
    X (PAGE_FROM, "From")                                                                                              \
    X (PAGE_TOOK, "Took")                                                                                              \
    X (PAGE_STEPS, "Steps")                                                                                            \
    X (PAGE_BAR, "Bar")                                                                                                \
    X (PAGE_STEP_COUNT, "{count:step|steps}")                                                                          \
    X (PAGE_ENDS, "{from} to {to}:")                                                                                   \
    X (PAGE_ANSWERS, "Answers {frame}")                                                                                \
    X (PAGE_ANSWERS_AFTER, "Answers {frame} after {took}")                                                             \
    X (PAGE_ANSWERED, "Answered in {frame}")                                                                           \
    X (PAGE_THEN, "Next")                                                                                              \
    X (PAGE_RESPONSE, "response {took}")                                                                               \
    X (PAGE_PHASE_OF_ATTEMPT, "{phase}, attempt {attempt}")                                                            \
    X (PAGE_FOLD, "{count:message|messages} of {frames} folded")                                                       \
    X (PAGE_FOLD_OF, "messages of {frames} folded")                                                                    \
    X (PAGE_LADDER, "The ladder")                                                                                      \
    X (PAGE_WHAT_SHOWS, "What the ladder shows")                                                                       \
    X (PAGE_PHASES_SHOWN, "Phases")                                                                                    \
    X (PAGE_ACKNOWLEDGMENTS, "TCP acknowledgments")                                                                    \
    X (PAGE_TIPS, "Tips")                                                                                              \
    X (PAGE_FINDINGS, "Findings and outcome")                                                                          \
    X (PAGE_HIDDEN, "{phase}: hidden")                                                                                 \
    X (PAGE_SHOWN, "{phase}: shown")                                                                                   \
    X (PAGE_START_LESSON, "Start the lesson")                                                                          \
    X (PAGE_LESSON, "Lesson")                                                                                          \
    X (PAGE_PLACE, "{number} of {count}")                                                                              \
    X (PAGE_FRAME_ENDS, "frame {frame}, {from} → {to}")                                                                \
    X (PAGE_QUESTION, "{message}: what is this message for?")                                                          \
    X (PAGE_THINK, "Say it aloud or write it down; then look.")                                                        \
    X (PAGE_SHOW_TIP, "Show the tip")                                                                                  \
    X (PAGE_NEXT_MESSAGE, "Next message")                                                                              \
    X (PAGE_KNEW, "I knew it")                                                                                         \
    X (PAGE_NOT_YET, "Not yet")                                                                                        \
    X (PAGE_BACK, "Back")                                                                                              \
    X (PAGE_END, "End")                                                                                                \
    X (PAGE_ESCAPE, "Esc")                                                                                             \
    X (PAGE_DONE, "That was all of them")                                                                              \
    X (PAGE_KNOWN, "You knew {number} of {count}.")                                                                    \
    X (PAGE_AGAIN, "To look at again: {frames}")                                                                       \
    X (PAGE_NOTHING_KEPT, "Nothing of this is kept: it is gone when the page is.")                                     \
    X (PAGE_ONCE_MORE, "Once more")

/* What it says beside that where it reads captures by itself (web/). */
#define LIVE_WORDS(X)                                                                                                  \
    X (LIVE_OPEN, "Open captures")                                                                                     \
    X (LIVE_WELCOME,                                                                                                   \
       "Drop captures here, or choose them: how the phones in them register, message by message, and what "            \
       "is wrong.")                                                                                                    \
    X (LIVE_KINDS, "pcap and pcapng, also as gz, zst or lz4; several at once.")                                        \
    X (LIVE_PRIVATE, "They are read in this browser. Nothing leaves this machine, and nothing is kept.")               \
    X (LIVE_READING, "Reading {label}: {number} %")                                                                    \
    X (LIVE_READ, "Read: {count:phone|phones}")                                                                        \
    X (LIVE_STOP, "Stop")                                                                                              \
    X (LIVE_STOPPED, "Stopped: of {label}, {number} % was read")                                                       \
    X (LIVE_TOO_LARGE,                                                                                                 \
       "{label} needs more memory than the browser gives a page: open a part of it, or have regreplay "                \
       "inspect read it")                                                                                              \
    X (LIVE_FAILED, "{label} cannot be read: the program of this page has failed at it")                               \
    X (LIVE_LANGUAGE, "Language")                                                                                      \
    X (LIVE_SAVE, "Save")                                                                                              \
    X (LIVE_SAVE_HTML, "Report as a page (HTML)")                                                                      \
    X (LIVE_SAVE_TEXT, "Report as text")                                                                               \
    X (LIVE_SAVE_JSON, "Report for programs (JSON)")                                                                   \
    X (LIVE_SAVE_JUNIT, "Report for CI (JUnit)")                                                                       \
    X (LIVE_SAVE_SVG, "Ladder of this phone as a drawing (SVG)")                                                       \
    X (LIVE_SAVE_PCAPNG, "Captures with the tips as comments (pcapng)")                                                \
    X (LIVE_SAVE_ANONYMOUS, "Anonymised captures: other names, numbers and addresses (pcapng)")                        \
    X (LIVE_SAVE_MAP, "What stands for what in them, for whoever may know (TSV)")                                      \
    X (LIVE_SAVING, "{label} is being made")                                                                           \
    X (LIVE_SAVED, "Saved: {label}")                                                                                   \
    X (LIVE_FOLDER, "{label} is a folder: drop the captures that are in it")                                           \
    X (LIVE_NO_SAMPLE, "There is no sample \"{label}\" here")                                                          \
    X (LIVE_OTHER_SAMPLES, "Samples")                                                                                  \
    X (LIVE_SAMPLES, "Samples, each with a task")                                                                      \
    X (LIVE_TASK_MESSAGES, "A phone registers over SCCP in 49 frames. What is each message for?")                      \
    X (LIVE_TASK_BOOT, "A phone boots. From whom does it get its address, the name of its server, and its files?")     \
    X (LIVE_TASK_ADDRESS, "A phone has its address and asks for no file. What does it miss?")                          \
    X (LIVE_TASK_FILES, "A phone does not get beyond its files. Where does it stop, and who has to look?")             \
    X (LIVE_TASK_CONNECT, "A phone has its files and does not reach its server. What is in the way?")                  \
    X (LIVE_TASK_REFUSED, "A phone reaches its server and is not let in. Why, and what is to be done?")                \
    X (LIVE_TASK_PASSWORD, "A SIP phone asks again and again. What is it that the server does not accept?")            \
    X (LIVE_TASK_HEARTBEAT, "A phone was registered and is no longer. Who fell silent first?")

/* What regreplay watch says, in lines and on its screen. */
#define WATCH_WORDS(X)                                                                                                 \
    X (WATCH_TRYING, "on its way, in the phase \"{phase}\"")                                                           \
    X (WATCH_REGISTERED, "registered; how that began was not seen, or only in part")                                   \
    X (WATCH_ONE_SIDED, "not known: what would tell it was not seen, or is cut off")                                   \
    X (WATCH_TOOK, "{text} after {took}[, at {server}]")                                                               \
    X (WATCH_ACCEPTED, "accepted after {took}[, at {server}]; not ready yet")                                          \
    X (WATCH_MISSING, "{text}, and it has not come back for {took}")                                                   \
    X (WATCH_SILENT, "{text}, but nothing has been heard of it for {took}")                                            \
    X (REPORT_TOTAL_MISSING, "{count} of them missing")                                                                \
    X (SCREEN_STATE, "how it stands")                                                                                  \
    X (SCREEN_SINCE, "since")                                                                                          \
    X (SCREEN_N_REGISTERED, "{count} registered")                                                                      \
    X (SCREEN_N_FAILING, "{count:fails|fail}")                                                                         \
    X (SCREEN_N_MISSING, "{count} missing")                                                                            \
    X (SCREEN_LOST, "{count:packet|packets} lost")                                                                     \
    X (SCREEN_ENDED, "no more packets")                                                                                \
    X (SCREEN_PAUSED, "paused")                                                                                        \
    X (SCREEN_PAUSED_KEYS, "Paused: p goes on; what comes in the meantime is not lost.")                               \
    X (SCREEN_SMALL, "too small: {text}")                                                                              \
    X (SCREEN_NONE_YET, "No phone has been seen yet.")                                                                 \
    X (SCREEN_NONE_FITS, "No phone fits what is shown (f) and searched for (/).")                                      \
    X (SCREEN_LIST_KEYS, "Enter: open  f: show  s: sort  /: find  w: save  p: pause  ?: help  q: quit")                \
    X (SCREEN_PHONE_KEYS, "Arrows, Page Up and Down: move  End: newest  w: save  p: pause  q: back")                   \
    X (SCREEN_SHOWN, "Shown: {text}")                                                                                  \
    X (SCREEN_SORTED, "Sorted: {text}")                                                                                \
    X (SCREEN_ALL, "all phones")                                                                                       \
    X (SCREEN_FAILING, "phones that fail")                                                                             \
    X (SCREEN_MOVING, "phones on their way")                                                                           \
    X (SCREEN_MISSING, "missing phones")                                                                               \
    X (SCREEN_REGISTERED, "registered phones")                                                                         \
    X (SCREEN_BY_STATE, "failing first, then the latest change")                                                       \
    X (SCREEN_BY_NAME, "by name")                                                                                      \
    X (SCREEN_BY_TIME, "the latest change first")                                                                      \
    X (SCREEN_HELP_MOVE, "Arrows, j, k, Page Up and Down, Home, End: move")                                            \
    X (SCREEN_HELP_OPEN, "Enter: open a phone; q or Esc: back")                                                        \
    X (SCREEN_HELP_SHOW, "f: show all phones, those that fail, those missing, on their way, registered")               \
    X (SCREEN_HELP_SORT, "s: sort by state, by name, by the latest change")                                            \
    X (SCREEN_HELP_FIND, "/: show what has this text in it (Esc ends that)")                                           \
    X (SCREEN_HELP_PAUSE, "p: hold the screen still; nothing is lost")                                                 \
    X (SCREEN_HELP_SAVE, "w: save the packets of this phone as pcapng, with what is said of them")                     \
    X (SCREEN_HELP_NOTES, "n: what was told at the bottom so far")                                                     \
    X (SCREEN_HELP_QUIT, "q: quit")                                                                                    \
    X (SCREEN_SERVER, "server")                                                                                        \
    X (SCREEN_MODEL, "model")                                                                                          \
    X (SCREEN_FORGOTTEN, "What it said earlier is no longer kept.")                                                    \
    X (SCREEN_NO_NOTES, "Nothing has been told yet.")                                                                  \
    X (SCREEN_SAVED, "saved as {text}: {count:packet|packets}, with the tips as comments")                             \
    X (SCREEN_SAVED_BARE, "saved as {text}: {count:packet|packets}; what they said is no longer kept")                 \
    X (SCREEN_SAVED_PART, "saved as {text}: {count:packet|packets} that are still kept, with the tips as comments")

/* What regreplay merge says. */
#define MERGE_WORDS(X)                                                                                                 \
    X (MERGE_TITLE, "Phone registrations of many captures")                                                            \
    X (MERGE_OUTCOMES, "How it ended")                                                                                 \
    X (MERGE_CAUSES, "Why phones fail")                                                                                \
    X (MERGE_WORST, "Captures to look at first")                                                                       \
    X (MERGE_BY_MODEL, "By model")                                                                                     \
    X (MERGE_BY_LOAD, "By firmware")                                                                                   \
    X (MERGE_BY_SERVER, "By server")                                                                                   \
    X (MERGE_BY_SITE, "By site")                                                                                       \
    X (MERGE_BY_HOUR, "By the hour in which the phone began (UTC)")                                                    \
    X (MERGE_PHASES, "Slowest phases, from the first message to the last one")                                         \
    X (MERGE_MOMENTS, "Registrations")                                                                                 \
    X (MERGE_SLOW, "Phones that are slower than others of their model")                                                \
    X (MERGE_UNREAD, "Captures without a registration, or not read to the end")                                        \
    X (MERGE_FAULTS_TITLE, "Faults in what was read")                                                                  \
    X (MERGE_OUTCOME, "outcome")                                                                                       \
    X (MERGE_CAUSE, "cause")                                                                                           \
    X (MERGE_CAUSES_OF, "causes")                                                                                      \
    X (MERGE_CAPTURE, "capture")                                                                                       \
    X (MERGE_FILE, "file")                                                                                             \
    X (MERGE_PHONES, "phones")                                                                                         \
    X (MERGE_FAIL, "fail")                                                                                             \
    X (MERGE_NUMBER, "number")                                                                                         \
    X (MERGE_MEDIAN, "median")                                                                                         \
    X (MERGE_LONGEST, "longest")                                                                                       \
    X (MERGE_READY, "ready after")                                                                                     \
    X (MERGE_WHY, "why")                                                                                               \
    X (MERGE_ACCEPTED_IN, "from the question to the acceptance")                                                       \
    X (MERGE_ACCEPTED_AFTER, "from the first step to the acceptance")                                                  \
    X (MERGE_READY_AFTER, "from the first step until ready")                                                           \
    X (MERGE_UNKNOWN, "not known")                                                                                     \
    X (MERGE_OTHERS, "all others")                                                                                     \
    X (MERGE_SLOW_WHO,                                                                                                 \
       "Told are those that took at least twice the median, of models of which at least ten were ready.")              \
    X (MERGE_TOO_MANY, "There are more than can be told apart: what came later is among the others.")                  \
    X (MERGE_ESTIMATED, "Of more than {count} times the percentiles are true to 0.4 %; the longest is exact.")         \
    X (MERGE_FAULTS, "Not all of what was read is counted, or it is not whole: {count:fault is|faults are} told "      \
                     "beside this report.")                                                                            \
    X (MERGE_EACH_CAPTURE, "A phone counts once in each capture that it is in.")                                       \
    X (MERGE_SAME_NAMES, "Captures that are called as one before, and hold something else: {count}. They count, too.") \
    X (MERGE_UNFRAMED,                                                                                                 \
       "Files of which nothing shows whether they are whole, for they were written without --brief: {count}.")         \
    X (MERGE_BACKWARDS, "Times that are below zero, for a clock was set back, and are left out: {count}.")             \
    X (MERGE_KINDS, "There are more models than are told apart: phones of the later ones are compared with none.")
