# SPDX-License-Identifier: GPL-2.0-or-later
"""How a phone and a call manager talk: the steps of a registration over one connection.

A Talk is a TcpFlow with a clock. Each step moves the clock by a plausible time: a phone thinks for some
milliseconds, a call manager for about one. Where a step leaves bytes unacknowledged for longer than a TCP
stack would, a bare ACK goes out, so that the frames look as they do on a wire.
"""

from craft import (BUTTON_BLF, BUTTON_FEATURE, BUTTON_LINE, BUTTON_SERVICE_URL, BUTTON_SPEED_DIAL,
                   LABEL_YOUR_CURRENT_OPTIONS, LAMP_OFF, LAMP_VOICEMAIL, SECOND, TcpFlow, ms)

PHONE, SERVER = TcpFlow.CLIENT, TcpFlow.SERVER


class Talk:
    def __init__(self, flow, sccp, phone, start, think=ms(3), service=ms(1)):
        self.flow = flow
        self.sccp = sccp
        self.phone = phone
        self.now = start
        self.think = think
        self.service = service

    def wait(self, duration):
        self.now += duration
        return self

    def connect(self):
        self.now = self.flow.open(self.now)

    def say(self, side, *messages, after=None):
        """All the messages in one segment (or as few as the MSS allows)."""
        self.now += (self.think if side == PHONE else self.service) if after is None else after
        self.now = self.flow.send(self.now, side, b"".join(messages))

    def ack(self, side, after=ms(0.1)):
        self.now += after
        self.flow.ack(self.now, side)

    def ask(self, request, *answers):
        self.say(PHONE, request)
        self.say(SERVER, *answers)


def ask_to_register(talk):
    """Connection and RegisterReq, which the server has got but not answered."""
    talk.connect()
    talk.say(PHONE, talk.sccp.register_req(talk.phone))
    talk.ack(SERVER)


def accept(talk, alarm=(25, "Initialized"), ack=None, request=None, ip_port=False, codecs=None):
    """From the first byte to the codec list. `ack` and `request` replace the usual messages."""
    sccp, phone = talk.sccp, talk.phone
    if alarm:
        talk.say(PHONE, sccp.alarm(phone, *alarm))
    talk.say(PHONE, request or sccp.register_req(phone))
    talk.ack(SERVER)
    if ip_port:
        talk.say(PHONE, sccp.ip_port())
    talk.say(SERVER, ack or sccp.register_ack())
    talk.say(SERVER, sccp.capabilities_req(), after=ms(0.05))
    talk.ack(PHONE, after=ms(0.9))
    talk.say(PHONE, sccp.capabilities_res(codecs) if codecs else sccp.capabilities_res())
    talk.ack(SERVER)


def all_keys(phone):
    return [(n + 1, BUTTON_LINE) for n in range(len(phone.lines))] + list(phone.keys)


def fetch_templates(talk, version_check=False, servers=(), server_name="CUCM-PUB", soft_keys=True):
    """Buttons, soft keys, configuration: one request at a time, as a 79x1 asks."""
    sccp, phone = talk.sccp, talk.phone
    if version_check:
        talk.ask(sccp.version_req(), sccp.version_res(phone.load))
    talk.ask(sccp.button_template_req(), sccp.button_template_res(all_keys(phone)))
    if soft_keys:
        talk.ask(sccp.soft_key_template_req(), sccp.soft_key_template_res())
        talk.ask(sccp.soft_key_set_req(), sccp.soft_key_set_res())
        talk.ack(PHONE, after=ms(1))
    speed_dials = sum(kind == BUTTON_SPEED_DIAL for _, kind in phone.keys)
    talk.ask(sccp.config_stat_req(), sccp.config_stat_res(phone, "", server_name, speed_dials))
    if servers:
        talk.ask(sccp.server_req(), sccp.server_res(servers))


def fetch_status(talk, forwards=()):
    """Every line and every other key of the template. `forwards`: {line: number} of call-forward-all."""
    sccp, phone = talk.sccp, talk.phone
    forwards = dict(forwards)
    for line, (number, name) in enumerate(phone.lines, 1):
        talk.ask(sccp.line_stat_req(line), sccp.line_stat_res(line, number, name))
        talk.ask(sccp.forward_stat_req(line), sccp.forward_stat_res(line, forwards.get(line, "")))
    for instance, kind in phone.keys:
        if kind == BUTTON_SPEED_DIAL:
            talk.ask(sccp.speed_dial_stat_req(instance),
                     sccp.speed_dial_stat_res(instance, f"90{instance:02}", f"Speed dial {instance}"))
        elif kind in (BUTTON_FEATURE, BUTTON_BLF):
            talk.ask(sccp.feature_stat_req(instance), sccp.feature_stat_res(instance, kind, f"Feature {instance}", 0))
        elif kind == BUTTON_SERVICE_URL:
            talk.ask(sccp.service_url_stat_req(instance), sccp.service_url_stat_res(
                instance, f"http://192.0.2.10:8080/services/{instance}", f"Service {instance}"))


def finish(talk):
    """Lamps, clock and the idle screen."""
    sccp, phone = talk.sccp, talk.phone
    talk.say(PHONE, sccp.register_available_lines(len(phone.lines)), after=ms(40))
    talk.say(SERVER, b"".join(sccp.set_lamp(LAMP_VOICEMAIL, n + 1, LAMP_OFF) for n in range(len(phone.lines))))
    talk.ack(PHONE, after=ms(1))
    talk.say(PHONE, sccp.time_date_req(), after=ms(900))
    talk.say(SERVER, sccp.define_time_date(talk.now))
    talk.say(SERVER, sccp.select_soft_keys(), after=ms(0.3))
    talk.say(SERVER, sccp.display_prompt_status(LABEL_YOUR_CURRENT_OPTIONS), after=ms(0.3))
    talk.ack(PHONE, after=ms(180))


def keep_alive(talk, interval=30 * SECOND, answered=True):
    """`interval` counts from the step before. Unanswered: the server only acknowledges the bytes."""
    talk.say(PHONE, talk.sccp.keep_alive_req(), after=interval)
    if answered:
        talk.say(SERVER, talk.sccp.keep_alive_ack())
        talk.ack(PHONE, after=ms(150))
    else:
        talk.ack(SERVER, after=ms(1))


def register(talk, **accept_options):
    """A complete registration on a fresh connection, up to the idle screen."""
    talk.connect()
    accept(talk, **accept_options)
    fetch_templates(talk)
    fetch_status(talk)
    finish(talk)


def unregister(talk, reason=None, status=0):
    """Sign-off, answer, and the connection closed by the phone."""
    talk.say(PHONE, talk.sccp.unregister_req(reason))
    talk.say(SERVER, talk.sccp.unregister_ack(status))
    talk.now = talk.flow.close(talk.now + ms(2), PHONE)
