/* The helpers of the vector replay. */
#include "base64.h"
#include "check.h"
#include "json_slice.h"

static json_slice of(const char *text) { return (json_slice){text, strlen(text)}; }

static bool same(json_slice slice, const char *want) {
  return slice.at && slice.len == strlen(want) && memcmp(slice.at, want, slice.len) == 0;
}

static void unescapes(const char *json, const char *want) {
  char *text = json_text(of(json));
  CHECK(want[0] == 0 || strcmp(text, want) == 0);
  free(text);
}

int main(void) {
  json_slice key, value;
  json_slice list = of(" [ 1 , {\"a\" : [2,\"]\\\"\"] } ,\"x\",null ] ");
  CHECK(json_next(&list, &key, &value) && same(value, "1") && !key.at);
  CHECK(json_next(&list, &key, &value) && same(value, "{\"a\" : [2,\"]\\\"\"] }"));
  CHECK(same(json_get(value, "a"), "[2,\"]\\\"\"]"));
  CHECK(!json_get(value, "b").at);
  CHECK(json_next(&list, &key, &value) && same(value, "\"x\""));
  CHECK(json_next(&list, &key, &value) && same(value, "null"));
  CHECK(!json_next(&list, &key, &value));
  json_slice empty = of("[]"), none = of("{}");
  CHECK(!json_next(&empty, &key, &value) && !json_next(&none, &key, &value));

  unescapes("\"cost\"", "cost");
  unescapes("\"\\\"\\\\\\/\\n\\u0041\"", "\"\\/\nA");
  unescapes("\"\\u00e9\\u20ac\\ud83d\\ude00\"", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
  unescapes("\"\\u00\"", "");
  unescapes("7", "");

  /* Cut anywhere, the text is never read past its end: AddressSanitizer and valgrind watch. */
  const char *whole = "{\"a\":[1,{\"b\\\"\":\"c\\\\\"}],\"d\":true}";
  for (size_t len = 0; len < strlen(whole); len++) {
    char *cut = malloc(len ? len : 1);
    if (!cut) abort();
    memcpy(cut, whole, len);
    json_slice rest = {cut, len};
    while (json_next(&rest, &key, &value)) CHECK(value.len <= len);
    free(json_text((json_slice){cut, len}));
    free(cut);
  }

  char text[] = "VVBVUwE=";
  CHECK(base64_decode(text) == 5 && memcmp(text, "UPUS\1", 5) == 0);
  char none64[] = "";
  CHECK(base64_decode(none64) == 0);
  return check_report("json");
}
