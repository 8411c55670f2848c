/* A disk that takes its time: preloaded into a program, it makes each sync last LANGSOMSYNC_US
 * microseconds longer than the disk itself does. For measuring what sharing a sync is worth on disks
 * slower than the one at hand. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

typedef int (*sync_function)(int);

static int slow(const char *name, int fd) {
    sync_function real = (sync_function)dlsym(RTLD_NEXT, name);
    const char *text = getenv("LANGSOMSYNC_US");
    long us = text ? atol(text) : 0;
    int result = real(fd);
    struct timespec rest = {us / 1000000, us % 1000000 * 1000};
    while (nanosleep(&rest, &rest) != 0) {}
    return result;
}

int fsync(int fd) { return slow("fsync", fd); }
int fdatasync(int fd) { return slow("fdatasync", fd); }
