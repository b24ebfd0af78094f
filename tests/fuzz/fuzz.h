/*
 * The functions that each fuzzer of this folder defines.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's entry, called once an input; also by run-corpus.c. Aborts on a fault, else returns 0.
 * Each fuzzer's file says what the bytes mean. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

#endif
