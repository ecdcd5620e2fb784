#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <pthread.h>

/* glibc declares it under _GNU_SOURCE alone, which a module map cannot set for its importers. */
extern int pthread_setname_np(pthread_t thread, const char *name);
