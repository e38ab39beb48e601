// Encrypted records of TLS 1.2 with any content, which no client of OpenSSL would send.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/ssl.h>

namespace socketio::test {

/// For a client whose session uses ECDHE-…-AES128-GCM-SHA256, and has sent `sent` records since the
/// keys are in use (its Finished is the first).
class record_forger {
 public:
  record_forger(SSL* client, std::uint64_t sent) : sequence_{sent} {
    std::array<unsigned char, 48> master;
    SSL_SESSION_get_master_key(SSL_get_session(client), master.data(), master.size());
    std::array<unsigned char, 13 + 32 + 32> seed;
    std::string_view{"key expansion"}.copy(reinterpret_cast<char*>(seed.data()), 13);
    SSL_get_server_random(client, seed.data() + 13, 32);
    SSL_get_client_random(client, seed.data() + 45, 32);
    // RFC 5246 section 6.3: client key, server key, client IV, server IV.
    std::array<unsigned char, 16 + 16 + 4 + 4> block;
    EVP_KDF* const kdf = EVP_KDF_fetch(nullptr, "TLS1-PRF", nullptr);
    EVP_KDF_CTX* const context = EVP_KDF_CTX_new(kdf);
    char digest[] = "SHA256";
    const std::array parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, master.data(), master.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, seed.data(), seed.size()),
        OSSL_PARAM_construct_end()};
    EVP_KDF_derive(context, block.data(), block.size(), parameters.data());
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
    std::copy_n(block.begin(), key_.size(), key_.begin());
    std::copy_n(block.begin() + 32, 4, nonce_.begin());
  }

  /// RFC 5288: the nonce is the IV and the sequence number.
  std::string seal(std::uint8_t type, std::string_view content) {
    std::array<unsigned char, 13> about{};
    for (std::size_t i = 0; i < 8; ++i) {
      about[i] = nonce_[4 + i] = static_cast<unsigned char>(sequence_ >> (56 - 8 * i));
    }
    ++sequence_;
    about[8] = type;
    about[9] = about[10] = 3;
    about[11] = static_cast<unsigned char>(content.size() >> 8);
    about[12] = static_cast<unsigned char>(content.size());
    std::string body(content.size() + 16, '\0');
    auto* const out = reinterpret_cast<unsigned char*>(body.data());
    EVP_CIPHER_CTX* const cipher = EVP_CIPHER_CTX_new();
    int size = 0;
    EVP_EncryptInit_ex(cipher, EVP_aes_128_gcm(), nullptr, key_.data(), nonce_.data());
    EVP_EncryptUpdate(cipher, nullptr, &size, about.data(), static_cast<int>(about.size()));
    EVP_EncryptUpdate(cipher, out, &size, reinterpret_cast<const unsigned char*>(content.data()),
                      static_cast<int>(content.size()));
    EVP_EncryptFinal_ex(cipher, out + size, &size);
    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, 16, out + content.size());
    EVP_CIPHER_CTX_free(cipher);

    const std::size_t length = 8 + body.size();
    std::string record{static_cast<char>(type), 3, 3, static_cast<char>(length >> 8),
                       static_cast<char>(length)};
    record.append(reinterpret_cast<const char*>(nonce_.data()) + 4, 8);
    return record + body;
  }

 private:
  std::array<unsigned char, 16> key_;
  std::array<unsigned char, 12> nonce_;
  std::uint64_t sequence_;
};

}  // namespace socketio::test
