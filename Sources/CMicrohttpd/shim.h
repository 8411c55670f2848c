#ifndef TVAERINDEKS_CMICROHTTPD_SHIM_H
#define TVAERINDEKS_CMICROHTTPD_SHIM_H
#include <microhttpd.h>
#endif
