/* Base64 with padding, as the JSON form of a Usage. */
#ifndef BASE64_H
#define BASE64_H

#include <stdint.h>
#include <string.h>

/* Decodes in place and gives the number of bytes; stops at the first character that is not base64. */
static inline size_t base64_decode(char *text) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t len = 0;
  uint32_t bits = 0;
  int count = 0;
  for (const char *at = text; *at; at++) {
    const char *found = strchr(alphabet, *at);
    if (!found) break;
    bits = bits << 6 | (uint32_t)(found - alphabet);
    count += 6;
    if (count >= 8) {
      count -= 8;
      text[len++] = (char)(bits >> count & 0xFF);
    }
  }
  return len;
}

#endif
