#ifndef TVAERINDEKS_CGNUTLS_SHIM_H
#define TVAERINDEKS_CGNUTLS_SHIM_H
#include <gnutls/gnutls.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <string.h>

/* gnutls_datum_t wants mutable pointers, gnutls_free is a variable and the curve sizes are macros:
   none of that can be said in Swift, so the calls below take plain bytes. Each answers what GnuTLS
   answered: 0 or more for success, a negative code for failure. */

static inline gnutls_datum_t tvaer_datum(const void *bytes, size_t count) {
    gnutls_datum_t datum = { (unsigned char *)bytes, (unsigned int)count };
    return datum;
}

/* A P-256 public key from its coordinates; fails when the point is not on the curve. */
static inline int tvaer_pubkey_p256(gnutls_pubkey_t *key, const void *x, const void *y) {
    gnutls_datum_t xd = tvaer_datum(x, 32), yd = tvaer_datum(y, 32);
    int code = gnutls_pubkey_init(key);
    if (code < 0) return code;
    code = gnutls_pubkey_import_ecc_raw(*key, GNUTLS_ECC_CURVE_SECP256R1, &xd, &yd);
    if (code >= 0) code = gnutls_pubkey_verify_params(*key);
    if (code < 0) gnutls_pubkey_deinit(*key);
    return code;
}

/* An RSA public key; `bits` is set to the size of its modulus. */
static inline int tvaer_pubkey_rsa(gnutls_pubkey_t *key, const void *n, size_t n_count,
                                   const void *e, size_t e_count, unsigned int *bits) {
    gnutls_datum_t nd = tvaer_datum(n, n_count), ed = tvaer_datum(e, e_count);
    int code = gnutls_pubkey_init(key);
    if (code < 0) return code;
    code = gnutls_pubkey_import_rsa_raw(*key, &nd, &ed);
    if (code >= 0) code = gnutls_pubkey_get_pk_algorithm(*key, bits);
    if (code < 0) gnutls_pubkey_deinit(*key);
    return code;
}

static inline int tvaer_verify_rs256(gnutls_pubkey_t key, const void *message, size_t count,
                                     const void *signature, size_t signature_count) {
    gnutls_datum_t md = tvaer_datum(message, count);
    gnutls_datum_t sd = tvaer_datum(signature, signature_count);
    return gnutls_pubkey_verify_data2(key, GNUTLS_SIGN_RSA_SHA256, 0, &md, &sd);
}

/* r and s are unsigned, big-endian, without leading zero bytes. */
static inline int tvaer_verify_es256(gnutls_pubkey_t key, const void *message, size_t count,
                                     const void *r, size_t r_count,
                                     const void *s, size_t s_count) {
    gnutls_datum_t md = tvaer_datum(message, count), der = { NULL, 0 };
    gnutls_datum_t rd = tvaer_datum(r, r_count), sd = tvaer_datum(s, s_count);
    int code = gnutls_encode_rs_value(&der, &rd, &sd);
    if (code < 0) return code;
    code = gnutls_pubkey_verify_data2(key, GNUTLS_SIGN_ECDSA_SHA256, 0, &md, &der);
    gnutls_free(der.data);
    return code;
}

/* Copies an unsigned number into 32 big-endian bytes; -1 when it does not fit. */
static inline int tvaer_pad32(const gnutls_datum_t *number, unsigned char *out) {
    const unsigned char *from = number->data;
    size_t count = number->size;
    while (count > 0 && *from == 0) { from++; count--; }
    if (count > 32) return -1;
    memset(out, 0, 32 - count);
    memcpy(out + (32 - count), from, count);
    return 0;
}

/* Whether the secret number takes 32 bytes as GnuTLS writes it, which leaves out leading zeros and puts one
 * before a high bit; others read exactly 32 (RFC 5915 section 3). */
static inline int tvaer_is_fixed_length(gnutls_privkey_t key) {
    gnutls_datum_t kd = { NULL, 0 };
    if (gnutls_privkey_export_ecc_raw(key, NULL, NULL, NULL, &kd) < 0) return 0;
    int fits = kd.size == 32;
    if (kd.data != NULL) gnutls_memset(kd.data, 0, kd.size);
    gnutls_free(kd.data);
    return fits;
}

/* Half of all keys are of fixed length, so that a hundred tries are enough. */
static inline int tvaer_generate_p256(gnutls_privkey_t *key) {
    for (int tries = 0; tries < 100; tries++) {
        int code = gnutls_privkey_init(key);
        if (code < 0) return code;
        code = gnutls_privkey_generate(
            *key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
        if (code >= 0 && tvaer_is_fixed_length(*key)) return code;
        gnutls_privkey_deinit(*key);
        if (code < 0) return code;
    }
    return -1;
}

/* A private key from PEM (PKCS #8 or the older form), without a password. */
static inline int tvaer_privkey_from_pem(gnutls_privkey_t *key, const void *pem, size_t count) {
    gnutls_datum_t pd = tvaer_datum(pem, count);
    int code = gnutls_privkey_init(key);
    if (code < 0) return code;
    code = gnutls_privkey_import_x509_raw(*key, &pd, GNUTLS_X509_FMT_PEM, NULL, 0);
    if (code < 0) gnutls_privkey_deinit(*key);
    return code;
}

/* The key as unencrypted PKCS #8 PEM; `pem` is given back with tvaer_release_secret. */
static inline int tvaer_privkey_to_pem(gnutls_privkey_t key, gnutls_datum_t *pem) {
    gnutls_x509_privkey_t exported = NULL;
    int code = gnutls_privkey_export_x509(key, &exported);
    if (code < 0) return code;
    code = gnutls_x509_privkey_export2_pkcs8(
        exported, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, pem);
    gnutls_x509_privkey_deinit(exported);
    return code;
}

static inline void tvaer_release_secret(gnutls_datum_t *secret) {
    if (secret->data != NULL) gnutls_memset(secret->data, 0, secret->size);
    gnutls_free(secret->data);
    secret->data = NULL;
    secret->size = 0;
}

/* The 32-byte coordinates of the public half; fails when the key is not on P-256. */
static inline int tvaer_privkey_coordinates(gnutls_privkey_t key, unsigned char *x,
                                            unsigned char *y) {
    gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;
    gnutls_datum_t xd = { NULL, 0 }, yd = { NULL, 0 }, kd = { NULL, 0 };
    int code = gnutls_privkey_export_ecc_raw(key, &curve, &xd, &yd, &kd);
    if (code < 0) return code;
    if (curve != GNUTLS_ECC_CURVE_SECP256R1) code = -1;
    else if (tvaer_pad32(&xd, x) < 0 || tvaer_pad32(&yd, y) < 0) code = -1;
    gnutls_free(xd.data);
    gnutls_free(yd.data);
    tvaer_release_secret(&kd);
    return code;
}

/* ES256 in the form of RFC 7518 section 3.4: r and s, 32 bytes each. */
static inline int tvaer_sign_es256(gnutls_privkey_t key, const void *message, size_t count,
                                   unsigned char *signature) {
    gnutls_datum_t md = tvaer_datum(message, count), der = { NULL, 0 };
    gnutls_datum_t r = { NULL, 0 }, s = { NULL, 0 };
    int code = gnutls_privkey_sign_data(key, GNUTLS_DIG_SHA256, 0, &md, &der);
    if (code < 0) return code;
    code = gnutls_decode_rs_value(&der, &r, &s);
    gnutls_free(der.data);
    if (code < 0) return code;
    if (tvaer_pad32(&r, signature) < 0 || tvaer_pad32(&s, signature + 32) < 0) code = -1;
    gnutls_free(r.data);
    gnutls_free(s.data);
    return code;
}
#endif
