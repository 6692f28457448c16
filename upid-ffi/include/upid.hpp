// UPID for C++17: the functions of upid.h with ownership and exceptions. Header only; link libupid.
#ifndef UPID_HPP
#define UPID_HPP

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "upid.h"

namespace upid {

// A failed call: what() is code, message, place and hint in one line.
class Error : public std::runtime_error {
 public:
  Error(std::int32_t status, const std::string &text, std::string json)
      : std::runtime_error(text), status_(status), json_(std::move(json)) {}
  // A constant of upid_status.
  std::int32_t status() const noexcept { return status_; }
  // e.g. "UPID_EMPTY_SERIES"
  const char *code() const noexcept { return upid_status_name(status_); }
  // {code, number, class, message, hint, where, details}
  const std::string &json() const noexcept { return json_; }

 private:
  std::int32_t status_;
  std::string json_;
};

namespace detail {

template <typename Read>
std::string last(Read read) {
  std::size_t needed = 1;
  read(nullptr, 0, &needed);
  std::string text(needed, '\0');
  read(text.data(), text.size(), nullptr);
  text.pop_back();
  return text;
}

inline void check(std::int32_t status) {
  if (status != UPID_OK) throw Error(status, last(upid_last_error), last(upid_last_error_json));
}

// Copies a text of the library and frees it.
template <typename Call>
std::string text(Call call) {
  upid_text *handle = nullptr;
  check(call(&handle));
  struct Free {
    upid_text *handle;
    ~Free() { upid_text_free(handle); }
  } free{handle};
  const char *data = nullptr;
  std::size_t len = 0;
  check(upid_text_data(handle, &data, &len));
  return std::string(data, len);
}

}  // namespace detail

// A series with its defaults; set the fields of upid_series on it.
struct Series : upid_series {
  Series() : upid_series() { detail::check(upid_series_init(this, sizeof(upid_series))); }
};

// What became of the rows of a series.
struct IngestReport : upid_ingest_report {
  IngestReport() : upid_ingest_report() {
    detail::check(upid_ingest_report_init(this, sizeof(upid_ingest_report)));
  }
};

// What happened: mergeable summaries of samples. Use it from one thread at a time.
class Usage {
 public:
  // `spec` is JSON of a UsageSpec; empty for the default.
  explicit Usage(std::string_view spec = {}) { detail::check(upid_usage_new(spec.data(), spec.size(), &handle_)); }
  Usage(Usage &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Usage &operator=(Usage &&other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  Usage(const Usage &) = delete;
  Usage &operator=(const Usage &) = delete;
  ~Usage() { upid_usage_free(handle_); }

  static Usage from_bytes(const std::vector<std::uint8_t> &bytes) {
    upid_usage *handle = nullptr;
    detail::check(upid_usage_from_bytes(bytes.data(), bytes.size(), &handle));
    return Usage(handle);
  }
  // Reads {"usage": base64}, as usage.summarize and usage.merge give it.
  static Usage from_json(std::string_view json) {
    upid_usage *handle = nullptr;
    detail::check(upid_usage_from_json(json.data(), json.size(), &handle));
    return Usage(handle);
  }
  std::vector<std::uint8_t> to_bytes() const {
    std::size_t needed = 0;
    detail::check(upid_usage_to_bytes(handle_, nullptr, 0, &needed));
    std::vector<std::uint8_t> bytes(needed);
    detail::check(upid_usage_to_bytes(handle_, bytes.data(), bytes.size(), &needed));
    return bytes;
  }
  IngestReport add_series(const upid_series &series) {
    IngestReport report;
    detail::check(upid_usage_add_series(handle_, &series, &report));
    return report;
  }
  // Received and sent bytes per second of a pod, and their sum.
  IngestReport add_network(const upid_series &rx, const upid_series &tx) {
    IngestReport report;
    detail::check(upid_usage_add_network(handle_, &rx, &tx, &report));
    return report;
  }
  // Gives how many 5-minute slots were observed on both sides.
  std::uint64_t merge(const Usage &other) {
    std::uint64_t overlapping_slots = 0;
    detail::check(upid_usage_merge(handle_, other.handle_, &overlapping_slots));
    return overlapping_slots;
  }
  std::size_t size() const {
    std::size_t len = 0;
    detail::check(upid_usage_len(handle_, &len));
    return len;
  }
  const upid_usage *handle() const noexcept { return handle_; }

 private:
  explicit Usage(upid_usage *handle) noexcept : handle_(handle) {}
  upid_usage *handle_ = nullptr;
};

inline std::string operations() { return detail::text(upid_operations); }

// Runs an operation on its JSON input.
inline std::string call(const std::string &operation, std::string_view json, const Usage *usage = nullptr) {
  return detail::text([&](upid_text **out) {
    return upid_call(operation.c_str(), json.data(), json.size(), usage ? usage->handle() : nullptr, out);
  });
}

// Analyses a Snapshot (JSON) and a Usage under a Config (JSON, empty for the defaults).
inline std::string analyze(std::string_view snapshot, const Usage *usage = nullptr, std::string_view config = {}) {
  return detail::text([&](upid_text **out) {
    return upid_analyze(snapshot.data(), snapshot.size(), usage ? usage->handle() : nullptr, config.data(),
                        config.size(), out);
  });
}

// Renders an Analysis (JSON) as a report.
inline std::string render(std::string_view analysis, const std::string &format = "Text") {
  return detail::text(
      [&](upid_text **out) { return upid_render(analysis.data(), analysis.size(), format.c_str(), out); });
}

}  // namespace upid

#endif  // UPID_HPP
