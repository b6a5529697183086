// Answers in the shapes that the API promises.
#pragma once

namespace holdfast::canned {

inline constexpr const char* reservation =
    R"({"id":"cart-8812","region":"eu","state":"pending","customer":"c_17",
"order":null,"created_at":"2026-11-23T18:00:00.000Z","expires_at":"2026-11-23T18:10:00.000Z","expires_in_ms":600000,
"lines":[{"sku":"85123A","quantity":6000},{"sku":"71053","quantity":1}]})";

inline constexpr const char* sku = R"({"sku":"85123A","region":"eu","available_here":9000,"reserved_here":210,
"purchased_here":44,"returned_here":0,"elsewhere_estimate":12100,"elsewhere_as_of":"2026-11-23T18:00:03.000Z",
"sold_out_everywhere":false})";

inline constexpr const char* adjustment = R"({"sku":"85123A","region":"eu","delta":500,"reason":"delivery-77",
"at":"2026-11-23T18:00:00.000Z","available_here":9500})";

inline constexpr const char* degraded =
    R"({"cluster":"shop-prod","region":"eu","incarnation":"i","version":"0.1.0",
"now":"2026-11-23T18:00:04.123Z","uptime_ms":532800000,"state":"degraded","reasons":["region_cut_off:ap"],
"state_hash":"00112233aabbccdd","journal":{"position":9,"bytes":1572864,"ids_kept_ms":86400000},
"disk_free_bytes":5368709120,"pending_reservations":1204,"audit":{"oversold_units":0,"checked_ms_ago":1800},
"alarms":[{"code":"region_cut_off","since":"2026-11-23T17:58:02.000Z","region":"ap","detail":"not heard"}],"regions":[
{"region":"eu","self":true,"state":"up","direct":true,"rtt_ms":null,"heard_ms_ago":null,"skus":2,"rights":48210,
"reserved":1204,"sold_per_1000_s":312400,"refused_per_1000_s":{"sold_out":400,"not_enough":100,"all_reserved":100,
"rights_unreachable":0,"insufficient_here":200},"reserve_us_p50":140,"reserve_us_p99":420},
{"region":"us","self":false,"state":"up","direct":true,"rtt_ms":82,"heard_ms_ago":400,"skus":2,"rights":51977,
"reserved":1530,"sold_per_1000_s":401000,"refused_per_1000_s":{"sold_out":1000,"not_enough":0,"all_reserved":0,
"rights_unreachable":0,"insufficient_here":100},"reserve_us_p50":100,"reserve_us_p99":400},
{"region":"ap","self":false,"state":"cut_off","direct":true,"rtt_ms":null,"heard_ms_ago":131000,"skus":2,"rights":9800,
"reserved":410,"sold_per_1000_s":1,"refused_per_1000_s":null,"reserve_us_p50":null,"reserve_us_p99":null},
{"region":"sa","self":false,"state":"never_heard","direct":false,"rtt_ms":null,"heard_ms_ago":null,"skus":null,
"rights":null,"reserved":null,"sold_per_1000_s":null,"refused_per_1000_s":null}]})";

inline constexpr const char* rights = R"({"as_of":"2026-11-23T18:00:04.000Z","skus":[
{"sku":"CONSOLE-5","rights":412,"reserved":38,"sold_per_1000_s":1600,"runs_dry_in_ms":40000,"regions":[
{"region":"eu","rights":110,"reserved":8,"sold_per_1000_s":1000,"heard_ms_ago":0,"stale":false},
{"region":"us","rights":290,"reserved":30,"sold_per_1000_s":600,"heard_ms_ago":300,"stale":false},
{"region":"ap","rights":12,"reserved":0,"sold_per_1000_s":0,"heard_ms_ago":131000,"stale":true}]},
{"sku":"85123A","rights":9020,"reserved":210,"sold_per_1000_s":734,"runs_dry_in_ms":7200000,"regions":[
{"region":"eu","rights":9020,"reserved":210,"sold_per_1000_s":734,"heard_ms_ago":0,"stale":false}]}],"next":null})";

inline constexpr const char* sound_audit = R"({"ok":true,"checked_at":"2026-11-23T18:00:04.000Z","skus":2,
"records":12000,"oversold_units":0,"mismatches":[]})";

inline constexpr const char* unsound_audit = R"({"ok":false,"checked_at":"2026-11-23T18:00:04.000Z","skus":2,
"records":12000,"oversold_units":0,"mismatches":[{"sku":"85123A","field":"purchased","counted":44,"stored":45}]})";

inline constexpr const char* import = R"({"lines":3,"applied":2,"units":1500,"refused":1,"results":[
{"line":2,"sku":"a","status":200},{"line":3,"sku":"b","status":422,"code":"validation_failed","detail":"quantity"},
{"line":4,"sku":"c","status":200}]})";

inline constexpr const char* reloaded =
    R"({"changes":[{"key":"disk.reserve_mb","was":64,"now":128,"origin":"eu.toml:9","applied":false},)"
    R"({"key":"log.level","was":"info","now":"debug","origin":"eu.toml:11","applied":true}]})";
inline constexpr const char* config = R"({"values":[{"key":"cluster","value":"shop","origin":"eu.toml:1"},
{"key":"gossip.cut_off_after_ms","value":1500,"origin":"default"}]})";

inline constexpr const char* shortage = R"({"type":"urn:holdfast:sold_out","title":"Sold out","status":409,
"code":"sold_out","detail":"none anywhere","shortage":[{"sku":"85123A","requested":6,"available_here":0,
"reserved_here":0,"elsewhere_estimate":0,"as_of":"2026-11-23T18:00:04.000Z"}]})";

}  // namespace holdfast::canned
