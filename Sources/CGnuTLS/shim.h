#ifndef TVAERINDEKS_CGNUTLS_SHIM_H
#define TVAERINDEKS_CGNUTLS_SHIM_H
#include <gnutls/gnutls.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#endif
