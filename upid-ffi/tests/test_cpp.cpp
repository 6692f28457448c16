// The C++ wrapper: ownership and exceptions.
#include "upid.hpp"

#include "check.h"

static std::vector<double> values{0.10, 0.12, 0.11, 0.50, 0.13, 0.12, 0.11, 0.90};

static upid::Usage usage_of(const char *pod) {
  upid::Series series;
  series.namespace_ = "shop";
  series.pod = pod;
  series.container = "app";
  series.metric = "cpu";
  series.start_ms = 1700006400000;
  series.step_ms = 300000;
  series.len = values.size();
  series.values = values.data();
  upid::Usage usage;
  CHECK(usage.add_series(series).accepted == values.size());
  return usage;
}

template <typename Body>
static void throws(std::int32_t status, Body body) {
  try {
    body();
    CHECK(!"no exception");
  } catch (const upid::Error &error) {
    CHECK(error.status() == status && std::string(error.what()).find(error.code()) == 0);
    CHECK(error.json().find(error.code()) != std::string::npos);
  }
}

int main() {
  {
    upid::Usage a = usage_of("a"), b = usage_of("b");
    CHECK(a.merge(b) == 0 && a.size() == 2);
    upid::Usage moved = std::move(a);
    CHECK(moved.size() == 2);
    throws(UPID_NULL_POINTER, [&] { (void)a.size(); });
    a = upid::Usage::from_bytes(moved.to_bytes());
    CHECK(a.to_bytes() == moved.to_bytes());
    throws(UPID_CORRUPT_USAGE, [] { upid::Usage::from_bytes({1, 2, 3}); });
    throws(UPID_TRUNCATED, [] { upid::Usage("{"); });
    b = upid::Usage::from_json(upid::call("usage.merge", R"({"parts":[]})", &a));
    CHECK(a.to_bytes() == b.to_bytes());
    upid::Series rx, tx;
    rx.namespace_ = "shop";
    rx.pod = "b";
    rx.metric = "network_rx";
    rx.step_ms = 1000;
    rx.len = values.size();
    rx.values = values.data();
    tx = rx;
    tx.metric = "network_tx";
    CHECK(b.add_network(rx, tx).accepted == 2 * values.size());
    CHECK(upid::call("usage.quantiles", R"({"selector":{"pod":"a"},"metric":"cpu","q":[1]})", &a).find("0.9") !=
          std::string::npos);
  }
  CHECK(upid::call("timerange.parse", R"({"text":"7d","now":"2026-03-15T00:00:00Z"})").find("604800") !=
        std::string::npos);
  throws(UPID_UNKNOWN_OPERATION, [] { upid::call("timerange.prase", "{}"); });
  throws(UPID_EMPTY_INPUT, [] { upid::analyze(""); });
  throws(UPID_FORMAT, [] { upid::render("{},1"); });
  CHECK(upid::operations().front() == '[');
  return check_report("cpp");
}
