/*
 * Slices of JSON text without building a tree: enough to read the vectors, which our own generator writes.
 * Not a validator: malformed text gives empty slices, never reads past the end.
 */
#ifndef JSON_SLICE_H
#define JSON_SLICE_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A value within a text; `at` is NULL if there is none. */
typedef struct {
  const char *at;
  size_t len;
} json_slice;

static inline const char *json_skip_space(const char *at, const char *end) {
  while (at < end && strchr(" \t\r\n", *at) && *at) at++;
  return at;
}

/* The end of the string that starts at `at`, or NULL. */
static inline const char *json_string_end(const char *at, const char *end) {
  for (at++; at < end; at++) {
    if (*at == '"') return at + 1;
    if (*at == '\\') at++;
  }
  return NULL;
}

/* The end of the value that starts at `at`, or NULL. */
static inline const char *json_value_end(const char *at, const char *end) {
  size_t depth = 0;
  while (at < end) {
    if (*at == '"') {
      at = json_string_end(at, end);
      if (!at) return NULL;
    } else if (*at == '{' || *at == '[') {
      depth++;
      at++;
      continue;
    } else if (*at == '}' || *at == ']') {
      if (depth == 0) return NULL;
      depth--;
      at++;
    } else if (strchr(",: \t\r\n", *at)) {
      if (depth == 0) return NULL;
      at++;
      continue;
    } else {
      while (at < end && !strchr(",:{}[]\" \t\r\n", *at)) at++;
    }
    if (depth == 0) return at;
  }
  return NULL;
}

/*
 * Steps through an array or object. Start with `rest` = the whole value; each call takes one element off it.
 * `key` (with its quotes) is set for objects. Gives false at the end.
 */
static inline bool json_next(json_slice *rest, json_slice *key, json_slice *value) {
  if (!rest->at) return false;
  const char *end = rest->at + rest->len;
  const char *at = json_skip_space(rest->at, end);
  if (at < end && strchr("[{,", *at)) at = json_skip_space(at + 1, end);
  *key = (json_slice){NULL, 0};
  const char *stop = json_value_end(at, end);
  if (!stop) return false;
  const char *after = json_skip_space(stop, end);
  if (after < end && *after == ':') {
    *key = (json_slice){at, (size_t)(stop - at)};
    at = json_skip_space(after + 1, end);
    stop = json_value_end(at, end);
    if (!stop) return false;
    after = json_skip_space(stop, end);
  }
  *value = (json_slice){at, (size_t)(stop - at)};
  *rest = (json_slice){after, (size_t)(end - after)};
  return true;
}

/* The member of an object. */
static inline json_slice json_get(json_slice object, const char *name) {
  json_slice key, value;
  size_t len = strlen(name);
  while (json_next(&object, &key, &value)) {
    if (key.len == len + 2 && memcmp(key.at + 1, name, len) == 0) return value;
  }
  return (json_slice){NULL, 0};
}

/* The value of four hexadecimal digits, or 0. */
static inline unsigned json_hex4(const char *at, const char *end) {
  char digits[5] = {0};
  if (end - at < 4) return 0;
  memcpy(digits, at, 4);
  return (unsigned)strtoul(digits, NULL, 16);
}

static inline char *json_put_utf8(char *to, unsigned long c) {
  if (c < 0x80) {
    *to++ = (char)c;
  } else if (c < 0x800) {
    *to++ = (char)(0xC0 | c >> 6);
    *to++ = (char)(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    *to++ = (char)(0xE0 | c >> 12);
    *to++ = (char)(0x80 | (c >> 6 & 0x3F));
    *to++ = (char)(0x80 | (c & 0x3F));
  } else {
    *to++ = (char)(0xF0 | c >> 18);
    *to++ = (char)(0x80 | (c >> 12 & 0x3F));
    *to++ = (char)(0x80 | (c >> 6 & 0x3F));
    *to++ = (char)(0x80 | (c & 0x3F));
  }
  return to;
}

/* The text of a string, unescaped and ended by NUL, or "" for anything else; to be freed. */
static inline char *json_text(json_slice string) {
  char *out = malloc(string.len + 1), *to = out;
  if (!out) abort();
  *to = 0;
  if (!string.at || string.len < 2 || *string.at != '"') return out;
  const char *at = string.at + 1, *end = string.at + string.len - 1;
  while (at < end) {
    if (*at != '\\' || at + 1 >= end) {
      *to++ = *at++;
      continue;
    }
    static const char names[] = "bfnrt", meant[] = "\b\f\n\r\t";
    const char *named = strchr(names, at[1]);
    if (at[1] == 'u') {
      unsigned long c = json_hex4(at + 2, end);
      at += end - at < 6 ? end - at : 6;
      if (c >> 10 == 0x36 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
        c = 0x10000 + ((c & 0x3FF) << 10) + (json_hex4(at + 2, end) & 0x3FF);
        at += 6;
      }
      to = json_put_utf8(to, c);
    } else {
      *to++ = named && *named ? meant[named - names] : at[1];
      at += 2;
    }
  }
  *to = 0;
  return out;
}

#endif
