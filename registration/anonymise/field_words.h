/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Words with blanks between them, in several strings; NULL ends them. Somebody who is called as one of them is still
 * found where people are named. */

/* What headers, elements, attributes, settings and methods are called, or are made of. */
extern const char *const field_words[];
/* What products are called. */
extern const char *const product_words[];
