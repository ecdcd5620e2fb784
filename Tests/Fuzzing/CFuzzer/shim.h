#pragma once
#include <stddef.h>
#include <stdint.h>

// libFuzzer's own header is C++ only; its driver is plain C (compiler-rt, fuzzer/FuzzerInterface.h).
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test)(const uint8_t *bytes, size_t count));
