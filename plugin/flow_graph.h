/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* tshark -z flow,regflow,network and Statistics, Flow Graph, flow type "Phone registration": an arrow for each message
 * and event of a registration. */
void flow_graph_register (int proto);
