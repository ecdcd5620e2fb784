#include <zlib.h>

// deflateInit2 is a macro, which Swift can't import.
static inline int box_deflate_init_gzip(z_streamp stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
}
